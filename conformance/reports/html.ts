import { APPEARANCE } from './appearance.ts';
import { escaped } from './escaped.ts';
import { STYLE } from './html-style.ts';
import { isBad } from './matrix.ts';
import type { Cell, Matrix, Rule, Said, Subject } from './matrix.ts';
import { countVerdicts } from './verdict.ts';
import type { ToolVerdict, Verdict } from './verdict.ts';

/** One page that needs no network and no script: a matrix, and a fold for each of its rows. */
export function toHtml(matrix: Matrix): string {
  const { title, intro, verdicts, subjects, annex } = matrix;
  const rows = rowsOf(matrix);
  const rules = [...rows.values()].map((row) => row.flat()[0]!.rule);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>vstm32: ${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1>${madeBy(matrix)}${intro === undefined ? '' : `<p>${escaped(intro)}</p>`}</header>
<main>
${subjects.map((subject, index) => summary(matrix, subject, index)).join('\n')}
${unexpectedOf(matrix)}
<h2>All scenarios</h2>
<p class="legend">${verdicts.map((verdict) => `<span>${mark(verdict)} ${verdict}</span>`).join(' ')}</p>
${[...new Set(rules.map(({ section }) => section))].map((section) => sectionOf(section, rules, rows)).join('\n')}
${annex ?? ''}
</main>
</body>
</html>
`;
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

function madeBy({ vstm32, date, tookMs }: Matrix): string {
  if (vstm32 === undefined || date === undefined) return '';
  const took = tookMs === undefined ? '' : `, ${(tookMs / 1000).toFixed(1)} s`;
  return `<p>vstm32 ${escaped(vstm32)}, ${escaped(date)}${took}</p>`;
}

function summary({ verdicts }: Matrix, subject: Subject, index: number): string {
  const { name, about, cells, trouble } = subject;
  const counts = countVerdicts(cells);
  const said = verdicts
    .filter((verdict) => counts.has(verdict))
    .map((verdict) => `<li>${mark(verdict)} <b>${counts.get(verdict)!}</b> ${verdict}</li>`);
  const told =
    trouble === undefined
      ? ''
      : `<p class="trouble">${escaped(name)}: ${escaped(trouble.says)}.</p>`;
  return `<section class="target">
<h2><span class="number">${index + 1}</span> ${escaped(name)}</h2>
<p>${escaped(about)}</p>
${told}<ul class="counts">${said.join('')}</ul>
</section>`;
}

function unexpectedOf({ subjects }: Matrix): string {
  const found = subjects.flatMap(({ cells }) => cells.filter(isBad));
  const troubled = subjects.filter(({ trouble }) => trouble !== undefined);
  if (found.length === 0 && troubled.length === 0) return '<p class="fine">Nothing unexpected.</p>';
  const absent = troubled.map(
    ({ name, trouble }) => `<li>${escaped(name)}: ${escaped(trouble!.says)}</li>`,
  );
  const links = [...new Set(found.map(({ rule }) => rule.id))].map(
    (id) => `<li><a href="#${anchor(id)}">${escaped(id)}</a></li>`,
  );
  return `<h2>Unexpected</h2><ul class="unexpected">${[...absent, ...links].join('')}</ul>`;
}

function sectionOf(section: string, rules: readonly Rule[], rows: Rows): string {
  const there = rules.filter((rule) => rule.section === section);
  const folds = there.map((rule) => rowOf(rule, rows.get(rule.id)!));
  return `<h3>${escaped(section)}</h3>\n${folds.join('\n')}`;
}

/** One rule: its row of the matrix is what the fold shows closed. */
function rowOf({ id, name, asks, source }: Rule, row: readonly (readonly Cell[])[]): string {
  const marks = row.map((cells) => {
    const each = cells.map((cell) => mark(cell.verdict, titleOf(cell)));
    return `<span class="marks">${each.join('')}</span>`;
  });
  return `<details id="${anchor(id)}"${row.flat().some(isBad) ? ' open' : ''}>
<summary><span class="name">${escaped(name)}</span> ${marks.join('')}</summary>
<p>${escaped(asks)} <small>(${escaped(source)})</small></p>
${row.flatMap((cells, index) => cells.map((cell) => caseOf(cell, index))).join('\n')}
</details>`;
}

function titleOf({ state, verdict }: Cell): string {
  return state === undefined ? verdict : `${state.name}: ${verdict}`;
}

function caseOf(cell: Cell, index: number): string {
  const { state, verdict, says, notes, steps, texts, again, warnings } = cell;
  const where =
    state === undefined ? '' : ` ${escaped(state.name)} <small>${escaped(state.is)}</small>`;
  const further = [...notes, ...warnings.map(({ rule, says: why }) => `${rule}: ${why}`)];
  return `<div class="case">
<h4>${mark(verdict)} <span class="number">${index + 1}</span>${where}</h4>
<p><b>${verdict}</b>: ${escaped(says)}.</p>
${further.map((note) => `<p>${escaped(note)}</p>`).join('')}
${steps.length === 0 ? '' : `<ol>${steps.map(step).join('')}</ol>`}
${texts.map(([title, text]) => `<h5>${escaped(title)}</h5><pre>${escaped(text)}</pre>`).join('')}
${again === undefined ? '' : `<p class="replay"><code>${escaped(again)}</code></p>`}
</div>`;
}

function step({ name, sent, got, wanted }: Said): string {
  const wrong = wanted === undefined ? '' : ' class="wrong"';
  const accepted = wanted === undefined ? '' : ` <small>accepted: ${escaped(wanted)}</small>`;
  return `<li${wrong}><i>${escaped(name)}</i> <code>${escaped(sent)}</code> → <code>${escaped(got)}</code>${accepted}</li>`;
}

function mark(verdict: Verdict | ToolVerdict, title: string = verdict): string {
  const { sign, colour } = APPEARANCE[verdict];
  return `<span class="v ${colour}" title="${escaped(title)}">${sign}</span>`;
}

function anchor(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/g, '-');
}
