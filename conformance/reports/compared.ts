import { APPEARANCE } from './appearance.ts';
import { escaped } from './escaped.ts';
import { anchor, caseBody, mark, sides, unexpectedList } from './html-parts.ts';
import type { Look } from './html-parts.ts';
import { htmlPage, htmlSection, kindKey } from './html-page.ts';
import type { PerhapsMade } from './made.ts';
import type { Cell, Rule } from './matrix.ts';

/** Two runs, or two devices, side by side. */
export interface Compared extends PerhapsMade {
  /** Of the page. */
  readonly title: string;
  readonly intro?: string;
  /** What is on each side, and what is said of it. */
  readonly sides: readonly [SideOf, SideOf];
  /** Sentences on all of it. */
  readonly sums: readonly string[];
  /** What may be said of a row, most important first. */
  readonly kinds: readonly Look[];
  readonly rows: readonly Row[];
  /** HTML behind the rows. */
  readonly annex?: string;
}

interface SideOf {
  readonly name: string;
  readonly about: string;
}

interface Row {
  /** Permanent, and unlike that of every other row. */
  readonly id: string;
  readonly name: string;
  readonly rule: Pick<Rule, 'section' | 'asks' | 'source'>;
  /** Name of its kind. */
  readonly kind: string;
  readonly unexpected: boolean;
  /** What there is to say, in sentences. */
  readonly says: readonly string[];
  /** Signs of the two sides, where each has one. */
  readonly signs: readonly Look[];
  readonly content:
    | { readonly cells: readonly [Cell | undefined, Cell | undefined] }
    | { readonly steps: readonly StepOnBoth[] };
}

/** The same bytes to both, and what each answered. */
interface StepOnBoth {
  readonly name: string;
  readonly sent: string;
  readonly got: readonly [string, string];
  /** The two answers are not the same. */
  readonly differs: boolean;
}

/** The page of a comparison. */
export function comparedHtml(compared: Compared): string {
  const { title, intro, kinds, rows, annex, vstm32, date, tookMs } = compared;
  const headings = [...new Set(rows.map(({ rule }) => rule.section))];
  return htmlPage({
    vstm32,
    date,
    tookMs,
    title,
    intro,
    above: aboveOf(compared),
    of: 'Cases',
    kinds: kinds.flatMap((kind) => {
      const count = rows.filter((row) => row.kind === kind.name).length;
      return count === 0 ? [] : [{ ...kind, count }];
    }),
    rows: headings
      .map((heading) =>
        htmlSection(
          heading,
          rows.filter(({ rule }) => rule.section === heading).map((row) => rowHtml(row, compared)),
        ),
      )
      .join('\n'),
    annex,
  });
}

function aboveOf({ sides: both, sums, rows }: Compared): string {
  const targets = both.map(
    ({ name, about }, at) => `<section class="target">
<h2><span class="number">${at + 1}</span> ${escaped(name)}</h2>
<p class="about">${escaped(about)}</p>
</section>`,
  );
  const unexpected = rows.filter((row) => row.unexpected);
  return `<div class="targets">${targets.join('\n')}</div>
${sums.map((sum) => `<p>${escaped(sum)}</p>`).join('\n')}
${unexpectedList(unexpected.map(({ id, rule }) => ({ id, section: rule.section })))}`;
}

function rowHtml(row: Row, { kinds, sides: both }: Compared): string {
  const { id, name, rule, kind, unexpected, says, signs, content } = row;
  const look = kinds.find((each) => each.name === kind)!;
  const arrow = signs.length === 2 ? ' <span aria-hidden="true">→</span> ' : '';
  const names = [both[0].name, both[1].name] as const;
  return `<details id="${anchor(id)}"${unexpected ? ' open' : ''} data-is="${kindKey(kind)}"${unexpected ? ' data-bad' : ''}>
<summary>${mark({ ...look, name: '' })} <span class="name">${escaped(name)}</span> <small>${escaped(kind)}</small> <span class="marks">${signs.map(mark).join(arrow)}</span></summary>
<p>${escaped(rule.asks)} <small>(${escaped(rule.source)})</small></p>
${says.map((sentence) => `<p>${escaped(sentence)}</p>`).join('')}
${'cells' in content ? cellsHtml(content.cells, names) : `<div class="case"><ol>${content.steps.map((step) => stepHtml(step, names)).join('')}</ol></div>`}
</details>`;
}

function cellsHtml(
  cells: readonly [Cell | undefined, Cell | undefined],
  names: readonly [string, string],
): string {
  const body = (cell: Cell | undefined): string => {
    if (cell === undefined) return '<p>not there</p>';
    return `<p>${mark({ ...APPEARANCE[cell.verdict], name: '' })}</p>${caseBody(cell, cell.verdict)}`;
  };
  return `<div class="case two">${sides(names, [body(cells[0]), body(cells[1])])}</div>`;
}

function stepHtml(
  { name, sent, got, differs }: StepOnBoth,
  names: readonly [string, string],
): string {
  const head = `<i>${escaped(name)}</i> <code>${escaped(sent)}</code>`;
  const code = (text: string): string => `<code>${escaped(text)}</code>`;
  if (!differs) return `<li>${head} → ${code(got[0])}</li>`;
  return `<li class="wrong">${head}${sides(names, [code(got[0]), code(got[1])])}</li>`;
}
