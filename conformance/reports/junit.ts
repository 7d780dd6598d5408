import { caseName } from '../run/run.ts';
import { countVerdicts, replayLine, troubleOf } from './results.ts';
import type { Report, TargetReport } from './results.ts';
import type { CaseResult } from '../run/run.ts';
import { isUnexpected } from './verdict.ts';
import { escaped } from './escaped.ts';
import { exchangeLines, reasonOf } from './words.ts';

/** The report as JUnit XML: one test suite for each target and section, as CI servers show it. */
export function toJunit(report: Report): string {
  const all = report.targets.flatMap(({ results }) => results);
  const troubled = report.targets.filter((target) => troubleOf(target) !== undefined);
  const nothing = report.targets.length === 0 ? 1 : 0;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vstm32 conform" ${counts(all, troubled.length + nothing)}>`,
    ...report.targets.flatMap((target) => suitesOf(target, report.date)),
    ...(nothing === 1 ? [troubleSuite('vstm32 conform', 'nothing was examined', report.date)] : []),
    '</testsuites>',
    '',
  ].join('\n');
}

function suitesOf(target: TargetReport, date: string | undefined): readonly string[] {
  const sections = [...new Set(target.results.map(({ section }) => section))];
  const trouble = troubleOf(target);
  return [
    ...sections.map((section) => suite(target, section, date)),
    ...(trouble === undefined ? [] : [troubleSuite(target.target, trouble, date)]),
  ];
}

/** What cannot be said of any case is an entry of its own: a board that was not examined has not passed. */
function troubleSuite(name: string, trouble: string, date: string | undefined): string {
  return [
    `  <testsuite name="${escaped(name)}" ${counts([], 1)} skipped="0"${timestamp(date)}>`,
    `    <testcase classname="vstm32.conform" name="${escaped(`${name} is examined to the end`)}" time="0">`,
    `      <error message="${escaped(trouble)}" type="not-examined"/>`,
    '    </testcase>',
    '  </testsuite>',
  ].join('\n');
}

function timestamp(date: string | undefined): string {
  return date === undefined ? '' : ` timestamp="${date.replace(/\.\d+Z$/, '')}"`;
}

function suite(target: TargetReport, section: string, date: string | undefined): string {
  const results = target.results.filter((result) => result.section === section);
  const [protocol] = results[0]!.id.split('/');
  const name = escaped(`${target.target}: ${protocol!}/${section}`);
  return [
    `  <testsuite name="${name}" ${counts(results)} skipped="${skippedOf(results)}"${timestamp(date)}>`,
    ...results.map((result) => testcase(target, result)),
    '  </testsuite>',
  ].join('\n');
}

function testcase(target: TargetReport, result: CaseResult): string {
  const { id, verdict } = result;
  const open = `    <testcase classname="${escaped(id.split('/').slice(0, 2).join('.'))}" name="${escaped(caseName(result))}" time="${seconds(result.tookMs)}"`;
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

/** `troubled` is the number of entries that are no case's. */
function counts(results: readonly CaseResult[], troubled = 0): string {
  const by = countVerdicts(results);
  const errors = (by.get('error') ?? 0) + (by.get('inconclusive') ?? 0) + troubled;
  const time = seconds(results.reduce((sum, { tookMs }) => sum + tookMs, 0));
  return `tests="${results.length + troubled}" failures="${by.get('fail') ?? 0}" errors="${errors}" time="${time}"`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function skippedOf(results: readonly CaseResult[]): number {
  const by = countVerdicts(results);
  return (by.get('unsupported') ?? 0) + (by.get('skipped') ?? 0);
}
