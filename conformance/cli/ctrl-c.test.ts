import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseRecording } from '../record/recording.ts';
import { runCompare } from './run-compare.ts';
import { runRecord } from './run-record.ts';
import { runReplay } from './run-replay.ts';
import { casesOn } from './select-cases.ts';

let folder = '';

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  folder = await mkdtemp(join(tmpdir(), 'vstm32-ctrl-c-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Ctrl-C, or another signal, at the first moment at which the command can hear it. */
async function brokenOff(
  command: () => Promise<number>,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<number> {
  const before = process.listenerCount(signal);
  let over = false;
  const press = (): void => {
    if (process.listenerCount(signal) > before) process.emit(signal, signal);
    else if (!over) setImmediate(press);
  };
  setImmediate(press);
  try {
    return await command();
  } finally {
    over = true;
  }
}

test.each([
  ['Ctrl-C', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP', 'SIGHUP'],
] as const)(
  '%s breaks off a comparison in memory, with the exit code that the READMEs say',
  async (name, signal) => {
    const only = ['usart/3.1', 'usart/3.2'];
    const compare = async (): Promise<number> =>
      runCompare({ one: 'STM32F405', other: 'STM32F405', only });
    const code = await brokenOff(compare, signal);
    for (const readme of ['../../README.md', '../README.md']) {
      const text = await readFile(join(import.meta.dirname, readme), 'utf8');
      expect(text).toContain(`${code} after ${name}`);
    }
  },
);

test('Ctrl-C breaks off a recording in memory, and what was recorded is kept', async () => {
  const only = ['usart/3.1', 'usart/3.2'];
  const output = join(folder, 'r.json');
  expect(await brokenOff(() => runRecord({ device: 'STM32F405', only, output }))).toBe(130);
  const { cases } = parseRecording(await readFile(output, 'utf8'), output);
  expect(Object.keys(cases).length).toBeLessThan(casesOn({ only }).length / 2);
});

test('Ctrl-C breaks off a replay in memory', async () => {
  const session = '{"moves":[{"do":"read","page":0,"at":0,"count":1}]}';
  expect(await brokenOff(() => runReplay({ device: 'STM32F405', session }))).toBe(130);
});
