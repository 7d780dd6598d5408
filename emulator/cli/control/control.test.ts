import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { boardOf } from '../../test/boards.ts';
import { sendControl, serveControl } from './control.ts';
import { Controls } from './controls.ts';

let folder: string;
let path: string;
let server: AsyncDisposable;
/** How often the board was saved. */
let saved: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-control-'));
  path = join(folder, 'socket');
  saved = 0;
  const board = boardOf('STM32F405RG');
  board.run();
  const save = async (): Promise<string> => {
    saved++;
    await nextTurn();
    return 'a'.repeat(1000);
  };
  server = await serveControl(path, new Controls(board, save));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function client(): Promise<Socket> {
  const socket = connect(path);
  socket.on('error', () => {}); // `close` follows
  await once(socket, 'connect');
  return socket;
}

/** Lets the event loop run until the board is saved no more. */
async function settled(): Promise<number> {
  for (let still = 0, last = saved; still < 200; still++) {
    await nextTurn();
    if (saved === last) continue;
    last = saved;
    still = 0;
  }
  return saved;
}

test('clients that go away between two answers leave the board as it is', async () => {
  for (let count = 0; count < 20; count++) {
    const socket = await client();
    socket.write('save x\n'.repeat(50));
    await once(socket, 'data');
    socket.destroy();
  }
  expect(await sendControl(path, 'state')).toMatchObject({ ok: true, state: 'bootloader' });
});

test('what was asked before the end of the connection is answered', async () => {
  const socket = await client();
  socket.end('state\n\nreset\n');
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  expect(heard.trimEnd().split('\n')).toHaveLength(2);
});

test('a client that does not read is not read from, and gets every answer when it does', async () => {
  const socket = await client();
  socket.pause();
  const asked = 5000; // 5 MB of answers, which no socket keeps
  socket.write('save x\n'.repeat(asked));
  expect(await settled()).toBeLessThan(asked);
  expect(await sendControl(path, 'state')).toMatchObject({ ok: true });
  let lines = 0;
  socket.on('data', (bytes: Buffer) => (lines += bytes.filter((byte) => byte === 0x0a).length));
  socket.resume();
  while (lines < asked) await once(socket, 'data');
  socket.destroy();
});

test('a line without an end is refused, whatever comes behind it', async () => {
  const socket = await client();
  socket.write('x'.repeat(100_000));
  let heard = '';
  socket.on('data', (bytes) => (heard += String(bytes)));
  await once(socket, 'close');
  expect(JSON.parse(heard)).toEqual({ ok: false, error: 'a line has at most 8192 bytes' });
});
