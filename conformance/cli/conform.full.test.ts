import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunningVstm32, cliCommand } from '../../emulator/test/vstm32.ts';
import type { Report } from '../results/results.ts';
import { caseName } from '../run/run.ts';
import { runCompare } from './run-compare.ts';
import { runConform } from './run-conform.ts';
import { runRecord } from './run-record.ts';
import { casesOn } from './select-cases.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-conform-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function reported(argv: Parameters<typeof runConform>[0]): Promise<Report> {
  const json = join(folder, `${Math.random()}.json`);
  expect(await runConform({ ...argv, json })).toBe(0);
  return reportIn(json);
}

async function reportIn(path: string): Promise<Report> {
  return JSON.parse(await readFile(path, 'utf8')) as Report;
}

const timeless = ({ targets }: Report) =>
  targets.map((each) => ({
    ...each,
    tookMs: 0,
    results: each.results.map((result) => ({ ...result, tookMs: 0 })),
  }));

test('two shards put together are the report of one run', async () => {
  const argv = { device: 'STM32F405', inputs: '1' };
  const whole = await reported(argv);
  expect(whole.targets[0]!.results.length).toBeGreaterThan(400);
  const files: string[] = [];
  for (const shard of ['1/2', '2/2']) {
    const file = join(folder, `${shard[0]!}.json`);
    expect(await runConform({ ...argv, shard, json: file })).toBe(0);
    files.push(file);
  }
  const [first] = (await reportIn(files[0]!)).targets;
  expect(first!.results.length).toBeLessThan(whole.targets[0]!.results.length);
  expect(timeless(await reported({ 'merge-reports': files }))).toEqual(timeless(whole));
});

test('in memory and over a pty, side by side, every case gets the same verdict', async () => {
  const bench = join(folder, 'bench.yaml');
  const boards = [{ device: 'STM32F405' }, { device: 'STM32F405', target: 'pty' }];
  await writeFile(bench, JSON.stringify({ boards }));
  const [memory, pty] = (await reported({ bench, inputs: '1' })).targets;
  expect(memory!.results.length).toBeGreaterThan(400);
  const differing = pty!.results.flatMap((each, at) => {
    const { verdict } = memory!.results[at]!;
    return verdict === each.verdict
      ? []
      : [`${caseName(each)} ${each.verdict} ${each.answered.says}`];
  });
  const said = differing.map((each) => each.replace(/@\S+/, ''));
  // a pty has no parity
  expect(said).toEqual([
    'usart/1/no-parity skipped not sent: the parity of this line cannot be changed',
    'usart/1/parity-errors-ignored skipped not sent: the parity of this line cannot be changed',
  ]);
}, 400_000);

test('a wrong device on USB fails', async () => {
  const only = ['dfu/5.3/not-flash@idle'];
  expect(await runConform({ device: 'STM32F405', only })).toBe(0);
  expect(await runConform({ device: 'STM32F405', only, mutant: 'dfu-erase-nowhere' })).toBe(1);
});

test('the boards of a bench file are examined side by side', async () => {
  const bench = join(folder, 'bench.yaml');
  await using f405 = await board('STM32F405');
  await using f103 = await board('STM32F103xB');
  await writeFile(bench, JSON.stringify({ boards: [described(f405), described(f103)] }));
  const { targets } = await reported({ bench, only: ['usart/3.1', 'usart/3.3'], inputs: '1' });
  expect(targets.map(({ device }) => device)).toEqual([f405.ready.device, f103.ready.device]);
  const heard = targets.map(({ results }) => results.filter(({ verdict }) => verdict === 'pass'));
  for (const passed of heard) expect(passed.length).toBeGreaterThan(20);
});

