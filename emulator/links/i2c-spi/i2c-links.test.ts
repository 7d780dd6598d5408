import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBoard } from '../../index.ts';
import type { ConnectedBoard } from '../../index.ts';
import { preloadedI2c } from './i2c-dev.ts';
import { Pacer } from '../pacer.ts';
import type { PreloadedPort } from '../preload/open-preload.ts';
import { preloadedSpi } from './spidev.ts';
import { boardOf } from '../../test/boards.ts';
import { has } from '../../test/host-tool.ts';

const canPreload =
  process.platform === 'linux' && has('cc') && spawnSync('cc', ['--version']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function firmware(length: number): { file: string; bytes: Buffer } {
  const bytes = Buffer.from(Uint8Array.from({ length }, (_, at) => at * 11 + (at >> 8)));
  const file = join(folder, `firmware-${length}.bin`);
  writeFileSync(file, bytes);
  return { file, bytes };
}

/** Runs stm32flash on the first I2C; what it prints is kept from the terminal. Its exit code. */
async function stm32flash(board: ConnectedBoard, ...args: readonly string[]): Promise<number> {
  const address = board.i2c().address.toString();
  const quiet = ['sh', '-c', 'exec "$0" "$@" > /dev/null 2>&1', 'stm32flash', '-a', address];
  return (await board.runTool([...quiet, ...args, '{i2c}'])).exitCode;
}

/** Opcodes of the commands that the chip is given from now on. */
function opcodes(board: ConnectedBoard): Set<number> {
  const given = new Set<number>();
  board.trace.listen((event) => event.kind === 'command' && given.add(event.opcode!));
  return given;
}

describe.skipIf(!canPreload || !has('stm32flash'))('stm32flash on /dev/i2c', () => {
  test.each([
    ['STM32F446RE', '1.2', 0x32],
    ['STM32F446RE', '1.0', 0x31],
    ['STM32L476RG', '1.2', 0x32],
  ])('writes and verifies on %s with I2C %s', async (part, protocol, opcode) => {
    const { file, bytes } = firmware(4096);
    await using board = await createBoard(part, { usart: 'pty', protocols: { I2C: protocol } });
    const given = opcodes(board);
    expect(await stm32flash(board, '-w', file, '-v')).toBe(0);
    expect(Buffer.from(board.flashImage().subarray(0, bytes.length))).toEqual(bytes);
    expect(given).toContain(opcode);
  });

  test('polls past the busy bytes of a chip that takes its time', async () => {
    const { file, bytes } = firmware(512);
    await using board = await createBoard('STM32F446RE', { usart: 'pty', speed: 'real' });
    await expect.poll(() => board.state).toBe('bootloader'); // it takes its time to start, too
    let busy = 0;
    board.trace.listen((event) => {
      if (event.kind === 'tx' && event.port === 'I2C1' && event.bytes[0] === 0x76) busy++;
    });
    expect(await stm32flash(board, '-w', file, '-v')).toBe(0);
    expect(busy).toBeGreaterThan(0);
    expect(Buffer.from(board.flashImage().subarray(0, bytes.length))).toEqual(bytes);
  });

  test('reads back over I2C what it wrote', async () => {
    const { file, bytes } = firmware(1024);
    const back = join(folder, 'back.bin');
    await using board = await createBoard('STM32F411CE', { usart: 'pty' });
    expect(await stm32flash(board, '-w', file)).toBe(0);
    expect(await stm32flash(board, '-r', back, '-S', '0x08000000:1024')).toBe(0);
    expect(readFileSync(back)).toEqual(bytes);
  });
});

describe('any bytes on the sockets of the preload libraries', () => {
  const frame = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('a', 't', 'r', 'w', 'm', 'g', 's', 'x'),
        fc.uint8Array({ maxLength: 24 }),
      )
      .map(([operation, bytes]) => [operation.charCodeAt(0), bytes.length, 0, 0, ...bytes]),
    fc.constantFrom([0x61, 2, 0, 0, 0x3c, 0], [0x77, 2, 0, 0, 0x02, 0xfd], [0x72, 2, 0, 0, 1, 0]),
    fc.array(fc.nat(0xff), { minLength: 1, maxLength: 12 }),
  );
  const stream = fc.array(frame, { maxLength: 12 }).map((frames) => Buffer.from(frames.flat()));

  async function hostile(
    make: (note: (text: string) => void, pacer: Pacer) => PreloadedPort,
    clock: ConnectedBoard['clock'],
    bytes: Buffer,
    proof: Buffer,
  ): Promise<Buffer> {
    const path = join(folder, 'socket');
    const pacer = new Pacer(clock, 'instant');
    const server = await make(() => {}, pacer).serve(path);
    try {
      const bad = connect(path);
      bad.on('error', () => {});
      bad.resume();
      bad.end(bytes);
      await once(bad, 'close');
      return await asked(path, proof);
    } finally {
      await server.close();
      pacer.close();
    }
  }

  async function asked(path: string, request: Buffer): Promise<Buffer> {
    const socket: Socket = connect(path);
    socket.write(request);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return answer;
  }

  test('harm nobody else who has the I2C open', async () => {
    const probe = Buffer.from([0x6d, 6, 0, 0, 0x20, 0, 1, 0, 1, 0]); // a read from 0x20: nobody
    await fc.assert(
      fc.asyncProperty(stream, async (bytes) => {
        const board = boardOf('STM32F446RE');
        board.run();
        const make = (note: (text: string) => void, pacer: Pacer): PreloadedPort =>
          preloadedI2c('I2C1', board.i2c(), pacer, note);
        const answer = await hostile(make, board.clock, bytes, probe);
        expect(answer.readInt32LE(0)).toBe(-6); // ENXIO
      }),
      { numRuns: 25 },
    );
  });

  test('harm nobody else who has the SPI open', async () => {
    const get = Buffer.from([0x67, 0, 0, 0]);
    await fc.assert(
      fc.asyncProperty(stream, async (bytes) => {
        const board = boardOf('STM32F446RE');
        board.run();
        const make = (note: (text: string) => void, pacer: Pacer): PreloadedPort =>
          preloadedSpi('SPI1', board.spi(), pacer, note);
        const answer = await hostile(make, board.clock, bytes, get);
        expect([answer.readInt32LE(0), answer.readUInt32LE(4)]).toEqual([0, 12]);
      }),
      { numRuns: 25 },
    );
  });
});
