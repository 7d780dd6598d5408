import { APPEARANCE } from './appearance.ts';
import { escaped } from './escaped.ts';
import { anchor, caseBody, mark, unexpectedList } from './html-parts.ts';
import { htmlPage, htmlSection, kindKey } from './html-page.ts';
import { isBad } from './matrix.ts';
import type { Cell, Matrix, Rule, Subject } from './matrix.ts';
import { countVerdicts } from './verdict.ts';
import type { ToolVerdict, Verdict } from './verdict.ts';

/** Columns of more subjects than these are not numbered in each row. */
const NUMBERED = 9;

/** One page that needs no network: a matrix, and a fold for each of its rows. */
export function toHtml(matrix: Matrix): string {
  const { title, intro, verdicts, subjects, annex, vstm32, date, tookMs } = matrix;
  const rows = rowsOf(matrix);
  const rules = [...rows.values()].map((row) => row.flat()[0]!.rule);
  const counts = countVerdicts(subjects.flatMap(({ cells }) => cells));
  const headings = [...new Set(rules.map(({ section }) => section))];
  return htmlPage({
    vstm32,
    date,
    tookMs,
    title,
    intro,
    above: `<div class="targets">${subjects.map((subject, index) => summary(matrix, subject, index)).join('\n')}</div>
${unexpectedOf(matrix)}`,
    of: 'All scenarios',
    kinds: verdicts.flatMap((verdict) => {
      const count = counts.get(verdict);
      return count === undefined ? [] : [{ name: verdict, ...APPEARANCE[verdict], count }];
    }),
    rows: headings.map((heading) => sectionOf(heading, rules, rows)).join('\n'),
    annex,
  });
}

/** Cells of each rule, by subject. */
type Rows = ReadonlyMap<string, readonly (readonly Cell[])[]>;

function rowsOf({ subjects }: Matrix): Rows {
  const rows = new Map<string, Cell[][]>();
  for (const [index, { cells }] of subjects.entries()) {
    for (const cell of cells) {
      let row = rows.get(cell.rule.id);
      if (row === undefined) rows.set(cell.rule.id, (row = subjects.map(() => [])));
      row[index]!.push(cell);
    }
  }
  return rows;
}

function summary({ verdicts }: Matrix, subject: Subject, index: number): string {
  const { name, about, cells, trouble } = subject;
  const counts = countVerdicts(cells);
  const said = verdicts
    .filter((verdict) => counts.has(verdict))
    .map((verdict) => `<li>${sign(verdict)} <b>${counts.get(verdict)!}</b> ${verdict}</li>`);
  const told =
    trouble === undefined
      ? ''
      : `<p class="trouble">${escaped(name)}: ${escaped(trouble.says)}.</p>`;
  const list = said.length === 0 ? '' : `<ul class="counts">${said.join('')}</ul>`;
  return `<section class="target">
<h2><span class="number">${index + 1}</span> ${escaped(name)}</h2>
<p class="about">${escaped(about)}</p>
${told}${list}
</section>`;
}

function unexpectedOf({ subjects }: Matrix): string {
  const found = subjects.flatMap(({ cells }) => cells.filter(isBad));
  const troubled = subjects.filter(({ trouble }) => trouble !== undefined);
  const absent = troubled.map(
    ({ name, trouble }) => `<li>${escaped(name)}: ${escaped(trouble!.says)}</li>`,
  );
  const rules = new Map(found.map(({ rule }) => [rule.id, rule]));
  return unexpectedList([...rules.values()], absent);
}

function sectionOf(section: string, rules: readonly Rule[], rows: Rows): string {
  const there = rules.filter((rule) => rule.section === section);
  return htmlSection(
    section,
    there.map((rule) => rowOf(rule, rows.get(rule.id)!)),
  );
}

/** One rule: its row of the matrix is what the fold shows closed. */
function rowOf({ id, name, asks, source }: Rule, row: readonly (readonly Cell[])[]): string {
  const numbers = row.length > 1 && row.length <= NUMBERED;
  const marks = row.map((cells, index) => {
    const each = cells.map((cell) => sign(cell.verdict, titleOf(cell)));
    const number = numbers ? `<span class="number">${index + 1}</span>` : '';
    return `<span class="marks">${number}${each.join('')}</span>`;
  });
  const all = row.flat();
  const is = [...new Set(all.map(({ verdict }) => kindKey(verdict)))].join(' ');
  const bad = all.some(isBad);
  return `<details id="${anchor(id)}"${bad ? ' open' : ''} data-is="${is}"${bad ? ' data-bad' : ''}>
<summary><span class="name">${escaped(name)}</span> ${marks.join(' ')}</summary>
<p>${escaped(asks)} <small>(${escaped(source)})</small></p>
${row.flatMap((cells, index) => cells.map((cell) => caseOf(cell, index))).join('\n')}
</details>`;
}

function titleOf({ state, verdict }: Cell): string {
  return state === undefined ? verdict : `${state.name}: ${verdict}`;
}

function caseOf(cell: Cell, index: number): string {
  const { state, verdict } = cell;
  const where =
    state === undefined ? '' : ` ${escaped(state.name)} <small>${escaped(state.is)}</small>`;
  return `<div class="case">
<h4>${sign(verdict)} <span class="number">${index + 1}</span>${where}</h4>
${caseBody(cell, verdict)}
</div>`;
}

function sign(verdict: Verdict | ToolVerdict, name: string = verdict): string {
  return mark({ ...APPEARANCE[verdict], name });
}
