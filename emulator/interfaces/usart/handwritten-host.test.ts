import { execFile, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard, type ConnectedBoard, type CreateBoardOptions } from '../../index.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../../test/hosts/handwritten-host.c', import.meta.url));
const hasCc = spawnSync('cc', ['--version']).status === 0;
const ANSWER = 'version 3.1';

/** A vector table that starts an application: stack pointer in RAM, thumb code in flash. */
const application = {
  address: 0x0800_0000,
  bytes: Uint8Array.from([0x00, 0x00, 0x02, 0x20, 0x09, 0x00, 0x00, 0x08]),
};

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-'));
  program = join(folder, 'handwritten-host');
  if (hasCc) await run('cc', ['-o', program, source]);
});

afterAll(() => rmSync(folder, { recursive: true }));

function boardOnPty(options: CreateBoardOptions = {}): Promise<ConnectedBoard> {
  return createBoard('STM32F405', { ...options, usart: 'pty' });
}

/** What a new run of the host says about the board. */
async function host(board: ConnectedBoard): Promise<string> {
  const { stdout } = await run(program, [board.ports.usart.path]);
  return stdout.trim();
}

describe.skipIf(!hasCc).concurrent('a hand-written host in C on the plain pty', () => {
  test('reads the version', async () => {
    await using board = await boardOnPty();
    expect(await host(board)).toBe(ANSWER);
  });

  test('reads the version of a chip with readout protection 1', async () => {
    await using board = await boardOnPty({ rdp: 1 });
    expect(await host(board)).toBe(ANSWER);
  });

  test('hears nothing while an application runs, until a reset with BOOT0 high', async () => {
    await using board = await boardOnPty({ load: [application], boot0: 0 });
    expect(board.state).toBe('application');
    expect(await host(board)).toBe('silence');
    board.drive('BOOT0', 1);
    expect(await host(board)).toBe('silence');
    board.reset();
    expect(await host(board)).toBe(ANSWER);
  });

  test('hears nothing at readout protection 2, whatever BOOT0 is', async () => {
    await using board = await boardOnPty({ load: [application], rdp: 2 });
    expect(board.state).toBe('application');
    expect(await host(board)).toBe('silence');
    board.reset();
    expect(await host(board)).toBe('silence');
  });

  test('hears nothing after a first byte that was not 0x7F, until a reset', async () => {
    await using board = await boardOnPty();
    const other = openSync(board.ports.usart.path, constants.O_WRONLY | constants.O_NOCTTY);
    writeSync(other, Uint8Array.of(0x55));
    closeSync(other);
    expect(await host(board)).toBe('silence');
    expect(await host(board)).toBe('silence');
    board.reset();
    expect(await host(board)).toBe(ANSWER);
  });

  test('hears nothing for one 0x7F after the sync, and a NACK for the second', async () => {
    await using board = await boardOnPty();
    expect(await host(board)).toBe(ANSWER);
    expect(await host(board)).toBe('silence');
    expect(await host(board)).toBe('0x1F');
    board.reset();
    expect(await host(board)).toBe(ANSWER);
  });

  test('hears nothing while NRST is held, and reads the version when it is released', async () => {
    await using board = await boardOnPty();
    board.drive('NRST', 0);
    expect(await host(board)).toBe('silence');
    board.drive('NRST', 1);
    expect(await host(board)).toBe(ANSWER);
  });
});
