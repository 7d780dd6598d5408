import type { Report, ReportedRun, ToolReport } from './report.ts';
import { escaped } from './escaped.ts';
import { VERDICTS } from '../verdict/verdict.ts';

/** Readable on a telephone, on paper, and in the dark. */
const STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --info: #0969da; --worst: #8e24aa; --none: #8c959f; }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1rem; max-width: 110rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: Canvas; position: sticky; top: 0; }
pre { background: var(--soft); padding: .5rem; overflow-x: auto; font-size: 12px; max-width: 60rem; }
summary { cursor: pointer; font-weight: 600; }
.pass summary, .v.pass { color: var(--good); } .unsupported summary, .v.unsupported { color: var(--none); }
.non-strict summary, .v.non-strict { color: var(--info); }
.cause-not-named summary, .gave-up summary, .inconclusive summary, .v.cause-not-named, .v.gave-up, .v.inconclusive { color: var(--warn); }
.wrong-exit summary, .hang summary, .error summary, .v.wrong-exit, .v.hang, .v.error, .trouble { color: var(--bad); }
.silent-corruption summary, .damage summary, .v.silent-corruption, .v.damage { color: #fff; background: var(--worst); padding: 0 .3rem; }
.counts { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem; }
.unexpected { background: #cf222e1a; }
small { opacity: .75; }
@media print { details { break-inside: avoid; } }`;

/** One page without scripts: scenarios in rows, tools in columns, the evidence behind each verdict. */
export function formatHtml({ tools, vstm32, date, tookMs }: Report): string {
  const ids = [...new Set(tools.flatMap(({ runs }) => runs.map(({ id }) => id)))];
  const rows = ids.map((id) => row(id, tools)).join('\n');
  const heads = tools.map(
    ({ tool, runs }) => `<th>${escaped(tool)}<br><small>${sums(runs)}</small></th>`,
  );
  const madeBy =
    vstm32 === undefined || date === undefined
      ? ''
      : `<p>vstm32 ${escaped(vstm32)}, ${escaped(date)}, ${seconds(tookMs ?? 0)}</p>\n`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>vstm32: flashing tools judged</title>
<style>${STYLE}</style>
<h1>Flashing tools judged</h1>
${madeBy}<p>Each row is a failure that users of real tools reported; each cell is what a tool did in it. Open a cell for the tool's output, the octets and the flash.</p>
${tools.map(tally).join('\n')}
<div class="wide">
<table>
<thead><tr><th>Scenario</th>${heads.join('')}</tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>
</html>
`;
}

/** What was judged, and how many verdicts of each kind there are. */
function tally({ tool, version, path, runs, trouble, tookMs }: ToolReport): string {
  const counts = VERDICTS.toReversed().flatMap((verdict) => {
    const count = runs.filter((run) => run.verdict === verdict).length;
    return count === 0
      ? []
      : [`<li><span class="v ${verdict}">${verdict}</span> <b>${count}</b></li>`];
  });
  const about = [version, path, tookMs === undefined ? undefined : seconds(tookMs)].filter(
    (each) => each !== undefined,
  );
  const told =
    trouble === undefined ? '' : `<p class="trouble">${escaped(tool)}: ${escaped(trouble)}</p>`;
  return `<section><h2>${escaped(tool)}</h2><p>${escaped(about.join(', '))}</p>${told}<ul class="counts">${counts.join('')}</ul></section>`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function sums(runs: readonly ReportedRun[]): string {
  const passed = runs.filter(({ verdict }) => verdict === 'pass').length;
  const unexpected = runs.filter((run) => run.unexpected).length;
  return `${passed} of ${runs.length} pass, ${unexpected} unexpected`;
}

function row(id: string, tools: readonly ToolReport[]): string {
  const runs = tools.map(({ runs: all }) => all.find((run) => run.id === id));
  const { symptom, source, job } = runs.find((run) => run !== undefined)!;
  const head = `<td id="${id}"><b>${id}</b> ${escaped(symptom)}<br><small>${escaped(job)}. ${escaped(source)}</small></td>`;
  return `<tr>${head}${runs.map(cell).join('')}</tr>`;
}

function cell(run: ReportedRun | undefined): string {
  if (run === undefined) return '<td></td>';
  const classes = `${run.verdict}${run.unexpected ? ' unexpected' : ''}`;
  const parts = [
    `<p>${escaped(run.says)}</p>`,
    ...(run.reason === undefined ? [] : [`<p>Known: ${escaped(run.reason)}</p>`]),
    ...(run.flash === undefined ? [] : [`<p>Flash against the job: ${escaped(run.flash)}</p>`]),
    ...run.lint.map(
      ({ rule, says, octets, count }) =>
        `<p>${escaped(rule)} (${count}): ${escaped(says)}<br><code>${escaped(octets)}</code></p>`,
    ),
    pre('Command', run.command),
    pre('Output', run.output),
    pre('Wire and chip', run.octets?.join('\n')),
    pre('Repeat', run.repeat),
  ];
  const summary = `<summary>${run.verdict}${run.lint.length > 0 ? ' *' : ''}</summary>`;
  return `<td class="${classes}"><details>${summary}${parts.join('')}</details></td>`;
}

function pre(title: string, text: string | undefined): string {
  return text === undefined ? '' : `<h4>${title}</h4><pre>${escaped(text)}</pre>`;
}
