import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBench, PlainHost, type PtyBench } from '../../test/hosts/pty-fixture.ts';
import { serveControl, type ControlServer } from './server.ts';

let folder: string;
let bench: PtyBench;
let server: ControlServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
  bench = await openBench();
  server = await serveControl(bench.link, join(folder, 'control'));
});

afterEach(async () => {
  await server.close();
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function client(): Promise<Socket> {
  const socket = connect(join(folder, 'control'));
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, message: string): Promise<string> {
  socket.write(message);
  return String(await once(socket, 'data'));
}

const RELEASED = 'lines -dtr -rts';

test('every message is answered with the lines and the kept flags', async () => {
  const socket = await client();
  expect(await ask(socket, 'open 1234\n')).toBe('3 1234\n');
  expect(await ask(socket, 'lines 0 1\n')).toBe('2 1234\n');
  expect(await ask(socket, 'termios 99 9600 8 E 1 1\n')).toBe('2 99\n');
  expect(await ask(socket, 'get\n')).toBe('2 99\n');
  expect(await ask(socket, 'close\n')).toBe('0 99\n');
});

test('messages may come in pieces and several at once', async () => {
  const socket = await client();
  let answers = '';
  socket.on('data', (text) => (answers += String(text)));
  socket.write('ope');
  socket.write('n 5\nlines 0 3\nbreak 1\nbr');
  socket.write('eak 0\n');
  await bench.usart.until(() => bench.usart.log.length === 4);
  expect(bench.usart.log).toEqual(['lines dtr rts', RELEASED, 'break on', 'break off']);
  while (answers.split('\n').length < 5) await once(socket, 'data');
  expect(answers).toBe('3 5\n0 5\n0 5\n0 5\n');
});

test.each([
  'hello\n',
  'open\n',
  'open x\n',
  'open 1 2\n',
  'termios 1 2 9 N 1 1\n',
  'termios 1 2 8 X 1 1\n',
  'lines 1\n',
  '\n',
  '\0\xff\n',
  'x'.repeat(300),
])('garbage ends the connection and nothing else: %j', async (garbage) => {
  const [good, bad] = await Promise.all([client(), client()]);
  await ask(good, 'open 1\n');
  bad.write(garbage, 'latin1');
  bad.on('error', () => {});
  await once(bad, 'close');
  expect(bench.notes[0]).toMatch(/^preload: not understood: /);
  expect(await ask(good, 'get\n')).toBe('3 1\n');
});

test('a client that is gone in the middle of a message releases the port', async () => {
  const socket = await client();
  await ask(socket, 'open 1\n');
  await ask(socket, 'break 1\n');
  socket.write('lines 1');
  socket.destroy();
  await bench.usart.until(() => bench.usart.log.at(-1) === RELEASED);
  expect(bench.usart.log).toEqual(['lines dtr rts', 'break on', 'break off', RELEASED]);
});

test('the last of two clients releases the port', async () => {
  const [first, second] = [await client(), await client()];
  await ask(first, 'open 1\n');
  await ask(second, 'open 1\n');
  first.destroy();
  expect(await ask(second, 'get\n')).toBe('3 1\n');
  expect(await ask(second, 'close\n')).toBe('0 1\n');
  expect(bench.usart.log).toEqual(['lines dtr rts', RELEASED]);
});

test('what one host has not read never reaches the next', async () => {
  const socket = await client();
  await ask(socket, 'open 1\n');
  bench.usart.send(Buffer.alloc(100_000, 'old'));
  await ask(socket, 'close\n');
  await using host = await PlainHost.open(bench.link.path);
  bench.usart.send(Buffer.from('new'));
  expect(String(await host.readSome())).toBe('new');
});

test('while a host is known to be there, what it has not read is kept and no rate is guessed', async () => {
  const socket = await client();
  await ask(socket, 'open 1\n');
  bench.usart.send(Buffer.from('kept'));
  await using host = await PlainHost.open(bench.link.path);
  await host.write('\x7f');
  await bench.usart.until(() => bench.usart.received === 1);
  expect(String(await host.readSome())).toBe('kept');
  expect(bench.usart.log).toEqual(['lines dtr rts', 'rx \x7f']);
});

test('a line message is answered after the bytes before it, though nobody reads their replies', async () => {
  const socket = await client();
  await ask(socket, 'open 1\n');
  bench.usart.echo();
  bench.usart.send(Buffer.alloc(60_000, 'x'));
  await using host = await PlainHost.open(bench.link.path);
  await host.write('a'.repeat(4000));
  expect(await ask(socket, 'lines 0 3\n')).toBe('0 1\n');
  expect(bench.usart.text).toBe('a'.repeat(4000));
  expect(bench.usart.log.at(-1)).toBe(RELEASED);
});
