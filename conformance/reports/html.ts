import { ENTRIES } from '../run/entry.ts';
import type { CaseResult } from '../run/run.ts';
import { protocolNamed } from '../interfaces/index.ts';
import { countVerdicts, replayLine, troubleOf } from './results.ts';
import type { Report, TargetReport } from './results.ts';
import { VERDICTS, isUnexpected } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { escaped } from './escaped.ts';
import { STYLE } from './html-style.ts';
import { exchangeWords, reasonOf } from './words.ts';

/** Signs that tell verdicts apart without colour. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  unsupported: '–',
  skipped: '·',
  informational: 'i',
  'non-strict': '~',
  inconclusive: '?',
  error: '!',
  fail: '✗',
};

/** The report as one page that needs no network and no script: a matrix, and a fold for each scenario. */
export function toHtml(report: Report): string {
  const sections = [...new Set(report.targets.flatMap(({ results }) => results.map(sectionName)))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>vstm32 conformance</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Bootloader conformance</h1>${madeBy(report)}</header>
<main>
${report.targets.map(summary).join('\n')}
${unexpectedOf(report)}
<h2>All scenarios</h2>
<p class="legend">${VERDICTS.map((verdict) => `<span>${cell(verdict)} ${verdict}</span>`).join(' ')}</p>
${sections.map((section) => sectionOf(report, section)).join('\n')}
</main>
</body>
</html>
`;
}

function madeBy({ vstm32, date }: Report): string {
  if (vstm32 === undefined || date === undefined) return '';
  return `<p>vstm32 ${escaped(vstm32)}, ${escaped(date)}</p>`;
}

function sectionName({ id, section }: CaseResult): string {
  const note = protocolNamed(id)?.note ?? '';
  return section === 'common'
    ? `What every protocol offers, over ${id.split('/')[0]!}`
    : `${note} §${section}`;
}

function summary(target: TargetReport, index: number): string {
  const { device, bootloader, protocol, flashKiB, results, seed, inputs, tookMs } = target;
  const counts = countVerdicts(results);
  const said = VERDICTS.filter((verdict) => counts.has(verdict))
    .map((verdict) => `<li>${cell(verdict)} <b>${counts.get(verdict)!}</b> ${verdict}</li>`)
    .join('');
  const trouble = troubleOf(target);
  const told =
    trouble === undefined ? '' : `<p class="insane">${escaped(capitalised(trouble))}.</p>`;
  return `<section class="target">
<h2><span class="number">${index + 1}</span> ${escaped(target.target)}</h2>
<p>${escaped(device)}, ${flashKiB} KiB, bootloader ${escaped(bootloader)}, protocol ${escaped(protocol)}. ${results.length} cases, seed ${seed}, up to ${inputs} inputs each, ${(tookMs / 1000).toFixed(1)} s.</p>
${told}<ul class="counts">${said}</ul>
</section>`;
}

function unexpectedOf(report: Report): string {
  const found = report.targets
    .flatMap(({ results }) => results)
    .filter((each) => isUnexpected(each.verdict));
  const troubled = report.targets.filter((target) => troubleOf(target) !== undefined);
  if (found.length === 0 && troubled.length === 0 && report.targets.length > 0) {
    return '<p class="fine">Nothing unexpected.</p>';
  }
  const absent = troubled.map(
    (target) => `<li>${escaped(target.target)}: ${escaped(troubleOf(target)!)}</li>`,
  );
  if (report.targets.length === 0) absent.push('<li>Nothing was examined.</li>');
  const ids = [...new Set(found.map(({ id }) => id))];
  const links = ids.map((id) => `<li><a href="#${anchor(id)}">${escaped(id)}</a></li>`).join('');
  return `<h2>Unexpected</h2><ul class="unexpected">${absent.join('')}${links}</ul>`;
}

function capitalised(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function sectionOf(report: Report, section: string): string {
  const ids = [
    ...new Set(
      report.targets.flatMap(({ results }) =>
        results.filter((each) => sectionName(each) === section).map(({ id }) => id),
      ),
    ),
  ];
  return `<h3>${escaped(section)}</h3>\n${ids.map((id) => scenarioOf(report, id)).join('\n')}`;
}

/** One scenario: its row of the matrix is what the fold shows closed. */
function scenarioOf(report: Report, id: string): string {
  const rows = report.targets.map((target) => ({
    target,
    results: target.results.filter((result) => result.id === id),
  }));
  const first = rows.flatMap(({ results }) => results)[0]!;
  const open = rows.some(({ results }) => results.some((each) => isUnexpected(each.verdict)));
  const name = id.split('/').slice(2).join('/');
  const marks = rows
    .map(({ results }) => `<span class="marks">${results.map(mark).join('')}</span>`)
    .join('');
  return `<details id="${anchor(id)}"${open ? ' open' : ''}>
<summary><span class="name">${escaped(name)}</span> ${marks}</summary>
<p>${escaped(first.requirement)} <small>(${first.strength}; may spoil ${first.destroys}; assertions ${first.covers.join(', ')})</small></p>
${rows.map(({ target, results }, index) => results.map((result) => caseOf(target, result, index)).join('\n')).join('\n')}
</details>`;
}

function mark(result: CaseResult): string {
  return cell(result.verdict, `${result.entry}: ${result.verdict}`);
}

function caseOf(target: TargetReport, result: CaseResult, index: number): string {
  const state = ENTRIES[result.entry];
  const steps = exchangeWords(result)
    .map(
      ({ name, sent, got, wanted }) =>
        `<li${wanted === undefined ? '' : ' class="wrong"'}><i>${escaped(name)}</i> <code>${escaped(sent)}</code> → <code>${escaped(got)}</code>${
          wanted === undefined ? '' : ` <small>accepted: ${escaped(wanted)}</small>`
        }</li>`,
    )
    .join('');
  return `<div class="case">
<h4>${cell(result.verdict)} <span class="number">${index + 1}</span> ${escaped(result.entry)} <small>${escaped(state)}</small></h4>
<p><b>${result.verdict}</b>: ${escaped(reasonOf(result))}. Answered: ${result.answered.verdict}; left: ${result.left.verdict}${result.left.verdict === 'pass' ? '' : ` (${escaped(result.left.says)})`}.</p>
${steps === '' ? '' : `<ol>${steps}</ol>`}
<p class="replay"><code>${escaped(replayLine(target, result))}</code></p>
</div>`;
}

function cell(verdict: Verdict, title: string = verdict): string {
  return `<span class="v ${verdict}" title="${escaped(title)}">${SIGNS[verdict]}</span>`;
}

function anchor(id: string): string {
  return id.replace(/[^a-z0-9.-]/g, '-');
}
