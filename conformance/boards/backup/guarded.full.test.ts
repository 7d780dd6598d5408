import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBoard } from '../../../emulator/index.ts';
import type { ConnectedBoard } from '../../../emulator/index.ts';
import { casesOf, nameOf, runCase } from '../../run/run.ts';
import type { CaseResult } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { openTarget } from '../../targets/open.ts';
import type { NetworkSpec, TargetSpec } from '../../targets/spec.ts';
import { guarded, restoreImage } from './guarded.ts';
import { Interrupted } from './interrupted.ts';
import type { Phase } from './save.ts';

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
  let restored: Uint8Array | undefined;
  await guarded(spec, options, async (_, given) => {
    await spoil(given);
    // as if the run was killed here: the same file, and nobody who restores
    inside = await guarded(spec, options, async () => 'runs').catch(
      (error: Error) => error.message,
    );
    await restoreImage(file, undefined, options);
    restored = board.flashImage();
  }).catch(() => {}); // the outer run misses its file
  expect(inside).toContain(`vstm32 conform --restore ${file}`);
  expect(restored).toEqual(FIRMWARE);
});

/** Presses Ctrl-C when so many bytes are done in a phase. */
const interruptedWhile = (at: Phase, bytes: number) => ({
  ...options,
  moved(_: string, phase: Phase, done: number): void {
    if (phase === at && done === bytes) process.emit('SIGINT', 'SIGINT');
  },
});

test('how far a board is saved, compared, erased, written and verified is told in bytes', async () => {
  const told: string[] = [];
  const moved = (_: string, phase: Phase, done: number, total: number): void =>
    void told.push(`${phase} ${done / 1024} of ${total / 1024}`);
  await guarded(spec, { ...options, moved }, async (_, given) => spoil(given));
  const read = [0, 4, 8, 12, 16].map((done) => `${done} of 16`);
  const written = Array.from({ length: 16 }, (_, page) => `writing ${page} of 16`);
  expect(told).toEqual([
    ...read.map((each) => `reading ${each}`),
    ...read.map((each) => `comparing ${each}`),
    'erasing 0 of 16',
    ...written,
    ...read.map((each) => `verifying ${each}`),
  ]);
});

test('Ctrl-C while a board is read says that nothing of it was changed', async () => {
  const run = guarded(spec, interruptedWhile('reading', 8192), async () => 'runs');
  await expect(run).rejects.toEqual(new Interrupted('SIGINT'));
  expect(said.at(-1)).toMatch(/^rfc2217:127\.0\.0\.1:\d+: nothing of it was changed, or is kept$/);
  expect(await readdir(folder)).toEqual([]);
  expect(board.flashImage()).toEqual(FIRMWARE);
});

test('Ctrl-C while a board is given its content back says where that is, and is waited for', async () => {
  await guarded(spec, interruptedWhile('writing', 8192), async (_, given) => spoil(given));
  const file = join(folder, `rfc2217-127.0.0.1-${spec.port}.json`);
  expect(said).toContain(`the content is given back from ${file}: wait for it`);
  expect(board.flashImage()).toEqual(FIRMWARE);
});

test('--restore that is broken off names its file, which brings the content back all the same', async () => {
  const file = join(folder, `rfc2217-127.0.0.1-${spec.port}.json`);
  let broken: unknown;
  let saidThen: string | undefined;
  const images: Uint8Array[] = [];
  await guarded(spec, options, async (_, given) => {
    await spoil(given);
    // as if the run was killed here
    const breaking = interruptedWhile('writing', 8192);
    broken = await restoreImage(file, undefined, breaking).catch((error: unknown) => error);
    saidThen = said.at(-1);
    images.push(board.flashImage());
    await restoreImage(file, undefined, options);
    images.push(board.flashImage());
  }).catch(() => {}); // the outer run misses its file
  expect(broken).toEqual(new Interrupted('SIGINT'));
  expect(saidThen).toMatch(/; it is in \S+\.json: restore it again .*, with --target where/);
  expect(saidThen).toContain(file);
  expect(saidThen).not.toContain('--restore'); // which has just been typed
  expect(images[0]).not.toEqual(FIRMWARE);
  expect(images[1]).toEqual(FIRMWARE);
});

test('a board that is larger than it is called is refused before its content is read', async () => {
  await using larger = await createBoard('STM32F103x6', {
    boot0: 0,
    wire: WIRE,
    usart: 'rfc2217:127.0.0.1:0',
  });
  const { port } = larger.ports.usart as { port: number };
  const run = guarded({ ...spec, port }, options, async () => 'runs');
  await expect(run).rejects.toThrow(/has 32 KiB of flash, more than the 16 KiB .*--flash-size/);
  expect(said).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('a read-only run saves nothing', async () => {
  await guarded({ ...spec, allow: 'nothing' }, options, async (_, given) => {
    expect(given).toEqual({ ...spec, allow: 'nothing' });
    expect(await readdir(folder)).toEqual([]);
    expect((await spoil(given)).verdict).toBe('skipped');
  });
  expect(said).toEqual([]);
});
