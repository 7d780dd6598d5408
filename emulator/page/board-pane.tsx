import type { ComponentChildren, JSX } from 'preact';
import type { BoardState } from '../cli/control/api/schemas.ts';
import type { Act } from './api.ts';

const PINS = ['BOOT0', 'BOOT1', 'NRST'] as const;

const STATES: Readonly<Record<BoardState['state'], string>> = {
  off: 'Off',
  'held-in-reset': 'Held in reset',
  starting: 'Starting',
  bootloader: 'Bootloader',
  application: 'Application',
  'locked-up': 'Locked up',
};

export const stateName = ({ state }: BoardState): string => STATES[state];

/** The board with its switches: power, reset, pins; and where hosts reach it. */
export function BoardPane({
  board,
  act,
}: {
  readonly board: BoardState;
  readonly act: Act;
}): JSX.Element {
  const { id, device, flashKiB, bootloader, boot, protection, selected, pins, power, ports } =
    board;
  const at = `boards/${id}`;
  return (
    <section class="pane board" aria-labelledby="board-title">
      <header>
        <h2 id="board-title">Board</h2>
        <span class={`state ${board.state}`}>{stateName(board)}</span>
      </header>
      <div class="board-face">
        <div class={`chip ${power ? '' : 'off'}`}>
          <strong>{breakable(device)}</strong>
          <span>{flashKiB} KiB</span>
          <span>ROM {bootloader}</span>
        </div>
        <div class="switches">
          <Switch
            name="Power"
            on={power}
            words={['off', 'on']}
            set={(on) => void act('PUT', `${at}/power`, { on })}
          />
          {PINS.map((pin) => (
            <Switch
              key={pin}
              name={pin}
              on={pins[pin] === 1}
              words={['low', 'high']}
              set={(on) => void act('PUT', `${at}/pins/${pin}`, { level: on ? 1 : 0 })}
            />
          ))}
          <button type="button" class="push" onClick={() => void act('POST', `${at}/reset`)}>
            Reset
          </button>
        </div>
      </div>
      <dl class="facts">
        {boot === null ? null : (
          <Fact name="Boots">
            {boot.area}: {boot.why}
          </Fact>
        )}
        <Fact name="Selected">{selected ?? 'no port yet'}</Fact>
        <Fact name="Protection">readout protection level {protection}</Fact>
        {Object.entries(ports).map(([name, port]) => (
          <Fact key={name} name={name}>
            <code>{port.path}</code>
          </Fact>
        ))}
      </dl>
    </section>
  );
}

/** The name of a line may go on below behind each underscore. */
function breakable(name: string): ComponentChildren {
  const [first, ...others] = name.split('_');
  return [first, ...others.flatMap((part) => [<wbr key={part} />, `_${part}`])];
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface SwitchProps {
  readonly name: string;
  readonly on: boolean;
  readonly words: readonly [off: string, on: string];
  readonly set: (on: boolean) => void;
}

function Switch({ name, on, words, set }: SwitchProps) {
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      aria-label={name}
      onClick={() => set(!on)}
    >
      <span class="switch-name">{name}</span>
      <span class="track" aria-hidden="true">
        <span class="thumb" />
      </span>
      <span class="switch-word" aria-hidden="true">
        {words[on ? 1 : 0]}
      </span>
    </button>
  );
}
