import type { JSX } from 'preact';
import type { Live } from '../cli/control/api/schemas.ts';
import { hex, size } from './formats.ts';

type Unit = Live['units'][number];
type Flash = Live['flash'];

/** Up to so many erase units have a row each; more are drawn side by side. */
const MOST_ROWS = 32;
const CELL = 10;
const IN_ROW = 32;

interface Row {
  readonly units: readonly Unit[];
  readonly cells: readonly Cell[];
}

interface Cell {
  readonly from: number;
  readonly end: number;
  readonly content: boolean;
  readonly working: boolean;
  readonly unit: Unit;
}

/** Main flash by its pages or sectors: what is blank, what is not, what is protected, what is worked on. */
export function FlashPane({
  units,
  flash,
  onOpen,
}: {
  readonly units: readonly Unit[];
  readonly flash: Flash;
  readonly onOpen: (address: number) => void;
}): JSX.Element {
  const rows = rowsOf(units, flash);
  const length = units.reduce((sum, unit) => sum + unit.length, 0);
  const used = flash.content.replaceAll('0', '').length;
  const guarded = units.filter(({ protection }) => protection !== 'none').length;
  return (
    <section class="pane flash" aria-labelledby="flash-title">
      <header>
        <h2 id="flash-title">Flash</h2>
        <span class="dim">
          {size(length)}, {size(Math.min(used * flash.cell, length))} with content
          {guarded === 0 ? '' : `, ${guarded} of ${units.length} protected`}
        </span>
      </header>
      <ul class="map">
        {rows.map((row) => (
          <MapRow key={row.units[0]!.offset} row={row} onOpen={onOpen} />
        ))}
      </ul>
      <p class="legend" aria-hidden="true">
        {['blank', 'content', 'working', 'protected'].map((kind) => (
          <span key={kind}>
            <svg class="key" viewBox="0 0 10 10">
              <rect class={`cell ${kind}`} x="1" y="1" width="8" height="8" rx="2" />
            </svg>
            {kind === 'working' ? 'worked on' : kind}
          </span>
        ))}
      </p>
    </section>
  );
}

function MapRow({
  row,
  onOpen,
}: {
  readonly row: Row;
  readonly onOpen: (address: number) => void;
}) {
  const { units, cells } = row;
  const [first, last] = [units[0]!, units.at(-1)!];
  const name = units.length === 1 ? `${first.number}` : `${first.number}–${last.number}`;
  const used = cells.filter(({ content }) => content).length;
  const length = units.reduce((sum, unit) => sum + unit.length, 0);
  const guarded = units.some(({ protection }) => protection !== 'none');
  const state = [
    used === 0
      ? 'blank'
      : used === cells.length
        ? 'full of content'
        : `${used} of ${cells.length} parts with content`,
    ...(guarded ? ['protected'] : []),
    ...(cells.some(({ working }) => working) ? ['worked on'] : []),
  ].join(', ');
  const lines = Math.ceil(cells.length / IN_ROW);
  return (
    <li>
      <button
        type="button"
        class="map-row"
        title={`${hex(first.address)}, ${size(length)}: ${state}`}
        onClick={() => onOpen(first.address)}
      >
        <span class="map-name">
          <span class="unseen">{units.length === 1 ? 'Sector ' : 'Pages '}</span>
          {name}
          <span class="unseen">, </span>
        </span>
        <span class="map-size">
          {size(length)}
          <span class="unseen">, </span>
        </span>
        <span class="map-address">
          {hex(first.address)}
          <span class="unseen">, </span>
        </span>
        <span class="unseen">{state}</span>
        <svg class="cells" viewBox={`0 0 ${IN_ROW * CELL} ${lines * CELL}`} aria-hidden="true">
          {cells.map(({ from, content, working, unit }, index) => (
            <rect
              key={from}
              class={`cell ${content ? 'content' : 'blank'}${working ? ' working' : ''}${unit.protection === 'none' ? '' : ' protected'}`}
              x={(index % IN_ROW) * CELL + 1}
              y={Math.floor(index / IN_ROW) * CELL + 1}
              width={CELL - 2}
              height={CELL - 2}
              rx="2"
            />
          ))}
        </svg>
      </button>
    </li>
  );
}

/** Each sector in a row of its own, or as many pages in one as there is room for. */
function rowsOf(units: readonly Unit[], { cell, content, working }: Flash): readonly Row[] {
  const cells: Cell[] = [];
  let at = 0;
  for (let index = 0; index < content.length; index++) {
    const from = index * cell;
    while (at < units.length - 1 && from >= units[at]!.offset + units[at]!.length) at++;
    const unit = units[at];
    if (unit === undefined) break;
    cells.push({
      from,
      end: from + cell,
      content: content[index] === '1',
      working: working.some(([start, end]) => start < from + cell && end > from),
      unit,
    });
  }
  const inRows = units.length <= MOST_ROWS;
  const rows: { units: Unit[]; cells: Cell[] }[] = [];
  for (const each of cells) {
    const row = rows.at(-1);
    const goesOn =
      row !== undefined &&
      (inRows
        ? row.cells[0]!.unit === each.unit
        : row.cells.length < IN_ROW && row.cells[0]!.unit.bank === each.unit.bank);
    if (goesOn) row.cells.push(each);
    else rows.push({ units: [], cells: [each] });
  }
  for (const row of rows) {
    const [from, end] = [row.cells[0]!.from, row.cells.at(-1)!.end];
    row.units.push(...units.filter(({ offset, length }) => offset < end && offset + length > from));
  }
  return rows;
}
