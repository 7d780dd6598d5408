import { caseName } from '../run.ts';
import { countVerdicts, replayLine } from '../results.ts';
import type { Report, TargetReport } from '../results.ts';
import type { CaseResult } from '../run.ts';
import { isUnexpected } from '../verdict.ts';
import { escaped } from './escaped.ts';
import { exchangeLines, reasonOf } from './words.ts';

/** The report as JUnit XML: one test suite for each target and section, as CI servers show it. */
export function toJunit(report: Report): string {
  const suites = report.targets.flatMap((target) =>
    [...new Set(target.results.map(({ section }) => section))].map((section) =>
      suite(target, section),
    ),
  );
  const all = report.targets.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vstm32 conform" ${counts(all)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(target: TargetReport, section: string): string {
  const results = target.results.filter((result) => result.section === section);
  const [protocol] = results[0]!.id.split('/');
  const name = escaped(`${target.target}: ${protocol!}/${section}`);
  return [
    `  <testsuite name="${name}" ${counts(results)} skipped="${skippedOf(results)}">`,
    ...results.map((result) => testcase(target, result)),
    '  </testsuite>',
  ].join('\n');
}

function testcase(target: TargetReport, result: CaseResult): string {
  const { id, verdict } = result;
  const open = `    <testcase classname="${escaped(id.split('/').slice(0, 2).join('.'))}" name="${escaped(caseName(result))}" time="0"`;
  const reason = escaped(`${verdict}: ${reasonOf(result)}`);
  if (verdict === 'pass') return `${open}/>`;
  if (verdict === 'unsupported' || verdict === 'skipped') {
    return `${open}>\n      <skipped message="${reason}"/>\n    </testcase>`;
  }
  const detail = escaped(
    [result.requirement, ...exchangeLines(result), replayLine(target, result)].join('\n'),
  );
  if (verdict === 'fail') {
    return `${open}>\n      <failure message="${reason}" type="fail">${detail}</failure>\n    </testcase>`;
  }
  if (isUnexpected(verdict)) {
    return `${open}>\n      <error message="${reason}" type="${verdict}">${detail}</error>\n    </testcase>`;
  }
  return `${open}>\n      <system-out>${reason}\n${detail}</system-out>\n    </testcase>`;
}

function counts(results: readonly CaseResult[]): string {
  const by = countVerdicts(results);
  const errors = (by.get('error') ?? 0) + (by.get('inconclusive') ?? 0);
  return `tests="${results.length}" failures="${by.get('fail') ?? 0}" errors="${errors}" time="0"`;
}

function skippedOf(results: readonly CaseResult[]): number {
  const by = countVerdicts(results);
  return (by.get('unsupported') ?? 0) + (by.get('skipped') ?? 0);
}
