import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard, type ConnectedBoard } from '../../index.ts';
import { has, runTool, type ToolRun } from '../../test/host-tool.ts';

const START = 0x0800_0000;
let root: string;

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-stm32flash-'));
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

/** A file with `length` bytes that begin with a plausible vector table. */
function firmware(name: string, length: number, fill: number): { file: string; bytes: Buffer } {
  const bytes = Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) ^ fill));
  bytes.writeUInt32LE(0x2002_0000, 0);
  bytes.writeUInt32LE(START + 0x101, 4);
  const file = path.join(root, name);
  fs.writeFileSync(file, bytes);
  return { file, bytes };
}

function stm32flash(board: ConnectedBoard, ...args: readonly string[]): Promise<ToolRun> {
  return runTool('stm32flash', '-m', '8n1', ...args, board.ports.usart.path);
}

function flashOf(board: ConnectedBoard, offset: number, length: number): Buffer {
  return Buffer.from(board.flashImage().subarray(offset, offset + length));
}

describe.skipIf(!has('stm32flash'))('stm32flash on the plain pty', () => {
  test('writes and verifies, then starts the firmware', async () => {
    await using board = await createBoard('STM32F405', { usart: 'pty' });
    const { file, bytes } = firmware('start.bin', 16 * 1024, 0);
    const args = ['-w', file, '-v', '-g', '0x08000000'];
    expect(await stm32flash(board, ...args)).toMatchObject({ code: 0, stderr: '' });
    expect(flashOf(board, 0, bytes.length)).toEqual(bytes);
    expect(board.state).toBe('application');
  });

  test('reads back what is there, also when the run before left the port synchronised', async () => {
    const { bytes } = firmware('read.bin', 8 * 1024, 1);
    await using board = await createBoard('STM32F405', {
      usart: 'pty',
      load: [{ address: START, bytes }],
    });
    const back = path.join(root, 'back.bin');
    for (let run = 0; run < 2; run++) {
      expect(await stm32flash(board, '-r', back, '-S', '0x08000000:8192')).toMatchObject({
        code: 0,
      });
      expect(fs.readFileSync(back)).toEqual(bytes);
      fs.rmSync(back);
    }
  });

  test('without erasing it succeeds on a blank chip, and its own verification fails on a used one', async () => {
    await using board = await createBoard('STM32F405', { usart: 'pty' });
    const first = firmware('first.bin', 4096, 2);
    const second = firmware('second.bin', 4096, 0xff);
    expect(await stm32flash(board, '-e', '0', '-w', first.file, '-v')).toMatchObject({
      code: 0,
      stderr: '',
    });
    const { code, stderr } = await stm32flash(board, '-e', '0', '-w', second.file, '-v');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Failed to verify at address/);
    const and = first.bytes.subarray(0, 256).map((byte, at) => byte & second.bytes[at]!);
    expect(flashOf(board, 0, 256)).toEqual(Buffer.from(and));
  });

  test('write access at an address leaves the sectors before it alone', async () => {
    const old = firmware('old.bin', 64 * 1024, 3);
    await using board = await createBoard('STM32F405', {
      usart: 'pty',
      load: [{ address: START, bytes: old.bytes }],
    });
    const { file, bytes } = firmware('part.bin', 16 * 1024, 4);
    expect(await stm32flash(board, '-S', '0x08004000:16384', '-w', file, '-v')).toMatchObject({
      code: 0,
    });
    const expected = Buffer.concat([
      old.bytes.subarray(0, 0x4000),
      bytes,
      old.bytes.subarray(0x8000),
    ]);
    expect(flashOf(board, 0, 64 * 1024)).toEqual(expected);
  });

  test('readout protection refuses reading; removing it erases the flash', async () => {
    const { bytes } = firmware('secret.bin', 4096, 5);
    await using board = await createBoard('STM32F405', {
      usart: 'pty',
      load: [{ address: START, bytes }],
    });
    const back = path.join(root, 'secret-back.bin');
    expect(await stm32flash(board, '-j')).toMatchObject({ code: 0, stderr: '' });
    const refused = await stm32flash(board, '-r', back);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Got NACK from device on command 0x11/);
    expect(flashOf(board, 0, 4096)).toEqual(bytes);
    expect(await stm32flash(board, '-k')).toMatchObject({ code: 0, stderr: '' });
    expect(await stm32flash(board, '-r', back, '-S', '0x08000000:4096')).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(fs.readFileSync(back)).toEqual(Buffer.alloc(4096, 0xff));
  });

  test('write protection is removed with -u, and the flash erased with -o', async () => {
    const { bytes } = firmware('erase.bin', 4096, 6);
    await using board = await createBoard('STM32F405', {
      usart: 'pty',
      load: [{ address: START, bytes }],
      options: { nWRP: 0xffe },
    });
    expect(await stm32flash(board, '-o')).toMatchObject({ code: 0, stderr: '' });
    expect(flashOf(board, 0, 4096)).toEqual(bytes); // protected: the erase was lost in silence
    expect(await stm32flash(board, '-u')).toMatchObject({ code: 0, stderr: '' });
    expect(await stm32flash(board, '-o')).toMatchObject({ code: 0, stderr: '' });
    expect(flashOf(board, 0, 4096)).toEqual(Buffer.alloc(4096, 0xff));
  });
});
