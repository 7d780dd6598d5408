import type { Report, ReportedRun } from './report.ts';
import { escaped } from './escaped.ts';

/** JUnit XML: a suite for each tool, a failure for each unexpected verdict. */
export function formatJunit({ tools, date }: Report): string {
  const suites = tools.map(({ tool, runs, trouble }) => {
    const failures = runs.filter((run) => run.unexpected).length;
    const skipped = runs.filter(isSkipped).length;
    const ms = runs.reduce((sum, run) => sum + (run.tookMs ?? 0), 0);
    const errors = trouble === undefined ? 0 : 1;
    const when = date === undefined ? '' : ` timestamp="${date.replace(/\.\d+Z$/, '')}"`;
    const head = `name="${escaped(tool)}" tests="${runs.length + errors}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${ms / 1000}"${when}`;
    const cases = runs.map((run) => testcase(tool, run));
    if (trouble !== undefined) cases.push(notJudged(tool, trouble));
    return `  <testsuite ${head}>\n${cases.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

/** A tool that was not judged has not passed. */
function notJudged(tool: string, trouble: string): string {
  return `    <testcase classname="${escaped(tool)}" name="it is judged to the end" time="0">\n      <error type="not-judged" message="${escaped(trouble)}"/>\n    </testcase>`;
}

function testcase(tool: string, run: ReportedRun): string {
  const name = `${run.id} ${run.symptom}`;
  const head = `    <testcase classname="${escaped(tool)}" name="${escaped(name)}" time="${(run.tookMs ?? 0) / 1000}"`;
  if (run.unexpected) {
    const text = [run.says, run.command ?? '', run.output ?? '', ...(run.octets ?? [])].join('\n');
    const message = `${run.verdict}: ${run.says}`;
    return `${head}>\n      <failure type="${run.verdict}" message="${escaped(message)}">${escaped(text)}</failure>\n    </testcase>`;
  }
  if (isSkipped(run)) return `${head}><skipped message="${escaped(run.says)}"/></testcase>`;
  return `${head}/>`;
}

function isSkipped(run: ReportedRun): boolean {
  return run.verdict === 'unsupported' && !run.unexpected;
}
