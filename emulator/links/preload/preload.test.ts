import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard, parseApplication } from '../../index.ts';
import type { ConnectedBoard, ToolResult, TraceEvent } from '../../index.ts';
import { has, runTool } from '../../test/host-tool.ts';

const canPreload =
  process.platform === 'linux' && has('cc') && spawnSync('cc', ['--version']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of `length` bytes that begin with a plausible vector table. */
function firmware(length: number): { file: string; bytes: Buffer } {
  const bytes = Buffer.from(Uint8Array.from({ length }, (_, at) => at * 7 + (at >> 8)));
  bytes.writeUInt32LE(0x2002_0000, 0);
  bytes.writeUInt32LE(0x0800_0101, 4);
  const file = join(folder, 'firmware.bin');
  writeFileSync(file, bytes);
  return { file, bytes };
}

/** Runs stm32flash with its own default of 8E1; what it prints is kept from the terminal. */
function stm32flash(board: ConnectedBoard, ...args: string[]): Promise<ToolResult> {
  const quiet = ['sh', '-c', 'exec "$0" "$@" > /dev/null', 'stm32flash'];
  return board.runTool([...quiet, ...args, '{usart}']);
}

describe.skipIf(!canPreload || !has('stm32flash'))('stm32flash under the preload library', () => {
  test('writes and verifies with even parity, its default', async () => {
    const { file, bytes } = firmware(16 * 1024);
    const lines: unknown[] = [];
    await using board = await createBoard('STM32F405', { usart: 'pty' });
    board.trace.listen((event) => event.kind === 'line' && lines.push(event.line));
    expect(await stm32flash(board, '-w', file, '-v')).toEqual({ exitCode: 0 });
    expect(Buffer.from(board.flashImage().subarray(0, bytes.length))).toEqual(bytes);
    expect(lines).toContainEqual({ baud: 57_600, parity: 'even', dataBits: 8, stopBits: 1 });
  });

  test('finds the chip without parity, and no command of its is understood', async () => {
    const { file, bytes } = firmware(1024);
    const nacks: string[] = [];
    const sent: number[] = [];
    await using board = await createBoard('STM32WL55JC', { usart: 'pty' });
    board.trace.listen((event) => {
      if (event.kind === 'nack') nacks.push(event.reason);
      if (event.kind === 'tx') sent.push(...event.bytes);
    });
    const quietly = 'exec "$0" "$@" > /dev/null 2>&1';
    const args = ['stm32flash', '-m', '8n1', '-w', file, '{usart}'];
    const { exitCode } = await board.runTool(['sh', '-c', quietly, ...args]);
    expect(exitCode).toBe(1);
    expect(sent).toEqual([0x79, 0x1f]);
    expect(nacks).toEqual([expect.stringContaining('the host sends without parity')]);
    expect([...new Set(board.flashImage().subarray(0, bytes.length))]).toEqual([0xff]);
  });

  test('resets the chip into the bootloader and back into the application by DTR and RTS', async () => {
    const { file } = firmware(2048);
    const boots: string[] = [];
    await using board = await createBoard('STM32F405', {
      usart: 'pty',
      boot0: 0,
      wire: 'dtr=nrst,rts=boot0',
      application: parseApplication('banner'),
    });
    board.trace.listen((event: TraceEvent) => event.kind === 'boot' && boots.push(event.area));
    const sequence = 'rts,dtr,-dtr:-rts,dtr,-dtr';
    expect(await stm32flash(board, '-i', sequence, '-w', file, '-v')).toEqual({ exitCode: 0 });
    expect(boots).toEqual(['system-memory', 'main-flash']);
    expect(board.state).toBe('application');
    // A second time over the banner that the application now sends.
    boots.length = 0;
    expect(await stm32flash(board, '-i', sequence, '-w', file, '-v')).toEqual({ exitCode: 0 });
    expect(boots).toEqual(['system-memory', 'main-flash']);
  });

  test('cannot reset a chip to which its lines are not wired', async () => {
    await using board = await createBoard('STM32F405', { usart: 'pty', boot0: 0 });
    const { exitCode } = await stm32flash(board, '-i', 'rts,dtr,-dtr');
    expect(exitCode).not.toBe(0);
  });

  test('reads back over a plain pty what it wrote with parity', async () => {
    const { file, bytes } = firmware(4096);
    await using board = await createBoard('STM32F405', { usart: 'pty' });
    expect(await stm32flash(board, '-w', file)).toEqual({ exitCode: 0 });
    const back = join(folder, 'back.bin');
    const { path } = board.ports.usart;
    const args = ['-m', '8n1', '-b', '57600', '-r', back, '-S', '0x08000000:4096', path];
    expect(await runTool('stm32flash', ...args)).toMatchObject({ code: 0 });
    expect(readFileSync(back)).toEqual(bytes);
  });
});
