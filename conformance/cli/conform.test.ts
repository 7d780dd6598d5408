import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { conformMatrix } from '../results/conform-matrix.ts';
import { writeReports } from '../reports/write.ts';
import { reportOf } from '../results/results.ts';
import type { Report, TargetReport } from '../results/results.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';
import { runCompare } from './run-compare.ts';
import { runConform } from './run-conform.ts';
import { runReplay } from './run-replay.ts';
import { selectCases } from './select-cases.ts';

let folder = '';
let printed = '';
let complained = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-conform-'));
  printed = '';
  complained = '';
  vi.spyOn(console, 'log').mockImplementation((line = '') => void (printed += `${line}\n`));
  vi.spyOn(console, 'error').mockImplementation((line) => void (complained += `${line}\n`));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test('a run writes the reports asked for and ends with 0', async () => {
  const [json, html] = [join(folder, 'r.json'), join(folder, 'r.html')];
  const only = ['usart/3.1'];
  expect(await runConform({ device: 'STM32F405RG', only, inputs: '1', json, html })).toBe(0);
  const report = JSON.parse(await readFile(json, 'utf8')) as Report;
  expect(report.targets[0]!.results.every(({ section }) => section === '3.1')).toBe(true);
  expect(await readFile(html, 'utf8')).toContain('STM32F405');
  expect(complained).toMatch(/29 pass|\d+ pass/);
});

test('the prefix of a section does not reach into another one', async () => {
  expect(await runConform({ list: true, only: ['usart/3.1'] })).toBe(0);
  expect(printed).toContain('usart/3.1/list@rdp-1\tmust\tnothing');
  expect(printed).not.toContain('usart/3.10/');
});

test('blessed deviations need a reason and are then expected', async () => {
  const [right, wrong] = [await reportFile(), await reportFile('get-version-refused-under-rdp')];
  const file = join(folder, 'expected.json');
  const judge = (report: string, argv: object): Promise<number> =>
    runConform({ 'merge-reports': [report], ...argv });
  expect(await judge(wrong, {})).toBe(1);
  expect(await judge(wrong, { bless: file })).toBe(0);
  expect(await judge(wrong, { expected: file })).toBe(2);
  const content = await readFile(file, 'utf8');
  await writeFile(file, content.replaceAll('"reason": ""', '"reason": "a clone that we know"'));
  expect(await judge(wrong, { expected: file })).toBe(0);
  expect(await judge(right, { expected: file })).toBe(1);
  expect(complained).toContain('expected fail, came pass');
});

test('the baseline of one device is not taken for another', async () => {
  const [wrong, other] = [await reportFile('get-version-refused-under-rdp'), join(folder, 'other')];
  const file = join(folder, 'expected.json');
  expect(await runConform({ 'merge-reports': [wrong], bless: file })).toBe(0);
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replaceAll('"reason": ""', '"reason": "a clone that we know"'),
  );
  const content = await readFile(wrong, 'utf8');
  for (const [field, value, its] of [
    ['device', 'STM32F10x_MD', /is STM32F10x_MD with 9.1/],
    ['bootloader', '3.0', /is STM32F405_407_415_417 with 3.0/],
  ] as const) {
    const [{ ...target }] = (JSON.parse(content) as Report).targets as [TargetReport];
    await writeFile(
      other,
      JSON.stringify({
        ...(JSON.parse(content) as Report),
        targets: [{ ...target, [field]: value }],
      }),
    );
    expect(await runConform({ 'merge-reports': [other], expected: file })).toBe(2);
    expect(complained).toMatch(its);
    expect(await runConform({ 'merge-reports': [other], bless: file })).toBe(2);
  }
});

test('strict counts known limitations and harmless differences', async () => {
  const content = await readFile(await reportFile(), 'utf8');
  const file = join(folder, 'soft.json');
  for (const verdict of ['non-strict', 'informational']) {
    const report = JSON.parse(content) as { targets: { results: { verdict: string }[] }[] };
    report.targets[0]!.results[0]!.verdict = verdict;
    await writeFile(file, JSON.stringify(report));
    expect(await runConform({ 'merge-reports': [file] })).toBe(0);
    expect(await runConform({ 'merge-reports': [file], strict: true })).toBe(1);
  }
});

const NONSENSE = [
  ['', 'it is no JSON'],
  ['\ufeff{}', 'it is no JSON'],
  ['null', 'expected object'],
  ['[]', 'expected object'],
  ['{"format":"vstm32-conformance","version":2}', 'version: Invalid input: expected 1'],
  ['{"format":"vstm32-conformance","version":1,"targets":{}}', 'targets: Invalid input'],
  ['{"format":"vstm32-conformance","version":1,"targets":[null]}', 'targets.0: Invalid input'],
] as const;

