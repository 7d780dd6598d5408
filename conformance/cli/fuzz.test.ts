import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCompare } from './run-compare.ts';
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
  const html = join(folder, 'fuzz.html');
  const campaign = { device, mutant, campaign: 'moves', sessions: '100', workers: '1' };
  expect(await runFuzz({ ...campaign, save, html })).toBe(1);
  expect(await readFile(html, 'utf8')).toMatch(/<b>1<\/b> fail<\/li>/);
  const [, session] = /vstm32 replay --device .* --mutant \S+ --session '(.+)'/.exec(said)!;
  expect(await runReplay({ device, mutant, session: session! })).toBe(1);
  expect(await runReplay({ device, session: session! })).toBe(0);
  expect(await readdir(save)).toHaveLength(1);
  expect(await runReplay({ cases: [save], mutant })).toBe(1);
});

test('a campaign without a finding ends with 0', async () => {
  expect(await runFuzz({ device: 'STM32G071', sessions: '10', seed: '3', workers: '1' })).toBe(0);
  expect(said).toContain('different failures: 0');
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
  [() => runFuzz({ device: 'STM32F405', mutant: 'none' }), /no mutant .*is called none/],
  [
    () => runFuzz({ device: 'STM32F405', campaign: 'all' }),
    /--campaign takes moves, bytes or both/,
  ],
  [() => runFuzz({ device: 'STM32F405', workers: '0' }), /--workers takes a number from 1 on/],
  [() => runReplay({}), /name a file or folder/],
  [
    () => runReplay({ device: 'STM32F405', session: '{' }),
    /--session is not the JSON that vstm32 fuzz printed/,
  ],
  [() => runCompare({ one: 'STM32F405:1', other: 'STM32F405' }), /no bootloader 1: use one of/],
])('a usage error is one line', async (run, message) => {
  expect(await run()).toBe(2);
  expect(said).toMatch(message);
});
