import type { Report, ReportedRun, ToolReport } from './report.ts';
import { escaped } from './escaped.ts';

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; max-width: 110rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #f2f2f2; position: sticky; top: 0; }
pre { background: #f6f6f6; padding: .5rem; overflow-x: auto; font-size: 12px; max-width: 60rem; }
summary { cursor: pointer; font-weight: 600; }
.pass summary { color: #157f3b; } .unsupported summary { color: #777; } .non-strict summary { color: #0b6bcb; }
.cause-not-named summary { color: #9a6700; } .wrong-exit summary, .hang summary, .error summary { color: #c62828; }
.silent-corruption summary { color: #fff; background: #8e24aa; padding: 0 .3rem; }
.unexpected { background: #fff3f3; }
small { color: #555; }`;

/** One page without scripts: scenarios in rows, tools in columns, the evidence behind each verdict. */
export function formatHtml({ tools }: Report): string {
  const ids = [...new Set(tools.flatMap(({ runs }) => runs.map(({ id }) => id)))];
  const rows = ids.map((id) => row(id, tools)).join('\n');
  const heads = tools.map(
    ({ tool, runs }) => `<th>${escaped(tool)}<br><small>${sums(runs)}</small></th>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>vstm32: flashing tools judged</title>
<style>${STYLE}</style>
<h1>Flashing tools judged</h1>
<p>Each row is a failure that users of real tools reported; each cell is what a tool did in it. Open a cell for the tool's output, the octets and the flash.</p>
<table>
<thead><tr><th>Scenario</th>${heads.join('')}</tr></thead>
<tbody>
${rows}
</tbody>
</table>
</html>
`;
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