test.each(NONSENSE)(
  'a file that holds %s is refused, and what is wrong in it is named',
  async (text, says) => {
    const file = join(folder, 'nonsense.json');
    await writeFile(file, text);
    expect(await runConform({ 'merge-reports': [file] })).toBe(2);
    expect(complained).toContain(says);
    const right = await reportFile();
    expect(await runConform({ 'merge-reports': [right], expected: file })).toBe(2);
    expect(complained).toContain('nonsense.json is not a file that vstm32 conform --bless wrote');
    expect(await runConform({ device: 'STM32F405', only: ['usart/3.2'], cases: [file] })).toBe(2);
    expect(complained).toContain('nonsense.json is not a case that vstm32 fuzz --save wrote');
    expect(await runReplay({ device: 'STM32F405', session: text })).toBe(2);
    expect(await runCompare({ one: file, other: 'STM32F405' })).toBe(2);
    expect(complained).toMatch(
      /nonsense\.json is (not a file that vstm32 record wrote|a report of a run: give another)/,
    );
  },
);

test('reports of shards are named one behind the other, as the examples show', async () => {
  const [one, other] = [await reportFile(), await reportFile('get-version-refused-under-rdp')];
  expect(await runConform({ 'merge-reports': [one], files: [other] })).toBe(1);
  expect(await runConform({ files: [other] })).toBe(2);
  expect(complained).toMatch(/files belong to --merge-reports or --cases/);
});

test('what is expected is read before anything is run', async () => {
  const expected = join(folder, 'none.json');
  expect(await runConform({ device: 'STM32F405', only: ['usart/3.1'], expected })).toBe(3);
  expect(complained).toMatch(`vstm32 conform: ${expected} cannot be read: ENOENT: no such file`);
});

test.each([
  ['STM32F4', /no part is called STM32F4; did you mean STM32F405, /],
  ['0x999', /no part is called 0x999; no line has that product ID/],
  ['STM32MP157', /no part is called STM32MP157; the series are STM32F0, /],
])('--device %s is answered with what is like it', async (device, says) => {
  expect(await runConform({ device })).toBe(2);
  expect(complained).toMatch(says);
});

test('an explanation names the requirement and its source', async () => {
  expect(await runConform({ explain: 'usart/3.6/misaligned-address' })).toBe(0);
  expect(printed).toContain('AN2606 table 7');
});

test('coverage ends with how much is examined', async () => {
  expect(await runConform({ coverage: true })).toBe(0);
  expect(printed).toMatch(
    /\d+ assertions: \d+ examined by \d+ scenarios, \d+ with a reason, 0 missing\n$/,
  );
});

test.each([
  [{}, /name the part/],
  [{ device: 'STM32X999' }, /no part is called STM32X999/],
  [{ device: 'STM32F405', bootloader: '1.0' }, /no bootloader 1.0: use one of/],
  [{ device: 'STM32F405', only: ['usart/9'] }, /no case is called usart\/9/],
  [{ device: 'STM32F405', seed: 'x' }, /--seed takes a whole number/],
  [{ device: 'STM32F405', shard: '3/2' }, /--shard takes I\/N/],
  [{ device: 'STM32F405', allow: 'all' }, /--allow takes nothing, page/],
  [{ device: 'STM32F405', path: '1' }, /--path belongs to one case/],
  [{ device: 'STM32F405', protocol: '9' }, /--protocol takes a version/],
  [{ device: 'STM32F405', speed: 'fast' }, /--speed takes instant, real, or over a pty a factor/],
  [{ device: 'STM32F405', speed: '10x' }, /--speed 10x belongs to --target pty/],
  [
    { device: 'STM32F405', speed: 'real', target: 'serial:/dev/ttyUSB0', ask: true },
    /--speed belongs to the emulator/,
  ],
  [{ explain: 'usart/9' }, /no scenario is called/],
])('%o is a usage error', async (argv, message) => {
  expect(await runConform(argv)).toBe(2);
  expect(complained).toMatch(message);
});

test('a report that cannot be written or read is an error of the environment', async () => {
  const report = await reportFile();
  const json = join(folder, 'no/such/folder.json');
  expect(await runConform({ 'merge-reports': [report], json })).toBe(3);
  expect(complained).toMatch(
    `${json} cannot be written: there is no folder ${join(folder, 'no/such')}: make it first`,
  );
  expect(await runConform({ 'merge-reports': [join(folder, 'missing.json')] })).toBe(3);
  await writeFile(join(folder, 'other.json'), '{}');
  expect(await runConform({ 'merge-reports': [join(folder, 'other.json')] })).toBe(2);
});

/** A report of Get Version on an F405, as `--json` writes it. */
async function reportFile(mutant?: string): Promise<string> {
  const wrong = mutants.find(({ name }) => name === mutant);
  const target = new EmulatedTarget(partOf(findDevice('STM32F405').devices[0]!), wrong);
  const options = { seed: 1, inputs: 1 };
  const report = reportOf([await examined(target, selectCases(['usart/3.2']), options)]);
  const path = join(folder, `${mutant ?? 'right'}.json`);
  await writeReports(report, conformMatrix, { json: path });
  return path;
}
