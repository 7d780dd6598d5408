import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../../../families/index.ts';
import { createBoard } from '../../connect/create-board.ts';
import { largest, pinDecides, runnable } from './all-lines.ts';
import { has, type ToolRun } from '../host-tool.ts';

const ready = has('stm32flash') && has('cc');
const LENGTH = 4096;
const image = Buffer.from(Array.from({ length: LENGTH }, (_, at) => (at * 73 + (at >> 8)) & 0xff));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vstm32-lines-'));
  await writeFile(path.join(folder, 'image.bin'), image);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Bench {
  readonly flash: (...args: readonly string[]) => Promise<ToolRun>;
  /** Main flash holds nothing. */
  readonly blank: () => boolean;
}

/** A part of the line whose flash holds something; stm32flash runs as it is, in its own 8E1, under the preload. */
async function onBench(device: Device, work: (bench: Bench) => Promise<void>): Promise<void> {
  const flashKiB = largest(device);
  const content = new Uint8Array(LENGTH).fill(0x5a);
  await using board = await createBoard(device.id, {
    flashKiB,
    usart: 'pty',
    options: pinDecides(device),
    load: device.flash.layouts[flashKiB]!.map(({ start }) => ({ address: start, bytes: content })),
  });
  const { cells } = board.chip.flash;
  await work({
    flash: async (...args) => {
      const [stdout, stderr] = ['out', 'err'].map((name) =>
        path.join(folder, `${device.id}.${name}`),
      );
      const command = `exec stm32flash "$@" >'${stdout}' 2>'${stderr}'`;
      const { exitCode } = await board.runTool(['sh', '-c', command, 'sh', ...args, '{usart}']);
      const [said, complained] = await Promise.all(
        [stdout!, stderr!].map((file) => readFile(file, 'utf8')),
      );
      return { code: exitCode, stdout: said!, stderr: complained! };
    },
    blank: () => cells.read(0, cells.length).every((byte) => byte === cells.blank),
  });
}

/** Product ids that stm32flash 0.7 (Debian 12) does not know. */
const UNKNOWN: readonly number[] = [
  0x474, 0x478, 0x484, 0x483, 0x480, 0x471, 0x472, 0x443, 0x453, 0x44c, 0x493, 0x44d, 0x459, 0x489,
  0x455, 0x482, 0x481, 0x476, 0x494, 0x495, 0x497,
];

const titles = runnable.map((device) => [device.id, device] as const);

describe.skipIf(!ready).concurrent('stm32flash under the preload', () => {
  const known = titles.filter(([, { productId }]) => !UNKNOWN.includes(productId));
  test.each(known)('identifies, erases, writes, verifies and reads back %s', async (id, device) => {
    await onBench(device, async ({ flash, blank }) => {
      const seen = await flash();
      expect(seen).toMatchObject({ code: 0, stderr: '' });
      expect(seen.stdout).toContain(`Device ID    : 0x0${device.productId.toString(16)}`);
      expect(await flash('-o')).toMatchObject({ code: 0, stderr: '' });
      expect(blank()).toBe(true);
      const written = await flash('-w', path.join(folder, 'image.bin'), '-v');
      expect(written).toMatchObject({ code: 0, stderr: '' });
      const start = `0x${device.flash.layouts[largest(device)]![0]!.start.toString(16)}`;
      const back = path.join(folder, `${id}.bin`);
      const read = await flash('-r', back, '-S', `${start}:${LENGTH}`);
      expect(read).toMatchObject({ code: 0, stderr: '' });
      expect((await readFile(back)).equals(image)).toBe(true);
    });
  });

  const unknown = titles.filter(([, { productId }]) => UNKNOWN.includes(productId));
  test.each(unknown)('refuses %s by its product id', async (_, device) => {
    await onBench(device, async ({ flash }) => {
      const { code, stderr } = await flash();
      expect(code).toBe(1);
      expect(stderr).toContain(`(Device ID: 0x${device.productId.toString(16)})`);
    });
  });
});
