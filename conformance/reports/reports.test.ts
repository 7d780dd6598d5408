import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findDevice, interfaces } from '../../families/index.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { casesOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Report } from '../results/results.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';
import { conformMatrix } from '../results/conform-matrix.ts';
import { toGithub } from './github.ts';
import { comparedHtml } from './compared.ts';
import { changeLines, changesCompared, changesJson, changesOf, isWorse } from './changes.ts';
import { toHtml } from './html.ts';
import { STYLE } from './html-style.ts';
import { toJunit } from './junit.ts';
import { toMarkdown } from './markdown.ts';
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
  const xml = toJunit(conformMatrix(report));
  expect(count(xml, /<testcase /g)).toBe(results().length);
  expect(count(xml, /<failure /g)).toBe(failed());
  expect(xml).toContain(`failures="${failed()}"`);
});

test('TAP has a line for each case, in the plan, and nothing that its readers take for a directive', () => {
  const lines = toTap(conformMatrix(report)).split('\n');
  expect(lines.slice(0, 2)).toEqual(['TAP version 13', `1..${results().length}`]);
  const tests = lines.filter((line) => /^(not )?ok /.test(line));
  expect(tests).toHaveLength(results().length);
  expect(tests.filter((line) => line.startsWith('not ok'))).toHaveLength(failed());
  expect(tests.filter((line) => line.includes('#')).every((line) => / # SKIP /.test(line))).toBe(
    true,
  );
});

test('SARIF names a rule for each result, with its place in the list', () => {
  const sarif = JSON.parse(toSarif(conformMatrix(report))) as {
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

test('GitHub is told an error for each failed case, each in one line', () => {
  const lines = toGithub(conformMatrix(report)).trimEnd().split('\n');
  expect(lines).toHaveLength(failed());
  for (const line of lines) expect(line).toMatch(/^::error title=[^:,]+::fail%?.*%0A/);
});

test('Markdown counts the verdicts of each device, and has a row for each failed case', () => {
  const page = toMarkdown(conformMatrix(report));
  expect(count(page, /^### /gm)).toBe(2);
  expect(count(page, /^Nothing unexpected\.$/gm)).toBe(1);
  expect(count(page, /^\| (?!unexpected|---).* \|$/gm)).toBe(failed());
  expect(page).toContain(`${failed()} ✗ fail`);
});

test('the page needs no network, and shows each scenario once, without its script too', () => {
  const html = toHtml(conformMatrix(report));
  expect(html).not.toMatch(/https?:|<script [^>]|<link|<img|url\(/);
  expect(html).toMatch(/<form class="find" role="search" hidden>/); // the script shows it
  expect(html).not.toMatch(/<details [^>]*hidden/);
  const ids = new Set(results().map(({ id }) => id));
  expect(count(html, /<details /g)).toBe(ids.size);
  expect(html).toContain('vstm32 conform --device STM32F405');
});

const absent: Report = {
  format: 'vstm32-conformance',
  version: 1,
  vstm32: '1.2.3',
  date: '2026-01-02T03:04:05.678Z',
  targets: [],
};
const ABSENCE = [
  { what: 'a board that could not be reached', more: { notExamined: 'the port is gone' } },
  { what: 'a device that died', more: { insane: 'it answers nothing any more' } },
  { what: 'a run that was broken off before its first case', more: { interrupted: true } },
  { what: 'nothing at all', more: undefined },
] as const;

test.each(ABSENCE)('$what is a failed entry in every format', ({ more }) => {
  const [first] = report.targets;
  const targets =
    more === undefined ? [] : [{ ...first!, target: 'bench 7', results: [], ...more }];
  const without = { ...absent, targets };
  const named = (text: string): void => {
    if (more !== undefined) expect(text).toContain('bench 7');
  };
  const xml = toJunit(conformMatrix(without));
  expect(xml).toMatch(/<testsuites [^>]* errors="1"/);
  expect(count(xml, /<error /g)).toBe(1);
  named(xml);
  const tap = toTap(conformMatrix(without));
  expect(tap).toContain('1..1\nnot ok 1 - ');
  named(tap);
  const { runs } = JSON.parse(toSarif(conformMatrix(without))) as {
    runs: { results: { level: string }[]; invocations: { executionSuccessful: boolean }[] }[];
  };
  expect(runs.flatMap(({ results: found }) => found.map(({ level }) => level))).toEqual(['error']);
  expect(runs[0]!.invocations[0]!.executionSuccessful).toBe(false);
  const annotations = toGithub(conformMatrix(without));
  expect(count(annotations, /^::error /gm)).toBe(1);
  named(annotations);
  const page = toMarkdown(conformMatrix(without));
  expect(page).not.toContain('Nothing unexpected');
  const html = toHtml(conformMatrix(without));
  expect(html).not.toContain('Nothing unexpected');
  expect(html).toContain('<ul class="unexpected"><li>');
  named(html);
});

test('reports say which version made them, when, and how long each case took', () => {
  const dated = { ...absent, targets: report.targets };
  const [first] = report.targets;
  const slow = {
    ...dated,
    targets: [{ ...first!, results: [{ ...first!.results[0]!, tookMs: 1500 }] }],
  };
  expect(toJunit(conformMatrix(slow))).toMatch(/<testcase [^>]* time="1\.500"/);
  expect(toJunit(conformMatrix(slow))).toMatch(
    /<testsuite [^>]* time="1\.500" [^>]*timestamp="2026-01-02T03:04:05"/,
  );
  expect(toHtml(conformMatrix(dated))).toContain('vstm32 1.2.3, 2026-01-02T03:04:05.678Z');
  expect(toSarif(conformMatrix(dated))).toContain('"version": "1.2.3"');
});

test('what a device says cannot break the page', () => {
  const [first] = report.targets;
  const evil = { ...first!, target: '<b onclick="x">&' };
  expect(toHtml(conformMatrix({ ...report, targets: [evil] }))).not.toContain('<b onclick');
  expect(toJunit(conformMatrix({ ...report, targets: [evil] }))).not.toContain('<b onclick');
  const failing = report.targets.find(({ results }) =>
    results.some(({ verdict }) => verdict === 'fail'),
  );
  const spoken = { ...failing!, target: 'x\r\n::error::y | `z` <b>' };
  const spoiled = conformMatrix({ ...report, targets: [spoken] });
  expect(toGithub(spoiled)).toContain('x%0D%0A');
  expect(toGithub(spoiled)).not.toMatch(/^::error::y|\r/m);
  expect(toMarkdown(spoiled)).not.toMatch(/^::error|`z`|<b>/m);
});

test('a section has its title beside its number', () => {
  const html = toHtml(conformMatrix(report));
  expect(html).toContain('<h3>AN3155 §3.1 Get command</h3>');
  expect(html).toContain('<h3>AN3155 §3.7 Erase Memory command</h3>');
  expect(interfaces.USART.sections['3.14']).toBe('Special command');
  expect(interfaces.USART.sections['3.15']).toBe('Extended Special command');
});

test('the pages have the colours of the live page', () => {
  const live = readFileSync(join(import.meta.dirname, '../../emulator/page/page.css'), 'utf8');
  const own = [...STYLE.matchAll(/(--\w+):(light-dark\([^)]*\))/g)];
  expect(own.length).toBeGreaterThan(10);
  for (const [, name, colours] of own) {
    if (name === '--worst' || name === '--mark') continue; // the live page has nothing like it
    expect(live).toContain(`${name!}: ${colours!.replace(',', ', ')};`);
  }
});

test('memory that is not as it should be is shown in rows of expected and got', async () => {
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const cases = casesOf(scenarios.filter(({ id }) => id === 'usart/3.8/one-page')).slice(0, 1);
  const wrong = mutants.find(({ name }) => name === 'erase-one-too-many');
  const target = await examined(new EmulatedTarget(part, wrong), cases, { seed: 1, inputs: 1 });
  const { memory } = target.results[0]!;
  expect(memory!.rows.length).toBeGreaterThan(0);
  expect(memory!.rows.length).toBeLessThanOrEqual(8);
  expect(memory!.bytes).toBeGreaterThan(15);
  const [row] = memory!.rows;
  expect(row!.got).toEqual(Array.from({ length: 16 }, () => 0xff));
  expect(row!.wanted).not.toEqual(row!.got);
  const html = toHtml(conformMatrix({ ...report, targets: [target] }));
  expect(html).toContain(`Memory: ${memory!.bytes} bytes`);
  expect(count(html, /<td data-side="got"><mark>FF<\/mark>/g)).toBe(memory!.rows.length);
});

test('of two runs it is told what fails newly, what is mended, what appeared and what is gone', () => {
  const [right, wrong] = report.targets.map((each) =>
    conformMatrix({ ...report, targets: [each] }),
  );
  const worse = changesOf(right!, wrong!);
  expect(isWorse(worse)).toBe(true);
  expect(worse.changed.filter(({ change }) => change === 'newly failing')).toHaveLength(failed());
  const better = changesOf(wrong!, right!);
  expect(isWorse(better)).toBe(false);
  expect(better.changed.map(({ change }) => change)).toEqual(
    Array.from({ length: failed() }, () => 'mended'),
  );
  expect(isWorse(changesOf(wrong!, wrong!))).toBe(false);
  const [, bad] = report.targets;
  const fewer = bad!.results.filter(({ verdict }) => verdict !== 'fail');
  const without = conformMatrix({ ...report, targets: [{ ...bad!, results: fewer }] });
  const appeared = changesOf(without, wrong!);
  expect(isWorse(appeared), 'a failing case that appeared').toBe(true);
  expect(appeared.changed.map(({ change }) => change)).toEqual(
    Array.from({ length: failed() }, () => 'appeared'),
  );
  const told = JSON.parse(changesJson(appeared, ['old.json', 'new.json'])) as { changes: object[] };
  expect(told.changes).toHaveLength(failed());
  expect(told.changes[0]).not.toHaveProperty('before');
  expect(told.changes[0]).toHaveProperty('after');
  expect(changeLines(changesOf(right!, right!))).toEqual([
    `${report.targets[0]!.results.length} unchanged`,
  ]);
  const [first] = report.targets;
  const part = conformMatrix({
    ...report,
    targets: [{ ...first!, results: first!.results.slice(1) }],
  });
  expect(changesOf(right!, part).changed.map(({ change }) => change)).toEqual(['gone']);
  expect(changesOf(part, right!).changed.map(({ change }) => change)).toEqual(['appeared']);
  const page = comparedHtml(changesCompared(right!, wrong!, ['<old>.json', 'new.json']));
  expect(count(page, /<details [^>]* data-is="newly-failing" data-bad>/g)).toBe(failed());
  expect(page).toContain('&lt;old&gt;.json');
});
