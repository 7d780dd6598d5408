import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { has } from '../../emulator/test/host-tool.ts';
import { RunningVstm32, cliCommand, vstm32 } from '../../emulator/test/vstm32.ts';
import type { FuzzReport } from '../results/fuzz.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-fuzz-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('a planted bug is found by two processes, shrunk, replayed by the printed line, and stays found', async () => {
  const cases = join(folder, 'cases');
  const wrong = ['--device', 'STM32F405', '--mutant', 'erase-one-too-many'];
  const fuzz = ['fuzz', ...wrong];
  const found = await vstm32([...fuzz, '--sessions', '200', '--workers', '2', '--save', cases]);
  expect(found.code).toBe(1);
  const line = /^ {2}vstm32 (replay .*)$/m.exec(found.stderr)![1]!;
  const [, options, session] = /^(.*) --session '(.*)'$/.exec(line)!;
  expect((JSON.parse(session!) as { moves: unknown[] }).moves.length).toBeLessThanOrEqual(3);
  const again = await vstm32([...options!.split(' '), '--session', session!]);
  expect(again.code).toBe(1);
  expect(await readdir(cases)).not.toHaveLength(0);
  const one = ['--only', 'usart/1/sync-acknowledged', '--cases', cases];
  expect((await vstm32(['conform', ...wrong, ...one])).code).toBe(1);
  expect((await vstm32(['conform', '--device', 'STM32F405', ...one])).code).toBe(0);
});

test('one process and two find the same', async () => {
  const common = ['--device', 'STM32F405', '--mutant', 'erase-one-too-many', '--sessions', '300'];
  const reports = await Promise.all(
    ['1', '2'].map(async (workers) => {
      const { stdout } = await vstm32(['fuzz', ...common, '--json', '-', '--workers', workers]);
      return { ...(JSON.parse(stdout) as FuzzReport), date: '', tookMs: 0 };
    }),
  );
  expect(reports[0]!.failures.length).toBeGreaterThan(0);
  expect(reports[1]).toEqual(reports[0]);
});

test('a board behind a line is fuzzed with moves, and given its content back', async () => {
  const wire = ['--wire', 'dtr=nrst,rts=boot0'];
  const device = 'STM32F103x4';
  const usart = ['--boot0', '0', '--usart', 'rfc2217:127.0.0.1:0', ...wire];
  await using board = await RunningVstm32.start(device, ...usart);
  const { port } = board.ready.ports.usart as { port: number };
  const target = ['--device', device, '--target', `rfc2217:127.0.0.1:${port}`, ...wire];
  const environment = { XDG_STATE_HOME: folder };
  const allowed = ['--allow', 'flash', '--time', '20s', '--json', '-'];
  const done = await vstm32(['fuzz', ...target, ...allowed], environment);
  expect(done.stderr).toMatch(/verified/);
  const report = JSON.parse(done.stdout) as FuzzReport;
  expect(report.failures).toEqual([]);
  expect(report.sessions).toBeGreaterThan(0);
  expect(report.coverage.some(({ state }) => state.startsWith('after '))).toBe(true);
  expect(done.code).toBe(0);
  const bytes = await vstm32(['fuzz', ...target, '--campaign', 'bytes'], environment);
  expect(bytes.code).toBe(2);
});

const campaign = (workers: number): ChildProcess => {
  const time = ['--time', '10m', '--workers', String(workers), '--json', '-'];
  const [program, ...words] = cliCommand(['fuzz', '--device', 'STM32F405', ...time]);
  return spawn(program!, words, { detached: true });
};

test.each([1, 2])(
  'Ctrl-C ends a campaign of %i processes with what it came to',
  async (workers) => {
    const running = campaign(workers);
    const report = text(running.stdout!);
    await once(running.stderr!, 'data'); // it says from time to time how far it is
    const ended = once(running, 'close');
    process.kill(-running.pid!, 'SIGINT'); // as a terminal does: to every process of the group
    const [code] = (await ended) as [number];
    expect(code).toBe(130);
    const { format, sessions } = JSON.parse(await report) as FuzzReport;
    expect(format).toBe('vstm32-fuzz');
    expect(sessions).toBeGreaterThan(0);
  },
);

test.skipIf(!has('pgrep'))(
  'the processes of a campaign end with the one that began it, also when that is killed',
  async () => {
    const running = campaign(2);
    await expect.poll(() => workersOf(running.pid!)).toHaveLength(2);
    const workers = await workersOf(running.pid!);
    process.kill(running.pid!, 'SIGKILL');
    await expect.poll(() => workers.filter(isAlive)).toEqual([]);
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Processes that share the campaign of this one. */
function workersOf(pid: number): Promise<readonly number[]> {
  return new Promise((resolve) => {
    execFile('pgrep', ['-P', String(pid), '-f', 'fuzz[-/]worker'], (_, stdout) =>
      resolve(
        stdout
          .split('\n')
          .filter((line) => line !== '')
          .map(Number),
      ),
    );
  });
}
