import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard, openPreload, openSpi } from '../../index.ts';
import { boardOf } from '../../test/boards.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../../test/hosts/spi-program.c', import.meta.url));
const canPreload = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

const image = Buffer.from(Uint8Array.from({ length: 2048 }, (_, at) => at * 7 + (at >> 8)));
image.writeUInt32LE(0x2000_1000, 0);
image.writeUInt32LE(0x0800_0101, 4);

let folder: string;
let program: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
  program = join(folder, 'spi-program');
  file = join(folder, 'image.bin');
  writeFileSync(file, image);
  if (canPreload) await run('cc', ['-O2', '-Wall', '-Wextra', '-o', program, source]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const parts = [
  ['STM32F446RE', 'version 1.1, ID 0x0421'],
  ['STM32L476RG', 'version 1.1, ID 0x0415'],
  ['STM32H743ZI', 'version 1.1, ID 0x0450'],
] as const;
/** What the known hosts do: polls only, a dummy first, a byte too many, NSS low, released at each byte, pauses. */
const manners = [
  ...['-', 'd', 't', 'dh', 'tb'].map((manner) => ['STM32F446RE', manner] as const),
  ...['STM32L476RG', 'STM32H743ZI'].flatMap((part) => [
    [part, 'd'] as const,
    [part, 'tb'] as const,
  ]),
];

describe.skipIf(!canPreload)('a host in C on /dev/spidev', () => {
  test.each(manners)(
    'writes, verifies and starts an image on %s, in the manner %s',
    async (part, manner) => {
      await using board = await createBoard(part, { usart: 'pty' });
      const quiet = ['sh', '-c', 'exec "$0" "$@" > /dev/null', program];
      const { exitCode } = await board.runTool([...quiet, '{spi}', file, manner]);
      expect(exitCode).toBe(0);
      expect(board.state).toBe('application');
      expect(Buffer.from(board.flashImage().subarray(0, image.length))).toEqual(image);
    },
  );

  test('may pause for 26 ms within every frame', async () => {
    const short = join(folder, 'short.bin');
    writeFileSync(short, image.subarray(0, 256));
    await using board = await createBoard('STM32F411CE', { usart: 'pty' });
    const quiet = ['sh', '-c', 'exec "$0" "$@" > /dev/null', program];
    const { exitCode } = await board.runTool([...quiet, '{SPI2}', short, 'dhtp']);
    expect(exitCode).toBe(0);
    expect(board.state).toBe('application');
  });

  test('reaches a port of its own, until it is unplugged', async () => {
    const board = boardOf('STM32F446RE');
    await using port = await openSpi(board, { name: 'SPI4' });
    expect(port.path).toBe('/dev/spidev4.0');
    await using preload = await openPreload([port]);
    const env = { ...process.env, ...preload.env };
    const { stdout } = await run(program, [port.path, file, 'd'], { env });
    expect(stdout.trim()).toBe('version 1.1, ID 0x0421');
    expect(board.state).toBe('application');
    await port.unplug();
    await expect(run(program, [port.path, file, 'd'], { env })).rejects.toThrow('failed: open');
  });

  test('gets an error for a device that the chip does not have', async () => {
    await using board = await createBoard('STM32F103C8', { usart: 'pty' });
    const quiet = ['sh', '-c', 'exec "$0" "$@" 2> /dev/null', program];
    const { exitCode } = await board.runTool([...quiet, '/dev/spidev1.0', file, '-']);
    expect(exitCode).toBe(1);
  });
});

describe.skipIf(!canPreload)('a host in C on a Bus Pirate', () => {
  test.each(parts)('writes, verifies and starts an image on %s', async (part, identity) => {
    await using board = await createBoard(part, { spi: 'buspirate' });
    const { stdout } = await run(program, [board.ports['spi']!.path, file, 'd']);
    expect(stdout.trim()).toBe(identity);
    expect(board.state).toBe('application');
    expect(Buffer.from(board.flashImage().subarray(0, image.length))).toEqual(image);
  });
});
