import { beforeAll, expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part.ts';
import { casesOf } from '../run.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Report } from '../results.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';
import { toHtml } from './html.ts';
import { toJunit } from './junit.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';

let report: Report;

beforeAll(async () => {
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const cases = casesOf(scenarios.filter(({ id }) => /^usart\/3\.(1|7|14)\//.test(id)));
  const wrong = mutants.find(({ name }) => name === 'get-version-wrong');
  const options = { seed: 1, inputs: 1 };
  report = {
    format: 'vstm32-conformance',
    version: 1,
    targets: [
      await examined(new EmulatedTarget(part), cases, options),
      await examined(new EmulatedTarget(part, wrong), cases, options),
    ],
  };
});

const results = () => report.targets.flatMap((each) => each.results);
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const failed = () => results().filter(({ verdict }) => verdict === 'fail').length;

test('there is something to report', () => {
  expect(failed()).toBeGreaterThan(0);
  expect(results().some(({ verdict }) => verdict === 'unsupported')).toBe(true);
});

test('JUnit has a test case for each case and a failure for each failed one', () => {
  const xml = toJunit(report);
  expect(count(xml, /<testcase /g)).toBe(results().length);
  expect(count(xml, /<failure /g)).toBe(failed());
  expect(xml).toContain(`failures="${failed()}"`);
});

test('TAP has a line for each case, in the plan, and nothing that its readers take for a directive', () => {
  const lines = toTap(report).split('\n');
  expect(lines.slice(0, 2)).toEqual(['TAP version 13', `1..${results().length}`]);
  const tests = lines.filter((line) => /^(not )?ok /.test(line));
  expect(tests).toHaveLength(results().length);
  expect(tests.filter((line) => line.startsWith('not ok'))).toHaveLength(failed());
  expect(tests.filter((line) => line.includes('#')).every((line) => / # SKIP /.test(line))).toBe(
    true,
  );
});

test('SARIF names a rule for each result, with its place in the list', () => {
  const sarif = JSON.parse(toSarif(report)) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number; level: string }[];
    }[];
  };
  expect(sarif.runs).toHaveLength(2);
  for (const { tool, results: found } of sarif.runs) {
    for (const each of found) expect(tool.driver.rules[each.ruleIndex]!.id).toBe(each.ruleId);
  }
  const errors = sarif.runs.flatMap((run) => run.results).filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(failed());
});

test('the page needs neither network nor script, and shows each scenario once', () => {
  const html = toHtml(report);
  expect(html).not.toMatch(/https?:|<script|<link|<img|url\(/);
  const ids = new Set(results().map(({ id }) => id));
  expect(count(html, /<details /g)).toBe(ids.size);
  expect(html).toContain('vstm32 conform --device STM32F405');
});

test('what a device says cannot break the page', () => {
  const [first] = report.targets;
  const evil = { ...first!, target: '<b onclick="x">&' };
  expect(toHtml({ ...report, targets: [evil] })).not.toContain('<b onclick');
  expect(toJunit({ ...report, targets: [evil] })).not.toContain('<b onclick');
});
