import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard } from '../../index.ts';
import type { ConnectedBoard } from '../../index.ts';
import { has } from '../../test/host-tool.ts';

const canPreload =
  process.platform === 'linux' && has('cc') && spawnSync('cc', ['--version']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a tool with the preload libraries: its exit code and what it printed. */
async function run(
  board: ConnectedBoard,
  ...command: readonly string[]
): Promise<{ exitCode: number; printed: string }> {
  const out = join(folder, 'out');
  const script = `exec "$0" "$@" > ${out} 2>&1`;
  const { exitCode } = await board.runTool(['sh', '-c', script, ...command]);
  return { exitCode, printed: readFileSync(out, 'latin1') };
}

async function writes64KiB(board: ConnectedBoard): Promise<void> {
  const bytes = Buffer.from(Uint8Array.from({ length: 65_536 }, (_, at) => at * 13 + (at >> 8)));
  const file = join(folder, 'firmware.bin');
  writeFileSync(file, bytes);
  const address = board.i2c().address.toString();
  const { exitCode } = await run(board, 'stm32flash', '-a', address, '-w', file, '-v', '{i2c}');
  expect(exitCode).toBe(0);
  expect(Buffer.from(board.flashImage().subarray(0, bytes.length))).toEqual(bytes);
}

describe.skipIf(!canPreload || !has('i2cdetect'))('i2c-tools on /dev/i2c', () => {
  test.each([
    ['STM32F446RE', '3c', []],
    ['STM32L476RG', '43', []],
    ['STM32G071RB', '51', []], // which i2cdetect reads from, where it writes to others
    ['STM32F405RG', '3a', ['I2C1']], // I2C 1.0: the probe selects it
  ])('i2cdetect finds %s at 0x%s and upsets nothing', async (part, address, selected) => {
    const options = part.startsWith('STM32G0') ? { options: { nBOOT_SEL: 0 } } : {};
    await using board = await createBoard(part, { usart: 'pty', ...options });
    const resets: string[] = [];
    const selects: string[] = [];
    board.trace.listen((event) => event.kind === 'reset' && resets.push(event.cause));
    board.trace.listen((event) => event.kind === 'select' && selects.push(event.port));
    const { exitCode, printed } = await run(board, 'i2cdetect', '-y', '1');
    expect(exitCode).toBe(0);
    const found = printed
      .split('\n')
      .slice(1)
      .flatMap((line) => line.slice(4).match(/[0-9a-f]{2}/g) ?? []);
    expect(found).toEqual([address]);
    expect(resets).toEqual([]);
    expect(selects).toEqual(selected);
    const target = `@0x${address}`;
    await run(board, 'i2ctransfer', '-y', '1', `w2${target}`, '0x02', '0xfd');
    expect((await run(board, 'i2ctransfer', '-y', '1', `r1${target}`)).printed).toBe('0x79\n');
    expect((await run(board, 'i2ctransfer', '-y', '1', `r3${target}`)).printed).toMatch(/^0x01 /);
    expect((await run(board, 'i2cget', '-y', '1', `0x${address}`)).printed).toBe('0x79\n');
    if (has('stm32flash')) await writes64KiB(board);
  });

  test('a wrong address is an error, as on a real bus', async () => {
    await using board = await createBoard('STM32F446RE', { usart: 'pty' });
    const { exitCode, printed } = await run(board, 'i2ctransfer', '-y', '1', 'r1@0x20');
    expect(exitCode).not.toBe(0);
    expect(printed).toContain('No such device or address');
  });
});

describe.skipIf(!canPreload || !has('stm32flash'))('stm32flash on /dev/i2c', () => {
  test('finds out the length of a list that it does not know', async () => {
    await using board = await createBoard('STM32C051F8', {
      usart: 'pty',
      options: { nBOOT_SEL: 0 },
    });
    const given = new Set<number>();
    board.trace.listen((event) => event.kind === 'command' && given.add(event.opcode!));
    await run(board, 'stm32flash', '-a', '0x76', '{i2c}');
    expect(given).toContain(0x02);
  });

  test.each([
    ['STM32F446RE', '1.2'],
    ['STM32F446RE', '1.0'],
    ['STM32L476RG', '1.2'],
    ['STM32F405RG', '1.0'],
  ])('writes and verifies 64 KiB on %s with I2C %s', async (part, protocol) => {
    await using board = await createBoard(part, { usart: 'pty', protocols: { I2C: protocol } });
    await writes64KiB(board);
  });
});
