import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { runConform } from '../cli/run-conform.ts';
import { partOf } from '../part.ts';
import { casesOf, caseName, runCase } from '../run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from './emulated.ts';
import { PtyTarget } from './pty.ts';

const ROOT = join(import.meta.dirname, '../..');

test('over a pty every case gets the verdict that it gets in memory', async () => {
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const [memory, pty] = [new EmulatedTarget(part), new PtyTarget(part)];
  const options = { seed: 1, inputs: 1 };
  const differing: string[] = [];
  try {
    for (const each of casesOf(scenarios)) {
      const [one, other] = [
        await runCase(memory, each, options),
        await runCase(pty, each, options),
      ];
      if (one.verdict !== other.verdict) {
        differing.push(`${caseName(one)}: ${one.verdict}, ${other.verdict} ${other.answered.says}`);
      }
    }
  } finally {
    await pty.close();
  }
  expect(differing).toEqual([]);
}, 300_000);

test('a board that is another process is examined through its serial port, read-only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-board-'));
  const [port, socket] = [join(folder, 'port'), join(folder, 'control')];
  const board = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'cli.ts',
      'run',
      'STM32F405',
      '--usart',
      `pty:${port}`,
      '--control',
      socket,
      '--json',
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  try {
    await once(board.stdout, 'data'); // its first line says that it is ready
    const reset = `${process.execPath} -e "const s=require('net').connect('${socket}',()=>s.write('reset\\n'));s.on('data',()=>s.end())"`;
    const json = join(folder, 'report.json');
    const code = await runConform({
      device: 'STM32F405',
      target: `serial:${port}`,
      'reset-command': reset,
      only: ['usart/1', 'usart/3.1', 'usart/3.8/several-pages'],
      inputs: '1',
      json,
    });
    const { targets } = JSON.parse(await readFile(json, 'utf8')) as {
      targets: { results: { id: string; verdict: string }[] }[];
    };
    const verdicts = new Set(targets[0]!.results.map(({ verdict }) => verdict));
    expect(code).toBe(0);
    expect(verdicts).toEqual(new Set(['pass', 'unsupported', 'skipped']));
    const erase = targets[0]!.results.filter(({ id }) => id === 'usart/3.8/several-pages');
    expect(new Set(erase.map(({ verdict }) => verdict))).toEqual(new Set(['unsupported']));
  } finally {
    const gone = once(board, 'exit');
    board.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

test('a port that is not there is an error of the environment', async () => {
  const argv = { device: 'STM32F405', target: 'serial:/no/such/port', 'reset-command': 'true' };
  expect(await runConform(argv)).toBe(3);
  expect(await runConform({ ...argv, allow: 'flash' })).toBe(2);
  expect(await runConform({ ...argv, 'reset-command': undefined })).toBe(2);
});
