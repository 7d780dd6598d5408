import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCompare } from './run-compare.ts';
import { runConform } from './run-conform.ts';
import { runFuzz } from './run-fuzz.ts';
import { runReplay } from './run-replay.ts';

let folder = '';
let said = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-fuzz-'));
  said = '';
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation((line) => void (said += `${line}\n`));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test('a planted bug is printed with the line that replays it, kept as a file, and stays found', async () => {
  const device = 'STM32F405';
  const mutant = 'erase-one-too-many';
  const save = join(folder, 'cases');
  expect(await runFuzz({ device, mutant, sessions: '100', save })).toBe(1);
  const [, session] =
    /vstm32 replay --device \S+ --bootloader 9\.1 --mutant \S+ --session '(.+)'/.exec(said)!;
  expect(await runReplay({ device, mutant, session: session! })).toBe(1);
  expect(await runReplay({ device, session: session! })).toBe(0);
  expect(await readdir(save)).toHaveLength(1);
  expect(await runReplay({ cases: [save], mutant })).toBe(1);
  const conform = { device, only: ['usart/1/sync-acknowledged'], cases: [save] };
  expect(await runConform(conform)).toBe(0);
  expect(await runConform({ ...conform, mutant })).toBe(1);
});

test('a campaign without a finding ends with 0', async () => {
  expect(await runFuzz({ device: 'STM32G071', sessions: '10', seed: '3' })).toBe(0);
  expect(said).toContain('0 different failures');
});

test('a comparison ends with how much is alike', async () => {
  const only = ['usart/3.2'];
  expect(await runCompare({ one: 'STM32F405', other: 'STM32F405', only })).toBe(0);
  expect(said).toMatch(/all: (\d+) of \1 cases alike \(100\.0 %\)/);
  expect(await runCompare({ one: 'STM32F405:3.0', other: 'STM32F405:3.1', only })).toBe(1);
  expect(said).toContain('get-version: 01 FE -> 79 30 00 00 79');
});

test.each([
  [() => runFuzz({ device: 'STM32F405', time: 'long' }), /--time takes 30s/],
  [() => runFuzz({ device: 'STM32F405', mutant: 'none' }), /no mutant is called none/],
  [() => runReplay({}), /name a file or folder/],
  [() => runReplay({ device: 'STM32F405', session: '{' }), /--session takes the JSON/],
  [() => runCompare({ one: 'STM32F405:1', other: 'STM32F405' }), /no bootloader 1: use one of/],
])('a usage error is one line', async (run, message) => {
  expect(await run()).toBe(2);
  expect(said).toMatch(message);
});
