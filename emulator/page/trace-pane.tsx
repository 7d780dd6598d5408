import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { seconds } from './formats.ts';
import type { Lines, Model, TraceLine } from './model.ts';
import { VirtualList } from './virtual-list.tsx';

/** Kinds of events by what a reader looks for. */
const GROUPS = {
  commands: ['select', 'command', 'request', 'done', 'nack', 'dropped'],
  bytes: ['rx', 'tx', 'line', 'break', 'broadcast', 'interrupt', 'assigned'],
  memory: ['program', 'erase', 'lost', 'options', 'protection'],
  board: ['pin', 'power', 'reset', 'boot', 'jump', 'fault', 'surprise', 'note'],
  USB: ['attach', 'bus-reset', 'setup', 'answer', 'dfu-state'],
} as const;
type Group = keyof typeof GROUPS;
const GROUP_NAMES = Object.keys(GROUPS) as Group[];

/** Every event of the board, filtered where it happens. */
export function TracePane({ model }: { readonly model: Model }): JSX.Element {
  const [shown, setShown] = useState<readonly Group[]>(GROUP_NAMES);
  const [text, setText] = useState('');
  const [sought, setSought] = useState('');
  const [frozen, setFrozen] = useState<readonly TraceLine[]>();
  const [show, setShow] = useState<{ readonly index: number }>();
  const at = useRef(-1);

  useEffect(() => {
    const all = shown.length === GROUP_NAMES.length;
    const kinds = all ? 'all' : shown.flatMap((group) => GROUPS[group]).join(',');
    const soon = setTimeout(() => model.filterTrace({ kinds, text }), 200);
    return () => clearTimeout(soon);
  }, [shown, text]);
  useEffect(() => () => model.filterTrace({ kinds: '', text: '' }), []);

  const lines: Pick<Lines<TraceLine>, 'length'> = frozen ?? model.trace;
  const rows = (from: number, end: number): readonly TraceLine[] =>
    (frozen ?? model.trace).slice(from, end);
  const seek = (step: 1 | -1): void => {
    const fits = (line: TraceLine): boolean =>
      line.text.toLowerCase().includes(sought.toLowerCase());
    if (sought === '' || lines.length === 0) return;
    const kept = frozen ?? model.trace.slice(0, model.trace.length);
    setFrozen(kept);
    for (let tried = 1; tried <= kept.length; tried++) {
      const index = (((at.current + step * tried) % kept.length) + kept.length) % kept.length;
      if (!fits(kept[index]!)) continue;
      at.current = index;
      return setShow({ index });
    }
    at.current = -1;
  };
  return (
    <div class="tab-body trace">
      <div class="tools">
        <fieldset class="kinds">
          <legend class="unseen">Kinds of events</legend>
          {GROUP_NAMES.map((group) => (
            <label key={group}>
              <input
                type="checkbox"
                checked={shown.includes(group)}
                onChange={() =>
                  setShown(GROUP_NAMES.filter((each) => shown.includes(each) !== (each === group)))
                }
              />
              {group}
            </label>
          ))}
        </fieldset>
        <input
          type="search"
          aria-label="Only lines with this text"
          placeholder="Filter"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <form
          class="seek"
          onSubmit={(event) => {
            event.preventDefault();
            seek(1);
          }}
        >
          <input
            type="search"
            aria-label="Search in the lines"
            placeholder="Search"
            value={sought}
            onInput={({ currentTarget }) => setSought(currentTarget.value)}
          />
          <button type="submit" aria-label="Next match">
            ↓
          </button>
          <button type="button" aria-label="Previous match" onClick={() => seek(-1)}>
            ↑
          </button>
        </form>
        <button
          type="button"
          aria-pressed={frozen !== undefined}
          onClick={() => {
            setFrozen(frozen === undefined ? model.trace.slice(0, model.trace.length) : undefined);
            if (frozen !== undefined) setShow({ index: Infinity });
          }}
        >
          {frozen === undefined ? 'Pause' : `Resume (${model.trace.length - frozen.length} more)`}
        </button>
      </div>
      <VirtualList
        label="Lines of the trace"
        length={lines.length}
        show={show}
        empty="No event fits."
        rows={(from, end) =>
          rows(from, end).map((line, index) => (
            <li
              key={line.seq}
              class={`row ${line.kind}${show?.index === from + index ? ' found' : ''}`}
            >
              <span class="time">{seconds(line.time)}</span>
              <span class="where">{line.where}</span>
              <span class="text">{line.text}</span>
            </li>
          ))
        }
      />
      {model.dropped === 0 ? null : (
        <p class="dim">{model.dropped} older events are not kept by the server.</p>
      )}
    </div>
  );
}
