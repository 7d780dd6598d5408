import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBoard } from '../../../connect/create-board.ts';
import type { ConnectedBoard } from '../../../connect/create-board.ts';
import { TcpHost } from '../../../test/hosts/tcp-host.ts';
import { makeRemoteBoard } from '../make-board.ts';
import { BoardSet } from './board-set.ts';
import { serveApi } from './listen.ts';
import { controlApp } from './server.ts';
import type { ServedApi } from './listen.ts';
import { ServedBoard } from './served-board.ts';
import { TraceLog } from './trace-log.ts';

const FLASH = 0x0800_0000;
const [ACK, NACK] = [0x79, 0x1f];

let boards: BoardSet;
let board: ConnectedBoard;
let log: TraceLog;
let api: ServedApi;
let host: TcpHost;

beforeEach(async () => {
  log = new TraceLog();
  board = await createBoard('STM32F405RG', { usart: 'tcp', onTrace: (event) => log.add(event) });
  boards = new BoardSet(makeRemoteBoard);
  boards.add(new ServedBoard('one', board, log, async () => await board[Symbol.asyncDispose]()));
  api = await serveApi(boards, { http: { host: '127.0.0.1', port: 0 } });
  host = await TcpHost.connect(board.ports.usart.port!);
});

afterEach(async () => {
  await host.close();
  await api[Symbol.asyncDispose]();
  await boards[Symbol.asyncDispose]();
});

/** What a route answers: its status and body. */
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const bytes = body instanceof Uint8Array;
  const type = bytes ? 'application/octet-stream' : 'application/json';
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
  });
  const content = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    body: isJson ? (JSON.parse(content.toString()) as unknown) : content,
  };
}

const sync = async (): Promise<number[]> => await host.ask([0x7f], 1);
const sealed = (...bytes: readonly number[]): number[] => [
  ...bytes,
  bytes.reduce((sum, byte) => sum ^ byte, 0),
];
const address = (at: number): number[] =>
  sealed(at >>> 24, (at >>> 16) & 0xff, (at >>> 8) & 0xff, at & 0xff);

/** Write Memory over the USART: what answered last. */
async function write(at: number, data: readonly number[]): Promise<number> {
  for (const step of [[0x31, 0xce], address(at), sealed(data.length - 1, ...data)]) {
    const [answer] = await host.ask(step, 1);
    if (answer !== ACK) return answer!;
  }
  return ACK;
}