test.skipIf(process.platform === 'win32')(
  'no board of a bench file waits for the end of another',
  async () => {
    const [reset, waits] = [join(folder, 'reset'), join(folder, 'waits')];
    await writeFile(
      reset,
      'touch "$1.came"; while test -d "$(dirname "$1")" && ! test -e "$2.came"; do sleep 0.02; done\n',
    );
    const boards = await Promise.all(
      ['one', 'other'].map(async (name) => {
        const control = join(folder, name);
        const running = await RunningVstm32.start(
          'STM32F103xB',
          '--usart',
          'tcp:127.0.0.1:0',
          '--control',
          control,
        );
        return { running, control };
      }),
    );
    await using _one = boards[0]!.running;
    await using _other = boards[1]!.running;
    // each board is reset only when the other is about to be, too
    const described = boards.map(({ running, control }, at) => ({
      device: 'STM32F103xB',
      target: `tcp:127.0.0.1:${(running.ready.ports.usart as { port: number }).port}`,
      'reset-command': [
        `sh '${reset}' '${control}' '${boards[1 - at]!.control}'`,
        cliCommand(['ctl', control, 'reset']).join(' '),
      ].join(' && '),
    }));
    await writeFile(waits, JSON.stringify({ boards: described }));
    const { targets } = await reported({
      bench: waits,
      only: ['usart/3.3/product-id@synchronised'],
      inputs: '1',
    });
    const verdicts = targets.map(({ results }) => results.map(({ verdict }) => verdict));
    expect(verdicts).toEqual([['pass'], ['pass']]);
  },
);

test('a board that was recorded is compared with the emulator when it is gone', async () => {
  const output = join(folder, 'board.json');
  const only = ['usart/3.1', 'usart/3.2'];
  {
    await using there = await board('STM32F405');
    expect(await runRecord({ ...described(there), output, only, inputs: '1' })).toBe(0);
  }
  expect(await runCompare({ one: output, other: 'STM32F405', only })).toBe(0);
  expect(await runCompare({ one: output, other: 'STM32F405:3.0', only })).toBe(1);
}, 240_000);

test('a device that does not answer ends with 4, and a wrong one with 1', async () => {
  const argv = { device: 'STM32F405', only: ['usart/3.4/flash'] };
  expect(await runConform({ ...argv, mutant: 'sync-not-acked' })).toBe(4);
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    expect(await runConform({ ...argv, mutant: 'read-shifted' })).toBe(1);
    expect(said.mock.calls.flat().join('\n')).not.toContain('does not show');
  } finally {
    said.mockRestore();
  }
});

test('a wrong device that does as the right one on the part examined is told, with the part it is made for', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const mutant = 'extended-erase-checksum-ignored';
  const notShown = /does not show.*; it is made for --device (\S+) --protocol (\S+)$/m;
  try {
    const only = ['usart/3.7'];
    expect(await runConform({ device: 'STM32F103xB', only, mutant })).toBe(0); // its erase is the other one
    const [, device, protocol] = notShown.exec(said.mock.calls.flat().join('\n')) ?? [];
    said.mockClear();
    expect(await runConform({ device, protocol, only: ['usart/3.8'], mutant })).toBe(1);
    expect(said.mock.calls.flat().join('\n')).not.toContain('does not show');
  } finally {
    said.mockRestore();
  }
});

test('Ctrl-C ends a run cleanly, with what was run until then reported', async () => {
  const json = join(folder, 'r.json');
  const html = join(folder, 'r.html');
  const target = ['--device', 'STM32F405', '--target', 'pty', '--inputs', '20'];
  const [program, ...args] = cliCommand(['conform', ...target, '--json', json, '--html', html]);
  const run = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const ended = once(run, 'exit');
  // it says from time to time how far it is
  for await (const line of createInterface(run.stderr)) if (/^\d+ of \d+, /.test(line)) break;
  process.kill(-run.pid!, 'SIGINT'); // as a terminal does: to every process of the group
  const [code] = (await ended) as [number];
  expect(code).toBe(130);
  const [reported] = (await reportIn(json)).targets;
  expect(reported!.interrupted).toBe(true);
  expect(reported!.results.length).toBeGreaterThan(0);
  expect(reported!.results.length).toBeLessThan(casesOn({}).length);
  expect(await readFile(html, 'utf8')).toContain('broken off');
}, 120_000);

const WIRE = 'dtr=nrst,rts=boot0';

/** A board in another process, behind RFC 2217. */
function board(device: string): Promise<RunningVstm32> {
  const usart = ['--usart', 'rfc2217:127.0.0.1:0', '--wire', WIRE];
  return RunningVstm32.start(device, '--boot0', '0', ...usart);
}

/** The same in the words of the command line and of bench files. */
function described({ ready }: RunningVstm32): { device: string; target: string; wire: string } {
  const { port } = ready.ports.usart as { port: number };
  return { device: ready.device, target: `rfc2217:127.0.0.1:${port}`, wire: WIRE };
}
