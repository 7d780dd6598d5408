import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BoardState, OptionField } from '../cli/control/api/schemas.ts';
import type { Act } from './api.ts';
import { get } from './api.ts';
import { hex, numberOf } from './formats.ts';

/** The option bytes by ST's names, and the readout protection. */
export function OptionsPane({
  board,
  act,
}: {
  readonly board: BoardState;
  readonly act: Act;
}): JSX.Element {
  const [fields, setFields] = useState<readonly OptionField[]>([]);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const at = `boards/${board.id}`;
  const { options = 0, reset = 0, power = 0, boot = 0 } = board.events;
  useEffect(() => {
    void get<readonly OptionField[]>(`${at}/options`).then(setFields);
  }, [at, options, reset, power, boot]);

  const changed = Object.entries(typed).filter(([name, text]) => {
    const field = fields.find((each) => each.name === name);
    return field !== undefined && numberOf(text) !== field.stored;
  });
  const wrong = changed.filter(([name, text]) => {
    const value = numberOf(text);
    const width = fields.find((each) => each.name === name)!.width;
    return value === undefined || value >= 2 ** width;
  });
  const store = async (): Promise<void> => {
    const values = Object.fromEntries(changed.map(([name, text]) => [name, numberOf(text)!]));
    if (await act('PATCH', `${at}/options`, values)) setTyped({});
  };
  return (
    <form
      class="tab-body options"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed.length > 0 && wrong.length === 0) void store();
      }}
    >
      <div class="tools">
        <fieldset class="levels">
          <legend>Readout protection level</legend>
          {[0, 1, 2].map((level) => (
            <button
              key={level}
              type="button"
              aria-pressed={board.protection === level}
              onClick={() => {
                if (level === 2 && !confirm('Level 2 is never left: protect this chip for good?'))
                  return;
                void act('PUT', `${at}/protection`, { level });
              }}
            >
              {level}
            </button>
          ))}
        </fieldset>
        <button type="submit" disabled={changed.length === 0 || wrong.length > 0}>
          Store and power off and on
        </button>
      </div>
      <div class="fields">
        {fields.map(({ name, width, stored, loaded }) => {
          const digits = Math.ceil(width / 4);
          const isWrong = wrong.some(([each]) => each === name);
          return (
            <label key={name} class="field">
              <span class="field-name">{name}</span>
              <input
                value={typed[name] ?? hex(stored, digits)}
                aria-invalid={isWrong}
                size={Math.max(4, digits + 2)}
                onInput={({ currentTarget }) => setTyped({ ...typed, [name]: currentTarget.value })}
              />
              <span class="dim">
                {isWrong
                  ? `${width} bits`
                  : stored === loaded
                    ? ''
                    : `in force: ${hex(loaded, digits)}`}
              </span>
            </label>
          );
        })}
        {fields.length === 0 ? <p class="empty">This part has no option bytes.</p> : null}
      </div>
    </form>
  );
}