describe('a board', () => {
  test('says what it does, and obeys pins, power and reset', async () => {
    expect(await call('GET', '/boards/one')).toMatchObject({
      status: 200,
      body: { id: 'one', state: 'bootloader', selected: null, pins: { BOOT0: 1 }, protection: 0 },
    });
    await sync();
    expect(await call('GET', '/boards/one')).toMatchObject({ body: { selected: 'USART1' } });
    expect(await call('PUT', '/boards/one/pins/BOOT0', { level: 0 })).toMatchObject({
      body: { pins: { BOOT0: 0 }, state: 'bootloader' },
    });
    expect(await call('POST', '/boards/one/reset')).toMatchObject({
      body: { state: 'locked-up', selected: null },
    });
    expect(await call('PUT', '/boards/one/power', { on: false })).toMatchObject({
      body: { power: false, state: 'off' },
    });
  });

  test('its memories are read and written as bytes, and the option bytes as fields', async () => {
    const { body } = await call('GET', '/boards/one/memories');
    expect(body).toContainEqual({ name: 'flash', address: FLASH, length: 1024 * 1024 });
    const bytes = Buffer.from([1, 2, 3]);
    expect(await call('PUT', '/boards/one/memories/flash?offset=4', bytes)).toMatchObject({
      status: 204,
    });
    expect(await call('GET', '/boards/one/memories/flash?offset=3&length=5')).toEqual({
      status: 200,
      body: Buffer.from([0xff, 1, 2, 3, 0xff]),
    });
    expect(await call('GET', '/boards/one/memories/tape')).toMatchObject({ status: 404 });
    expect(await call('GET', '/boards/one/memories/flash?offset=9999999')).toMatchObject({
      status: 422,
    });
    await call('PATCH', '/boards/one/options', { BOR_LEV: 1 });
    const options = (await call('GET', '/boards/one/options')).body;
    expect(options).toContainEqual({ name: 'BOR_LEV', width: 2, stored: 1, loaded: 1 });
    expect(await call('PATCH', '/boards/one/options', { BOR: 1 })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('has no option BOR; it has') as string },
    });
  });

  test('is protected, and opened again, as by a debug probe', async () => {
    expect(await call('PUT', '/boards/one/protection', { level: 1 })).toMatchObject({
      body: { protection: 1 },
    });
    await sync();
    expect(await host.ask([0x11, 0xee], 1)).toEqual([NACK]);
    await call('PUT', '/boards/one/protection', { level: 0 });
    await sync();
    expect(await host.ask([0x11, 0xee], 1)).toEqual([ACK]);
  });

  test('takes an image as bytes and as Intel HEX, and gives it back', async () => {
    const hex = Buffer.from(':0400100001020304E2\n:00000001FF\n'.replace('0010', '0010'));
    const at = '?address=134217744';
    await call('PUT', `/boards/one/image${at}`, Buffer.from([9, 8, 7]));
    const { body } = await call('GET', '/boards/one/image');
    expect((body as Buffer).subarray(16, 20)).toEqual(Buffer.from([9, 8, 7, 0xff]));
    expect(await call('PUT', '/boards/one/image', hex)).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('outside main flash') as string },
    });
    expect(await call('PUT', '/boards/one/image', Buffer.alloc(0))).toMatchObject({
      status: 422,
      body: { error: 'the image is empty' },
    });
    const saved = (await call('GET', '/boards/one/image?format=hex')).body as Buffer;
    expect(saved.toString()).toMatch(/^:020000040800F2\n:10001000090807F/);
  });

  test('takes an image of all its flash, as bytes and as Intel HEX, and gives back each byte', async () => {
    const image = randomBytes(1024 * 1024);
    expect(await call('PUT', '/boards/one/image', image)).toMatchObject({ status: 200 });
    expect(image.equals((await call('GET', '/boards/one/image')).body as Buffer)).toBe(true);
    expect(image.equals(board.chip.read(FLASH, image.length))).toBe(true);
    const hex = (await call('GET', '/boards/one/image?format=hex')).body as Buffer;
    await call('PUT', '/boards/one/memories/flash', Buffer.alloc(image.length, 0xff));
    expect(await call('PUT', '/boards/one/image', hex)).toMatchObject({ status: 200 });
    expect(image.equals(board.chip.read(FLASH, image.length))).toBe(true);
    const larger = Buffer.alloc(image.length + 1);
    expect(await call('PUT', '/boards/one/image', larger)).toMatchObject({
      status: 422,
      body: { error: '0x8100000 is outside main flash of this chip' },
    });
  });

  test('does its work as fast as it is told to', async () => {
    for (const speed of ['real', 2.5, 'instant'] as const) {
      expect(await call('PUT', '/boards/one/speed', { speed })).toMatchObject({ status: 200 });
      expect(board.speed).toBe(speed);
    }
    // AN3155 §3.8: the ACK comes when the mass erase is over, a second in the data sheet at least
    await call('PUT', '/boards/one/speed', { speed: 'real' });
    await sync();
    await host.ask([0x44, 0xbb], 1);
    host.write(sealed(0xff, 0xff));
    await call('POST', '/boards/one/wait', { kind: 'request', since: 1 });
    expect((await call('GET', '/boards/one/trace?kinds=erase')).body).toEqual([]);
    await call('PUT', '/boards/one/speed', { speed: 'instant' });
    expect([...(await host.read(1))]).toEqual([ACK]);
    expect((await call('GET', '/boards/one/trace?kinds=erase')).body).toHaveLength(1);
    for (const speed of [0, -1, 'fast', null]) {
      expect(await call('PUT', '/boards/one/speed', { speed })).toMatchObject({ status: 400 });
    }
    expect(board.speed).toBe('instant');
  });

  test('faults are armed while it runs, say when they struck, and are cleared', async () => {
    await sync();
    const { body } = await call('POST', '/boards/one/faults', {
      at: 'reply',
      do: 'refuse',
      command: 'write-memory',
      address: FLASH + 256,
    });
    expect(body).toMatchObject({ id: 1, struck: [] });
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(ACK);
    expect(await write(FLASH + 256, [1, 2, 3, 4])).toBe(NACK);
    expect((await call('GET', '/boards/one/faults')).body).toMatchObject([
      { id: 1, struck: [expect.any(Number)] },
    ]);
    expect(await call('DELETE', '/boards/one/faults/1')).toMatchObject({ status: 204 });
    expect(await call('DELETE', '/boards/one/faults/1')).toMatchObject({ status: 404 });
    expect(await write(FLASH + 256, [1, 2, 3, 4])).toBe(ACK);
    expect(await call('POST', '/boards/one/faults', { at: 'moon' })).toMatchObject({ status: 400 });
  });

  test('all faults are disarmed at once', async () => {
    await sync();
    for (const at of [FLASH, FLASH + 4]) {
      const fault = { at: 'reply', do: 'refuse', command: 'write-memory', address: at };
      expect(await call('POST', '/boards/one/faults', fault)).toMatchObject({ status: 201 });
    }
    expect((await call('GET', '/boards/one/faults')).body).toHaveLength(2);
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(NACK);
    expect(await call('DELETE', '/boards/one/faults')).toMatchObject({ status: 204 });
    expect((await call('GET', '/boards/one/faults')).body).toEqual([]);
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(ACK);
    expect(await write(FLASH + 4, [1, 2, 3, 4])).toBe(ACK);
  });

  test('no more faults are armed than a board bears', async () => {
    const fault = { at: 'link', do: 'drop', direction: 'to-chip', nth: 1_000_000 } as const;
    for (let count = 0; count < 256; count++) board.arm(fault);
    expect(await call('POST', '/boards/one/faults', fault)).toEqual({
      status: 422,
      body: { error: 'this board has 256 faults armed: disarm some' },
    });
    await call('DELETE', '/boards/one/faults');
    expect(await call('POST', '/boards/one/faults', fault)).toMatchObject({ status: 201 });
  });

  test('a snapshot puts it back between two tests', async () => {
    await sync();
    expect(await call('POST', '/boards/one/snapshots', { name: 'blank' })).toMatchObject({
      status: 201,
      body: { name: 'blank' },
    });
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(ACK);
    expect(await call('POST', '/boards/one/snapshots/blank/restore')).toMatchObject({
      body: { state: 'bootloader', selected: null },
    });
    expect(board.chip.read(FLASH, 4)).toEqual(new Uint8Array(4).fill(0xff));
    expect(await sync()).toEqual([ACK]);
    expect(await call('POST', '/boards/one/snapshots/other/restore')).toMatchObject({
      status: 404,
    });
    expect((await call('GET', '/boards/one/snapshots')).body).toEqual(['blank']);
    expect(await call('DELETE', '/boards/one/snapshots/blank')).toMatchObject({ status: 204 });
  });

  test('a test waits for an event instead of sleeping', async () => {
    await sync();
    const waiting = call('POST', '/boards/one/wait', { kind: 'program', address: FLASH + 257 });
    const nack = call('POST', '/boards/one/wait', { kind: 'nack', text: 'unknown-command' });
    await expect.poll(async () => (await call('GET', '/boards')).status).toBe(200);
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(ACK);
    expect(await write(FLASH + 256, [1, 2, 3, 4])).toBe(ACK);
    expect(await host.ask([0x99, 0x66], 1)).toEqual([NACK]);
    expect((await waiting).body).toMatchObject({ event: { address: FLASH + 256, length: 4 } });
    const { seq } = (await nack).body as { seq: number };
    const again = { kind: 'nack', since: seq };
    expect(await call('POST', '/boards/one/wait', again)).toMatchObject({ body: { seq } });
    const late = { kind: 'erase', timeoutMs: 1 };
    expect(await call('POST', '/boards/one/wait', late)).toEqual({
      status: 408,
      body: { error: 'no erase within 1 ms; nothing came' },
    });
  });

  test('the trace is read from any point on, filtered', async () => {
    await sync();
    await host.ask([0x00, 0xff], 15);
    const { body } = await call('GET', '/boards/one/trace?kinds=select,command');
    const events = body as { seq: number; event: { kind: string; name?: string } }[];
    expect(events.map(({ event }) => event.kind)).toEqual(['select', 'command']);
    const from = events[1]!.seq;
    expect((await call('GET', `/boards/one/trace?since=${from}&most=1`)).body).toMatchObject([
      { seq: from, event: { name: 'get' } },
    ]);
    const ports = async (query: string): Promise<readonly (string | undefined)[]> => {
      const found = (await call('GET', `/boards/one/trace?${query}`)).body;
      return (found as { event: { port?: string } }[]).map(({ event }) => event.port);
    };
    const all = await ports('most=10000');
    expect(all).toContain(undefined); // what is on no port
    expect(all).toContain('USB'); // the cable is pulled when the USART is selected
    const usart = all.filter((port) => port === 'USART1');
    expect(usart.length).toBeGreaterThan(3);
    expect(await ports('ports=USART1')).toEqual(usart);
    expect(await ports('ports=USART3')).toEqual([]);
    expect(await ports('ports=USB,USART1')).toEqual(all.filter((port) => port !== undefined));
    expect(await ports('ports=USB,USART1&kinds=select')).toEqual(['USART1']);
    const stream = streamed('/boards/one/events?since=1&ports=USB');
    expect((await stream.next()).value).toMatchObject([/^id/, /"port":"USB"/]);
    await stream.return(undefined);
  });

  test('who does not wait is told at once what has been', async () => {
    await sync();
    const asked = { kind: 'select', timeoutMs: 0 };
    expect(await call('POST', '/boards/one/wait', { ...asked, since: 1 })).toMatchObject({
      status: 200,
      body: { event: { kind: 'select', port: 'USART1' } },
    });
    expect(await call('POST', '/boards/one/wait', asked)).toEqual({
      status: 408,
      body: { error: 'no select within 0 ms; nothing came' },
    });
    for (const timeoutMs of [-1, 600_001, null]) {
      const wrong = { ...asked, timeoutMs };
      expect(await call('POST', '/boards/one/wait', wrong)).toMatchObject({ status: 400 });
    }
  });

  test('who waits is answered before those who read the stream of events are sent it', async () => {
    const stream = streamed(`/boards/one/events?kinds=note&since=${log.last + 1}`);
    for (let count = 0; count < 1000; count++) board.trace.emit({ kind: 'note', text: 'before' });
    await until(stream, ([, data]) => data!.includes('before'));
    const came: string[] = [];
    const awaited = { kind: 'note', text: 'awaited', timeoutMs: 10_000 };
    const waiting = boards.get('one').wait(awaited, new AbortController().signal);
    const told = until(stream, ([, data]) => data!.includes('awaited'));
    board.trace.emit({ kind: 'note', text: 'awaited' });
    await Promise.all([
      waiting.then(() => came.push('wait')),
      told.then(() => came.push('stream')),
    ]);
    expect(came).toEqual(['wait', 'stream']);
    await stream.return(undefined);
  });
});

