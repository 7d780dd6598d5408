import type { Report, ReportedRun } from './report.ts';
import { escaped } from './escaped.ts';

/** JUnit XML: a suite for each tool, a failure for each unexpected verdict. */
export function formatJunit({ tools }: Report): string {
  const suites = tools.map(({ tool, runs }) => {
    const failures = runs.filter((run) => run.unexpected).length;
    const skipped = runs.filter(isSkipped).length;
    const ms = runs.reduce((sum, run) => sum + (run.tookMs ?? 0), 0);
    const head = `name="${escaped(tool)}" tests="${runs.length}" failures="${failures}" skipped="${skipped}" time="${ms / 1000}"`;
    return `  <testsuite ${head}>\n${runs.map((run) => testcase(tool, run)).join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
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
