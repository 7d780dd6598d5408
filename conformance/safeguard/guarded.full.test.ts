import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBoard } from '../../emulator/index.ts';
import type { ConnectedBoard } from '../../emulator/index.ts';
import { casesOf, nameOf, runCase } from '../run.ts';
import type { CaseResult } from '../run.ts';
import { scenarios } from '../scenarios/index.ts';
import { openTarget } from '../targets/open.ts';
import type { NetworkSpec, TargetSpec } from '../targets/spec.ts';
import { guarded, restoreImage } from './guarded.ts';
import { Interrupted } from './interrupted.ts';

const WIRE = 'dtr=nrst,rts=boot0';
const FIRMWARE = Uint8Array.from({ length: 16 * 1024 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

let folder = '';
let board: ConnectedBoard;
let spec: NetworkSpec;
const said: string[] = [];
const options = { folder: '', say: (line: string): void => void said.push(line) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-guarded-'));
  options.folder = folder;
  said.length = 0;
  board = await createBoard('STM32F103x4', {
    load: [{ address: 0x0800_0000, bytes: FIRMWARE }],
    boot0: 0,
    wire: WIRE,
    usart: 'rfc2217:127.0.0.1:0',
  });
  const { port } = board.ports.usart as { port: number };
  spec = {
    kind: 'rfc2217',
    host: '127.0.0.1',
    port,
    part: { device: 'STM32F103x4' },
    reset: { by: 'wiring', wire: WIRE },
    allow: 'flash',
  };
});

afterEach(async () => {
  await board[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Erases all of the board by a case. */
async function spoil(given: TargetSpec): Promise<CaseResult> {
  const target = await openTarget(given);
  try {
    const erase = casesOf(scenarios).find(
      (each) => nameOf(each) === 'usart/3.7/global@synchronised',
    )!;
    return await runCase(target, erase, { seed: 1, inputs: 1, allow: given.allow });
  } finally {
    await target.close();
  }
}

test('content is given back when the run ends, and the file is gone', async () => {
  const result = await guarded(spec, options, async (_, given) => {
    const done = await spoil(given);
    expect(board.flashImage()).not.toEqual(FIRMWARE);
    return done;
  });
  expect(result.verdict).toBe('pass');
  expect(board.flashImage()).toEqual(FIRMWARE);
  expect(await readdir(folder)).toEqual([]);
});

test('content is given back when the run fails, and its error is thrown', async () => {
  const failing = guarded(spec, options, async (_, given) => {
    await spoil(given);
    throw new Error('the run fails');
  });
  await expect(failing).rejects.toThrow('the run fails');
  expect(board.flashImage()).toEqual(FIRMWARE);
});

test('a signal ends the run, and content is given back', async () => {
  const run = guarded(spec, options, async (signal, given) => {
    await spoil(given);
    process.emit('SIGINT', 'SIGINT');
    signal.throwIfAborted();
  });
  await expect(run).rejects.toEqual(new Interrupted('SIGINT'));
  expect(board.flashImage()).toEqual(FIRMWARE);
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

test('an image that is left is not overwritten, and brings the content back', async () => {
  const file = join(folder, `rfc2217-127.0.0.1-${spec.port}.json`);
  let inside: unknown;
  await guarded(spec, options, async (_, given) => {
    await spoil(given);
    // as if the run was killed here: the same file, and nobody who restores
    inside = await guarded(spec, options, async () => 'runs').catch(
      (error: Error) => error.message,
    );
    await restoreImage(file, undefined, options.say);
    expect(board.flashImage()).toEqual(FIRMWARE);
  }).catch(() => {}); // the outer run misses its file
  expect(inside).toContain(`vstm32 conform --restore ${file}`);
});

test('a read-only run saves nothing', async () => {
  await guarded({ ...spec, allow: 'nothing' }, options, async (_, given) => {
    expect(given).toEqual({ ...spec, allow: 'nothing' });
    expect(await readdir(folder)).toEqual([]);
    expect((await spoil(given)).verdict).toBe('skipped');
  });
  expect(said).toEqual([]);
});