/** The events of a stream of server-sent events, as they are read. */
async function* streamed(
  path: string,
  headers: Record<string, string> = {},
): AsyncGenerator<string[]> {
  const response = await fetch(`${api.url}${path}`, { headers });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) yield block.split('\n');
  }
}

describe('the stream of events', () => {
  test('brings what happens, with numbers from which a client goes on', async () => {
    const stream = streamed('/boards/one/events?kinds=select,boot&since=1');
    expect((await stream.next()).value).toMatchObject([
      /^id: \d+$/,
      expect.stringContaining('boot'),
    ]);
    await sync();
    const block = (await stream.next()).value as string[];
    expect(JSON.parse(block[1]!.slice('data: '.length))).toMatchObject({ kind: 'select' });
    await stream.return(undefined);
    const id = Number(block[0]!.slice('id: '.length));
    const again = streamed('/boards/one/events?kinds=select', { 'last-event-id': `${id - 1}` });
    expect((await again.next()).value).toEqual(block);
    await again.return(undefined);
  });

  test('brings all that happens in its order, whether in one turn or in many', async () => {
    const first = log.last + 1;
    const stream = streamed(`/boards/one/events?since=${first}`);
    const numbers: number[] = [];
    for (let count = 0; count < 20_000; count++) board.trace.emit({ kind: 'note', text: 'burst' });
    await sync();
    await host.ask([0x00, 0xff], 15);
    board.trace.emit({ kind: 'note', text: 'the last' });
    await until(stream, ([id, data]) => {
      numbers.push(Number(id!.slice('id: '.length)));
      return data!.includes('the last');
    });
    expect(numbers).toEqual(Array.from({ length: log.last - first + 1 }, (_, at) => first + at));
    await stream.return(undefined);
  });

  test('ends with the last events of a board that is removed', async () => {
    await call('POST', '/boards', { device: 'STM32F405', id: 'two', usart: 'tcp' });
    const stream = streamed('/boards/two/events?kinds=note&since=1');
    const two = boards.get('two').board;
    two.trace.emit({ kind: 'note', text: 'the first' });
    expect((await stream.next()).value).toMatchObject([/^id/, /the first/]);
    for (let count = 0; count < 300; count++) two.trace.emit({ kind: 'note', text: `${count}` });
    await call('DELETE', '/boards/two');
    const blocks = await rest(stream);
    expect(blocks).toHaveLength(300);
    expect(blocks.at(-1)![1]).toContain('"299"');
  });

  test('a client that does not keep up is told how many events of a removed board it has missed', async () => {
    await call('POST', '/boards', { device: 'STM32F405', id: 'two', usart: 'tcp' });
    const two = boards.get('two').board;
    const { port } = new URL(api.url!);
    const slow = connect(Number(port), '127.0.0.1');
    slow.write('GET /boards/two/events?kinds=note HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    await once(slow, 'readable');
    slow.pause();
    const [count, text] = [40_000, 'x'.repeat(1000)];
    for (let each = 0; each < count; each++) two.trace.emit({ kind: 'note', text });
    await expect.poll(() => slow.bytesRead).toBeGreaterThan(10_000);
    for (let turn = 0; turn < 50; turn++) await call('GET', '/boards/one'); // it sends until nothing fits any more
    await call('DELETE', '/boards/two');
    let [read, missed, ended] = [0, 0, false];
    createInterface(slow).on('line', (line) => {
      if (line.startsWith('id: ')) read++;
      missed += Number(/^data: \{"events":(\d+)\}$/.exec(line)?.[1] ?? 0);
      ended ||= line === '0'; // the last chunk
    });
    slow.resume();
    await expect.poll(() => ended, { timeout: 20_000 }).toBe(true);
    slow.destroy();
    expect(read + missed).toBe(count);
  });

  test('writes an event once for all who read it', async () => {
    let times = 0;
    const text = { get: () => `written ${++times} times`, enumerable: true };
    log.add(Object.defineProperty({ time: 0, kind: 'note', text: '' }, 'text', text));
    for (let count = 0; count < 3; count++) {
      const stream = streamed(`/boards/one/events?since=${log.last}`);
      const data = 'data: {"time":0,"kind":"note","text":"written 1 times"}';
      expect((await stream.next()).value).toEqual([`id: ${log.last}`, data]);
      await stream.return(undefined);
    }
  });

  test('a client that does not read misses events and is told how many; the board waits for nobody', async () => {
    const { port } = new URL(api.url!);
    const deaf = connect(Number(port), '127.0.0.1');
    deaf.write('GET /boards/one/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    await once(deaf, 'readable');
    deaf.pause();
    const text = 'x'.repeat(1000);
    let before = log.last; // the stream begins behind it
    for (let count = 0; count < 200_000; count++) board.trace.emit({ kind: 'note', text });
    let told: { readonly dropped: number; readonly between: number } | undefined;
    let dropped: number | undefined;
    createInterface(deaf).on('line', (line) => {
      const id = Number(/^id: (\d+)/.exec(line)?.[1] ?? 0);
      if (id > 0 && dropped !== undefined) told ??= { dropped, between: id - before - 1 };
      if (id > 0) before = id;
      const lost = /^data: \{"events":(\d+)\}$/.exec(line)?.[1];
      if (lost !== undefined && told === undefined) dropped = (dropped ?? 0) + Number(lost);
    });
    deaf.resume();
    await expect.poll(() => told, { timeout: 20_000 }).toBeDefined();
    expect(told!.dropped).toBe(told!.between);
    deaf.destroy();
    expect(await sync()).toEqual([ACK]);
  });
});

test.each(['/boards/one/events', '/live'])('HEAD of %s is answered at once', async (path) => {
  const socket = connect(Number(new URL(api.url!).port), '127.0.0.1');
  socket.write(`HEAD ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
  let answer = '';
  socket.on('data', (bytes) => (answer += String(bytes)));
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n.*text\/event-stream.*\r\n\r\n$/s);
});

/** What a live stream sends under some names. */
async function* live<T>(path: string, ...names: readonly string[]): AsyncGenerator<T> {
  for await (const [first, second] of streamed(path)) {
    if (names.some((name) => first === `event: ${name}`))
      yield JSON.parse(second!.slice('data: '.length)) as T;
  }
}

/** All that is sent until the stream ends. */
async function rest<T>(stream: AsyncGenerator<T>): Promise<T[]> {
  const sent: T[] = [];
  for await (const each of stream) sent.push(each);
  return sent;
}

/** Reads on until what is sent fits. */
async function until<T>(stream: AsyncGenerator<T>, fits: (sent: T) => boolean): Promise<T> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error('the stream has ended');
    if (fits(value)) return value;
  }
}

describe('what a page shows', () => {
  test('is a dialogue in the words of the note', async () => {
    const stream = live<{ text: string; result?: string }[]>('/live?board=one', 'dialogue');
    await sync();
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(ACK);
    expect(await write(0x6000_0000, [1, 2, 3, 4])).toBe(NACK);
    const told: Record<string, string | undefined> = {};
    await until(stream, (lines) => {
      for (const { text, result } of lines) told[text] = result;
      return told['Write Memory 0x60000000, 4 bytes'] !== undefined;
    });
    expect(told).toMatchObject({
      'Write Memory 0x08000000, 4 bytes': 'ACK',
      'Write Memory 0x60000000, 4 bytes': 'NACK: no-memory: nothing at 0x60000000',
    });
    await stream.return(undefined);
  });

  test('is a map of main flash, which also follows what a client puts there', async () => {
    const { body } = await call('GET', '/boards/one/flash');
    const { units, cell, content } = body as {
      units: { length: number; protection: string }[];
      cell: number;
      content: string;
    };
    expect(units).toHaveLength(12);
    expect([cell, content]).toEqual([4096, '0'.repeat(256)]);
    const stream = live<{ content: string; working: number[][] }>('/live?board=one', 'flash');
    await call('PUT', '/boards/one/memories/flash?offset=4096', Buffer.from([1]));
    await until(stream, (map) => map.content.startsWith('010'));
    await sync();
    expect(await write(FLASH, [1, 2, 3, 4])).toBe(ACK);
    const map = await until(stream, ({ working }) => working.length > 0);
    expect(map.working).toEqual([[0, 4]]);
    await until(
      stream,
      ({ working, content: now }) => working.length === 0 && now.startsWith('11'),
    );
    await stream.return(undefined);
  });

  test('is all boards on one stream, those that come and go too', async () => {
    // a board that comes and goes before a stream has begun is not seen on it: one stream has both
    const stream = live<(string | { id: string; selected: string | null })[]>(
      '/live',
      'boards',
      'gone',
    );
    expect((await stream.next()).value).toMatchObject([{ id: 'one', selected: null }]);
    await sync();
    const selected = { id: 'one', selected: 'USART1' };
    await until(stream, (sent) => expect.objectContaining(selected).asymmetricMatch(sent[0]));
    await call('POST', '/boards', { device: 'STM32G071', usart: 'tcp', id: 'two' });
    const two = expect.objectContaining({ id: 'two' });
    await until(stream, (sent) => sent.some((each) => two.asymmetricMatch(each)));
    await call('DELETE', '/boards/two');
    await until(stream, (sent) => sent.includes('two'));
    await stream.return(undefined);
  });

  test('is the trace in its own words, filtered by the server, and a capture of it', async () => {
    await sync();
    await host.ask([0x00, 0xff], 15);
    const stream = live<{ text: string }[]>('/live?board=one&trace=command,rx&text=get', 'trace');
    expect((await stream.next()).value).toMatchObject([{ text: 'command get (0x00)' }]);
    await stream.return(undefined);
    const capture = (await call('GET', '/boards/one/capture')).body as Buffer;
    expect(capture.readUInt32LE(0)).toBe(0x0a0d_0d0a); // section header of pcapng
    expect(capture.toString('latin1')).toContain('command get (0x00)');
    expect(await call('GET', '/live?board=none')).toMatchObject({ status: 404 });
  });
});

describe('a server of boards', () => {
  test('makes, lists and removes boards by the words of the command line', async () => {
    const made = await call('POST', '/boards', { device: 'STM32G071', usart: 'tcp', rdp: 1 });
    expect(made).toMatchObject({ status: 201, body: { id: 'board-1', protection: 1 } });
    expect((await call('GET', '/boards')).body).toMatchObject([{ id: 'one' }, { id: 'board-1' }]);
    const { ports } = made.body as { ports: { usart: { port: number } } };
    const other = await TcpHost.connect(ports.usart.port);
    expect(await other.ask([0x7f], 1)).toEqual([ACK]);
    await other.close();
    expect(await call('DELETE', '/boards/board-1')).toMatchObject({ status: 204 });
    expect(await call('GET', '/boards/board-1')).toMatchObject({
      status: 404,
      body: { error: 'no board is called board-1; there is one' },
    });
  });

  test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])(
    'a board and a snapshot may be called %s',
    async (name) => {
      expect(await call('GET', `/boards/${name}`)).toMatchObject({ status: 404 });
      const body = { device: 'STM32G071', id: name, usart: 'tcp' };
      expect(await call('POST', '/boards', body)).toMatchObject({
        status: 201,
        body: { id: name },
      });
      expect(await call('POST', '/boards', body)).toMatchObject({ status: 422 });
      const snapshots = `/boards/${name}/snapshots`;
      const restore = `${snapshots}/${name}/restore`;
      expect(await call('POST', restore)).toMatchObject({ status: 404 });
      expect(await call('POST', snapshots, { name })).toMatchObject({ body: { name } });
      expect(await call('POST', restore)).toMatchObject({ status: 200 });
      expect(await call('DELETE', `/boards/${name}`)).toMatchObject({ status: 204 });
      expect(await call('GET', `/boards/${name}`)).toMatchObject({ status: 404 });
    },
  );

  test('of a command keeps the board that it was started with', async () => {
    const own = new BoardSet();
    own.add(boards.get('one'));
    await using served = await serveApi(own, { http: { host: '127.0.0.1', port: 0 } });
    const answer = await fetch(`${served.url}/boards/one`, { method: 'DELETE' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toEqual({
      error: 'this server has the board that it was started with, and no other',
    });
    expect(own.list).toHaveLength(1);
  });

  test('closes a board too that was being made when it ended', async () => {
    const ending = new BoardSet(makeRemoteBoard);
    const making = ending.create('STM32F405', { usart: 'tcp' });
    await ending[Symbol.asyncDispose]();
    expect((await making).removed.aborted).toBe(true);
    await expect(ending.create('STM32F405', { usart: 'tcp' })).rejects.toThrow('makes no more');
  });

  test.each([
    [{ device: 'STM32X' }, 422, 'no device is called'],
    [{ device: 'STM32F405', rpd: 1 }, 422, 'no option of a board is called rpd; did you mean rdp'],
    [{ device: 'STM32F405', lod: 1 }, 422, /no option of a board is called lod(?!.* load\b)/],
    [{ device: 'STM32F405', http: 1 }, 422, /no option of a board is called http(?!.*http)/],
    [{ device: 'STM32F405', load: '/etc/passwd' }, 422, 'a client names no file of the server'],
    [{ device: 'STM32F405', usart: 'pty:/tmp/x' }, 422, 'a client names no file of the server'],
    [{ device: 'STM32F405', i2c: ['I2C1=buspirate:/x'] }, 422, 'names no file of the server'],
    [{ device: 'STM32F405', usart: ['tcp', 'usart3=PTY:/x'] }, 422, 'names no file of the server'],
    [{ device: 'STM32F405', spi: 'BusPirate:/x' }, 422, 'names no file of the server'],
    [{ device: 'STM32F405', usart: 'tcp:0.0.0.0:0' }, 422, 'opens no port to other machines'],
    [{ device: 'STM32F405', usart: 'RFC2217:[::]:0' }, 422, 'opens no port to other machines'],
    [{ device: 'STM32F405', usb: 'usbip:0.0.0.0:0' }, 422, 'opens no port to other machines'],
    [{ device: 'STM32F405', control: '/tmp/x' }, 422, 'no option of a board is called control'],
    [{ device: 'STM32F405', id: 'one', usart: 'tcp' }, 422, 'a board called one already'],
    [{ device: 'STM32F405', id: '../x' }, 400, 'id'],
    [{ device: 'STM32F405', id: '__proto__' }, 400, 'id'],
    [{ device: 'STM32F405', usart: 'tcp', wire: 'constructor' }, 422, "'constructor' is not LINE"],
    [{ device: 'STM32F405', usart: 'tcp', wire: 'dtr=toString' }, 422, 'is not LINE=PIN'],
    [{ device: 'STM32F405', usart: 'tcp', quirk: ['toString=on'] }, 422, 'no quirk is called'],
    [{ device: 'STM32F405', usart: 'tcp', option: ['constructor=1'] }, 422, 'has no option'],
    [{ device: 'STM32F405', toString: 1 }, 422, 'no option of a board is called toString'],
    [{ device: 'STM32F405', bootloader: 9 }, 422, 'bootloader is a text: write "9", with all its'],
    [{ device: 'STM32F405', uid: 123 }, 422, 'uid is a text: write "123", with all its digits'],
    [{}, 400, 'device'],
  ])('%j is refused', async (body, status, why: string | RegExp) => {
    const answer = await call('POST', '/boards', body);
    expect(answer).toMatchObject({
      status,
      body: { error: expect.stringMatching(why) as string },
    });
    expect(boards.list).toHaveLength(1);
  });

  test('its OpenAPI document names every route, and what each may answer', async () => {
    const { body } = await call('GET', '/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0' });
    const { paths } = body as { paths: Record<string, Record<string, { summary?: string }>> };
    expect(Object.keys(paths)).toContain('/boards/{board}/wait');
    const routes = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter(({ summary }) => summary === undefined)).toEqual([]);
  });
});

describe('who is not let in', () => {
  /** What a request is answered whose headers no browser would let a page choose. */
  async function raw(
    headers: Record<string, string>,
    body?: string,
    path = '/boards/one/reset',
  ): Promise<number | undefined> {
    const { port } = new URL(api.url!);
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path, headers });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    return response.statusCode;
  }

  test.each([
    ['a name bound to this machine', { host: 'evil.example' }, 421],
    ['an address that is no name of it', { host: '127.0.0.1.evil.example' }, 421],
    ['a page of another site', { origin: 'http://evil.example' }, 403],
    ['a page in a sandbox', { origin: 'null' }, 403],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a form that needs no leave', { 'content-type': 'text/plain' }, 415],
  ])('%s', async (_, headers, status) => {
    const resets = log.read(1, Infinity, { kinds: ['reset'] }).length;
    expect(await raw(headers as Record<string, string>, 'x')).toBe(status);
    expect(log.read(1, Infinity, { kinds: ['reset'] })).toHaveLength(resets);
  });

  test.each([
    ['memories/flash', 'application/json', '123', 'application/octet-stream'],
    ['memories/flash', 'application/json', 'null', 'application/octet-stream'],
    ['image', 'text/plain', ':00000001FF', 'application/octet-stream'],
    ['image', 'no type', '123', 'application/octet-stream'],
    ['power', 'application/octet-stream', '{"on":false}', 'application/json'],
  ])('who puts %s as %s is told the type to send', async (path, type, body, wanted) => {
    const answer = await fetch(`${api.url}/boards/one/${path}`, {
      method: 'PUT',
      headers: type === 'no type' ? {} : { 'content-type': type },
      body: Buffer.from(body),
    });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual({
      error: `a body of ${type} is not taken: send ${wanted}`,
    });
  });

  test('a request without a body may say that it is JSON', async () => {
    expect(await raw({ 'content-type': 'application/json' })).toBe(200);
  });

  test.each(['127.0.0.1', '127.0.0.2', 'LOCALHOST', '[::1]'])(
    'who calls this machine %s is',
    async (host) => expect(await raw({ host: `${host}:80` })).toBe(200),
  );

  test('a page of the server itself is', async () => {
    expect(await raw({ host: new URL(api.url!).host, origin: api.url! })).toBe(200);
  });

  test('a server that others reach wants its token', async () => {
    await using open = await serveApi(boards, {
      http: { host: '127.0.0.1', port: 0, token: 'open sesame' },
    });
    const get = async (headers: Record<string, string>, query = ''): Promise<number> =>
      (await fetch(`${open.url}/boards${query}`, { headers })).status;
    expect(await get({})).toBe(401);
    expect(await get({ authorization: 'Bearer open barley' })).toBe(401);
    expect(await get({ authorization: 'Bearer open sesame' })).toBe(200);
    expect(await get({}, '?token=open%20sesame')).toBe(401); // it would stand in logs and histories
    expect((await fetch(open.url!)).status).not.toBe(401); // the page, which asks for it
  });

  test('a body that never ends, and one that is no JSON, leave the board as it is', async () => {
    expect(await raw({ 'content-type': 'application/json' }, '{"level":')).toBe(400);
    const huge = Buffer.alloc(33 * 1024 * 1024);
    const answer = await call('PUT', '/boards/one/image', huge).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(413);
    const deep = `${'['.repeat(2 ** 18)}${']'.repeat(2 ** 18)}`;
    expect(await raw({ 'content-type': 'application/json' }, deep)).toBe(413);
    expect(await sync()).toEqual([ACK]);
  });

  test('who sends too many requests, or keeps too many open, is told so', async () => {
    const limits = { requests: 5, open: 1, headersMs: 10_000 };
    const app = await controlApp(boards, { local: true }, '0', limits);
    try {
      const wait = async (): Promise<{ readonly statusCode: number; readonly body: string }> =>
        await app.inject({ method: 'POST', url: '/boards/one/wait', payload: { kind: 'reset' } });
      const waiting = wait();
      const second = await wait();
      expect([second.statusCode, second.body]).toEqual([
        429,
        '{"error":"1 clients wait or read events here already: end one of them"}',
      ]);
      board.reset();
      expect((await waiting).statusCode).toBe(200);
      const answers = await Promise.all(Array.from({ length: 6 }, () => app.inject('/boards')));
      const refused = answers.filter(({ statusCode }) => statusCode === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]!.json()).toEqual({ error: 'more than 5 requests in a second: send fewer' });
    } finally {
      await app.close();
    }
  });

  test.each(['/boards/one/events', '/live', '/live?board=one'])(
    'who asks for streams of %s, one behind the other, and goes leaves none open',
    async (path) => {
      const app = await controlApp(boards, { local: true }, '0', {
        requests: 1000,
        open: 3,
        headersMs: 10_000,
      });
      try {
        await app.listen({ host: '127.0.0.1', port: 0 });
        const waited = async (): Promise<number> => {
          const payload = { kind: 'erase', timeoutMs: 1 };
          const url = '/boards/one/wait';
          return (await app.inject({ method: 'POST', url, payload })).statusCode;
        };
        // a second time just as many are let in: each was counted off once
        for (let times = 0; times < 2; times++) {
          const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
          socket.write(`GET ${path} HTTP/1.1\r\nhost: vstm32\r\n\r\n`.repeat(3));
          await once(socket, 'data'); // a wait that came before them would take the place of one
          await expect.poll(waited).toBe(429);
          socket.destroy();
          await expect.poll(waited).toBe(408);
        }
      } finally {
        await app.close();
      }
    },
  );

  test.each(['/boards/gone/events?since=1&kinds=boot', '/live?board=gone'])(
    'who waits for a board, or reads %s, is told when it is removed',
    async (path) => {
      await call('POST', '/boards', { device: 'STM32F405', id: 'gone', usart: 'tcp' });
      const waiting = call('POST', '/boards/gone/wait', { kind: 'erase' });
      const stream = streamed(path);
      expect((await stream.next()).done).toBe(false);
      expect(await call('DELETE', '/boards/gone')).toMatchObject({ status: 204 });
      expect(await waiting).toEqual({ status: 404, body: { error: 'board gone is removed' } });
      const last = (await rest(stream)).flat();
      if (path.startsWith('/live')) expect(last).toContain('data: ["gone"]');
    },
  );

  test.skipIf(process.platform === 'win32')(
    'who connects to a socket too often is let go: descriptors are left for the boards',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'vstm32-control-'));
      const control = join(folder, 'socket');
      const local = await serveApi(boards, { control });
      const sockets = Array.from({ length: 260 }, () => connect(control).resume());
      try {
        await expect
          .poll(() => sockets.filter(({ closed }) => closed).length, { timeout: 4000 })
          .toBe(4);
      } finally {
        for (const socket of sockets) socket.destroy();
        await local[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true });
      }
    },
  );

  test('who does not send a request to its end is let go', async () => {
    const limits = { requests: 5, open: 1, headersMs: 20 };
    const app = await controlApp(boards, { local: true }, '0', limits);
    try {
      await app.listen({ host: '127.0.0.1', port: 0 });
      for (const begun of ['', 'GET /boards HTTP/1.1\r\nho']) {
        const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
        let answer = '';
        socket.on('data', (bytes) => (answer += String(bytes)));
        socket.write(begun);
        await once(socket, 'close');
        expect(answer).toMatch(/^HTTP\/1.1 408 /);
      }
    } finally {
      await app.close();
    }
  });

  test('clients that go away in the middle do no harm', async () => {
    const { port } = new URL(api.url!);
    for (const text of [
      'GET /boards HTTP/1.1\r\nho',
      'POST /boards/one/wait HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"kind":"erase"}',
      'not http at all\r\n\r\n',
    ]) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(text);
      socket.destroy();
    }
    expect(await call('GET', '/boards/one')).toMatchObject({ status: 200 });
  });
});
