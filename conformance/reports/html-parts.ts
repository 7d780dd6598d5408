import { escaped } from './escaped.ts';
import type { Colour } from './appearance.ts';
import type { MemoryDiffers } from './memory.ts';
import type { Cell, Rule, Said } from './matrix.ts';

/** How a kind of row or cell is shown: its name, a sign that tells it without colour, and a colour. */
export interface Look {
  readonly name: string;
  readonly sign: string;
  readonly colour: Colour;
}

/** The sign of a kind; without a name it is decoration beside a word that says the same. */
export function mark({ name, sign, colour }: Look): string {
  if (name === '') return `<span class="v ${colour}" aria-hidden="true">${sign}</span>`;
  const says = escaped(name);
  return `<span class="v ${colour}" role="img" aria-label="${says}" title="${says}">${sign}</span>`;
}

/** An id as an address within the page. */
export function anchor(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/g, '-');
}

/** Rules whose rows are unexpected, as links to them, behind what `absent` says of subjects, in HTML. */
export function unexpectedList(
  rules: readonly Pick<Rule, 'id' | 'section'>[],
  absent: readonly string[] = [],
): string {
  if (rules.length === 0 && absent.length === 0) return '<p class="fine">Nothing unexpected.</p>';
  const links = rules.map(
    ({ id, section }) =>
      `<li><a href="#${anchor(id)}">${escaped(id)}</a> <small>${escaped(section)}</small></li>`,
  );
  return `<h2>Unexpected</h2><ul class="unexpected">${[...absent, ...links].join('')}</ul>`;
}

/** What is said of a cell below its heading. */
export function caseBody(
  cell: Pick<Cell, 'says' | 'notes' | 'warnings' | 'steps' | 'texts' | 'again' | 'memory'>,
  verdict: string,
): string {
  const { says, notes, warnings, steps, texts, again, memory } = cell;
  const further = [...notes, ...warnings.map(({ rule, says: why }) => `${rule}: ${why}`)];
  return `<p><b>${escaped(verdict)}</b>: ${escaped(says)}.</p>
${further.map((note) => `<p>${escaped(note)}</p>`).join('')}
${memory === undefined ? '' : memoryTable(memory)}
${steps.length === 0 ? '' : `<ol>${steps.map(stepItem).join('')}</ol>`}
${texts.map(([title, text]) => `<h5>${escaped(title)}</h5><pre tabindex="0">${escaped(text)}</pre>`).join('')}
${again === undefined ? '' : `<p class="replay"><code>${escaped(again)}</code></p>`}`;
}

/** Two texts beside each other under their headings. */
export function sides(
  headings: readonly [string, string],
  contents: readonly [string, string],
): string {
  const side = (at: 0 | 1): string => `<div><b>${escaped(headings[at])}</b>${contents[at]}</div>`;
  return `<div class="sides">${side(0)}${side(1)}</div>`;
}

function stepItem({ name, sent, got, wanted }: Said): string {
  const head = `<i>${escaped(name)}</i> <code>${escaped(sent)}</code>`;
  const code = (text: string): string => `<code>${escaped(text)}</code>`;
  if (wanted === undefined) return `<li>${head} → ${code(got)}</li>`;
  return `<li class="wrong">${head}${sides(['expected', 'got'], [code(wanted), code(got)])}</li>`;
}

/** Expected and got side by side, the bytes that differ marked in both. */
function memoryTable({ bytes, runs, rows }: MemoryDiffers): string {
  const places = runs === 1 ? '' : ` in ${runs} places`;
  const shown = rows.reduce(
    (sum, { wanted, got }) => sum + got.filter((byte, at) => wanted[at] !== byte).length,
    0,
  );
  const rest = shown < bytes ? `; the first ${rows.length} rows` : '';
  const lines = rows.map(({ address, wanted, got }) => {
    const cells = (all: readonly (number | null)[]): string =>
      all
        .map((byte, at) => {
          const text = byte === null ? '··' : byte.toString(16).toUpperCase().padStart(2, '0');
          return wanted[at] !== got[at] ? `<mark>${text}</mark>` : text;
        })
        .join(' ');
    const at = address.toString(16).toUpperCase().padStart(8, '0');
    return `<tr><th scope="row">0x${at}</th><td data-side="expected">${cells(wanted)}</td><td data-side="got">${cells(got)}</td></tr>`;
  });
  return `<div class="memory" role="group" aria-label="Memory that differs" tabindex="0"><p>Memory: ${count(bytes, 'byte')}${places} ${bytes === 1 ? 'is' : 'are'} not as expected${rest}.</p>
<table><thead><tr><th scope="col">address</th><th scope="col">expected</th><th scope="col">got</th></tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
