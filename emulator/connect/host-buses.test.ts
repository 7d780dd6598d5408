import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCan, openI2c, openSpi } from './host-buses.ts';
import { boardOf } from '../test/boards.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('an adapter gives up when SCL is held for longer than it is patient', async () => {
  const board = boardOf('STM32F446RE');
  board.run();
  await using port = await openI2c(board, {
    patienceMs: 20,
    through: (pins) => ({
      start: () => ({ hold: true }),
      write: (byte) => pins.write(byte),
      read: (last) => pins.read(last),
      stop: () => pins.stop(),
      onRetry: (listener) => pins.onRetry(listener),
    }),
  });
  const path = join(folder, 'socket');
  await port.serve(path);
  const socket = connect(path);
  socket.write(Buffer.from([0x61, 2, 0, 0, 0x3c, 0])); // I2C_SLAVE
  await once(socket, 'data');
  socket.write(Buffer.from([0x77, 2, 0, 0, 0x02, 0xfd])); // write(2)
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.readInt32LE(0)).toBe(-110); // ETIMEDOUT
});

test('an interface for classic CAN alone stands before an FDCAN node', async () => {
  const board = boardOf('STM32H723ZG');
  await using fd = await openCan(board);
  await using classic = await openCan(board, { classic: true });
  expect([fd.device, classic.device]).toEqual(['can0:72', 'can0:16']);
});

test.each([
  ['instant', 0],
  ['real', 70], // F446 takes 74 ms to start
] as const)('at %s speed a chip is ready after %i ms or more', async (speed, ms) => {
  const began = performance.now();
  const board = boardOf('STM32F446RE');
  await using port = await openSpi(board, { speed });
  expect(port.path).toBe('/dev/spidev1.0');
  await expect.poll(() => board.state, { interval: 1 }).toBe('bootloader');
  const took = performance.now() - began;
  expect(took).toBeGreaterThan(ms);
  if (speed === 'instant') expect(board.clock.now).toBeGreaterThan(70_000);
});
