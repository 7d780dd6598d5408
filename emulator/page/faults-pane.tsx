import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ArmedFault, BoardState, Fault } from '../cli/control/api/schemas.ts';
import { refusedCommands } from '../faults.ts';
import type { Act } from './api.ts';
import { get } from './api.ts';
import { hex, numberOf, seconds } from './formats.ts';

/** What can go wrong, as it is chosen from. */
const WHAT = {
  'flash power-cut': 'Flash: power fails in the middle',
  'flash reset': 'Flash: reset in the middle',
  'flash lie': 'Flash: acknowledged and not done',
  'flash slow': 'Flash: slower',
  'reply refuse': 'Reply: a command is refused',
  'link drop': 'Link: a byte is lost',
  'link corrupt': 'Link: a byte is changed',
  'link duplicate': 'Link: a byte comes twice',
  'link insert': 'Link: a byte too many',
} as const;
type What = keyof typeof WHAT;

/** Faults that are armed by hand, and when they struck. */
export function FaultsPane({
  board,
  act,
}: {
  readonly board: BoardState;
  readonly act: Act;
}): JSX.Element {
  const at = `boards/${board.id}/faults`;
  const [armed, setArmed] = useState<readonly ArmedFault[]>([]);
  const [what, setWhat] = useState<What>('flash power-cut');
  const [nth, setNth] = useState('1');
  const [direction, setDirection] = useState<'to-chip' | 'to-host'>('to-chip');
  const [command, setCommand] = useState('');
  const [more, setMore] = useState('');
  const look = (): Promise<void> => get<readonly ArmedFault[]>(at).then(setArmed);
  useEffect(() => void look(), [at, board.events['fault'], board.events['boot']]);

  const change = async (method: string, path: string, body?: unknown): Promise<void> => {
    await act(method, path, body);
    await look();
  };
  const isReply = what === 'reply refuse';
  const isLink = what.startsWith('link');
  const extra = EXTRA[what];
  const count = nth === '' && isReply ? undefined : numberOf(nth);
  const value = more === '' ? undefined : numberOf(more);
  const wrong =
    (count === undefined && !(isReply && nth === '')) ||
    count === 0 ||
    (more !== '' && value === undefined) ||
    (what === 'flash slow' && value === undefined);
  return (
    <div class="tab-body faults">
      <form
        class="tools"
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) void change('POST', at, faultOf(what, { count, direction, command, value }));
        }}
      >
        <label>
          Fault{' '}
          <select
            value={what}
            onChange={({ currentTarget }) => {
              setWhat(currentTarget.value as What);
              setMore('');
            }}
          >
            {Object.entries(WHAT).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {isReply ? (
          <label>
            Command{' '}
            <select
              value={command}
              onChange={({ currentTarget }) => setCommand(currentTarget.value)}
            >
              <option value="">any</option>
              {refusedCommands.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        ) : null}
        {isLink ? (
          <label>
            Direction{' '}
            <select
              value={direction}
              onChange={({ currentTarget }) =>
                setDirection(currentTarget.value as 'to-chip' | 'to-host')
              }
            >
              <option value="to-chip">to the chip</option>
              <option value="to-host">to the host</option>
            </select>
          </label>
        ) : null}
        <label>
          {isReply
            ? 'Request, counted from now'
            : isLink
              ? 'Byte, counted from now'
              : 'Operation, counted from now'}{' '}
          <input
            class="small"
            value={nth}
            placeholder={isReply ? 'each' : ''}
            inputMode="numeric"
            onInput={({ currentTarget }) => setNth(currentTarget.value)}
          />
        </label>
        {extra === undefined ? null : (
          <label>
            {extra}{' '}
            <input
              class="address"
              value={more}
              placeholder={what === 'flash slow' ? '' : 'any'}
              onInput={({ currentTarget }) => setMore(currentTarget.value)}
            />
          </label>
        )}
        <button type="submit" disabled={wrong}>
          Arm
        </button>
      </form>
      <ul class="armed" aria-label="Faults that are armed">
        {armed.map(({ id, fault, struck }) => (
          <li key={id}>
            <span>{faultWords(fault)}</span>
            <span class={struck.length === 0 ? 'dim' : 'struck'}>
              {struck.length === 0
                ? 'waits'
                : `struck at ${struck.map(seconds).slice(-3).join(', ')} s`}
            </span>
            <button
              type="button"
              aria-label={`Disarm ${faultWords(fault)}`}
              onClick={() => void change('DELETE', `${at}/${id}`)}
            >
              Disarm
            </button>
          </li>
        ))}
      </ul>
      {armed.length === 0 ? <p class="empty">Nothing is armed.</p> : null}
    </div>
  );
}

/** What some faults take beyond a number, by its label. */
const EXTRA: Partial<Record<What, string>> = {
  'flash slow': 'By so many µs',
  'reply refuse': 'Address',
  'link corrupt': 'Bits to flip',
  'link insert': 'The byte',
};

interface Chosen {
  readonly count: number | undefined;
  readonly direction: 'to-chip' | 'to-host';
  readonly command: string;
  readonly value: number | undefined;
}

function faultOf(what: What, { count, direction, command, value }: Chosen): unknown {
  const [at, kind] = what.split(' ');
  const common = { at, do: kind };
  switch (at) {
    case 'flash':
      return { ...common, operation: count, by: kind === 'slow' ? value : undefined };
    case 'link':
      return { ...common, direction, nth: count, value };
    default:
      return {
        ...common,
        nth: count,
        command: command === '' ? undefined : command,
        address: value,
      };
  }
}

function faultWords(fault: Fault): string {
  switch (fault.at) {
    case 'flash':
      return `${WHAT[`flash ${fault.do}`]}, operation ${fault.operation}`;
    case 'link':
      return `${WHAT[`link ${fault.do}`]}, byte ${fault.nth} ${fault.direction}`;
    case 'reply': {
      const place = fault.address === undefined ? '' : ` at ${hex(fault.address)}`;
      return `${WHAT['reply refuse']}: ${fault.command ?? 'any'}${place}${fault.nth === undefined ? '' : `, request ${fault.nth}`}`;
    }
  }
}
