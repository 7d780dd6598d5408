import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Clock } from '../../clock.ts';
import { EmulatorError } from '../../errors.ts';
import { TcpHost } from '../../test/hosts/tcp-host.ts';
import { UsartRecorder } from '../../test/hosts/usart-recorder.ts';
import { Trace } from '../../trace/trace.ts';
import type { TcpLink } from '../one-host.ts';
import { Pacer } from '../pacer.ts';
import { openTcp } from './tcp.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

/** A link to `usart` on a free port, with the notes it leaves in the Trace. */
async function open(usart: UsartRecorder, host = '127.0.0.1', port = 0) {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  const trace = new Trace(() => clock.now);
  const notes: string[] = [];
  trace.listen((event) => event.kind === 'note' && notes.push(event.text));
  const link = await openTcp(usart, pacer, trace, { host, port });
  cleanUp.push(async () => {
    await link.close();
    pacer.close();
  });
  return { link, notes };
}

async function connect(link: TcpLink): Promise<TcpHost> {
  const host = await TcpHost.connect(link.port, link.address);
  cleanUp.push(() => host.vanish());
  return host;
}

const echo = (): UsartRecorder => new UsartRecorder((bytes) => bytes);

/** Lets the event loop run until `count` no longer changes. */
async function settled(count: () => number): Promise<number> {
  for (let still = 0, last = count(); still < 100; still++) {
    await nextTurn();
    if (count() === last) continue;
    last = count();
    still = 0;
  }
  return count();
}

test('port 0 gives a free port, on 127.0.0.1 alone', async () => {
  const { link } = await open(echo());
  expect(link.address).toBe('127.0.0.1');
  expect(link.port).toBeGreaterThan(0);
});

test('all byte values pass both ways', async () => {
  const usart = echo();
  const { link } = await open(usart);
  const host = await connect(link);
  const all = Array.from({ length: 256 }, (_, index) => index);
  expect(await host.ask(all, 256)).toEqual(all);
  expect([...usart.bytes]).toEqual(all);
  expect(usart.events.every((event) => 'receive' in event && event.line === undefined)).toBe(true);
});

test('one host at a time: a second one is closed without a byte, the first is not disturbed', async () => {
  const { link, notes } = await open(echo());
  const first = await connect(link);
  expect(await first.ask([1], 1)).toEqual([1]);
  const second = await connect(link);
  second.write([2]);
  expect(await second.readToEnd()).toEqual(Buffer.of());
  expect(notes).toContain('tcp: a second host was refused: one is connected');
  expect(await first.ask([3], 1)).toEqual([3]);
});

test('second hosts that do not close their end are closed', async () => {
  const { link } = await open(echo());
  const first = await connect(link);
  expect(await first.ask([1], 1)).toEqual([1]);
  const others = Array.from({ length: 20 }, () => {
    const socket = connectTo({ port: link.port, allowHalfOpen: true }).resume();
    socket.on('error', () => {}); // `close` follows
    return socket;
  });
  await Promise.all(others.map((socket) => once(socket, 'end')));
  // What comes back from an end that is no longer there is a reset.
  const writing = setInterval(() => others.forEach((socket) => socket.write('x')), 50);
  cleanUp.push(() => {
    clearInterval(writing);
    for (const socket of others) socket.destroy();
  });
  await Promise.all(
    others.map((socket) => new Promise((resolve) => void socket.once('close', resolve))),
  );
  expect(await first.ask([2], 1)).toEqual([2]);
});

test('hosts one right after the other are all served', async () => {
  const usart = echo();
  const { link } = await open(usart);
  for (let index = 0; index < 100; index++) {
    const host = await TcpHost.connect(link.port);
    expect(await host.ask([index], 1)).toEqual([index]);
    host.socket.end(); // the next one does not wait for the link to notice
  }
  expect(usart.received).toBe(100);
});

test('what a host sent before it left arrives, also when it read no reply', async () => {
  const usart = new UsartRecorder((bytes) => bytes.subarray(0, 1));
  const { link, notes } = await open(usart);
  const host = await connect(link);
  host.socket.pause();
  const bytes = Uint8Array.from({ length: 1 << 18 }, (_, index) => index * 7);
  host.write(bytes);
  host.socket.destroySoon(); // with replies unread, this is a reset
  await usart.gets(bytes.length);
  expect(usart.bytes.equals(bytes)).toBe(true);
  const next = await connect(link);
  expect(await next.ask([9], 1)).toEqual([9]);
  expect(notes.slice(0, 3)).toEqual([
    'tcp: a host connected',
    'tcp: the host left',
    'tcp: a host connected',
  ]);
});

test('a host that vanishes makes room for the next', async () => {
  const { link } = await open(echo());
  const first = await connect(link);
  expect(await first.ask([1], 1)).toEqual([1]);
  first.vanish();
  await once(first.socket, 'close');
  const next = await connect(link);
  expect(await next.ask([2], 1)).toEqual([2]);
});

test('what the chip sends while nobody is connected is lost', async () => {
  const usart = echo();
  const { link } = await open(usart);
  usart.transmit(Uint8Array.of(1));
  const host = await connect(link);
  expect(await host.ask([2], 1)).toEqual([2]);
  await host.close();
  usart.transmit(Uint8Array.of(3));
  const next = await connect(link);
  expect(await next.ask([4], 1)).toEqual([4]);
});

test('a host that does not read is not read from, and loses nothing', async () => {
  const factor = 32;
  const usart = new UsartRecorder((bytes) =>
    Buffer.concat(Array.from({ length: factor }, () => bytes)),
  );
  const { link } = await open(usart);
  const host = await connect(link);
  const sent = 4 << 20;
  host.write(new Uint8Array(sent));
  expect(await settled(() => usart.received)).toBeLessThan(sent);
  let read = 0;
  host.socket.on('data', (bytes) => (read += bytes.length));
  while (read < sent * factor) await once(host.socket, 'data');
  expect(usart.received).toBe(sent);
});

test('output that nobody reads is not kept without bound', async () => {
  const usart = echo();
  const { link, notes } = await open(usart);
  const host = await connect(link);
  expect(await host.ask([1], 1)).toEqual([1]);
  host.socket.pause();
  for (let index = 0; index < 64; index++) usart.transmit(new Uint8Array(1 << 20));
  let read = 0;
  host.socket.on('data', (bytes) => (read += bytes.length)).resume();
  expect(await settled(() => read)).toBeLessThan(32 << 20);
  usart.transmit(Uint8Array.of(2));
  expect(await settled(() => read)).toBeLessThan(32 << 20);
  expect(read % (1 << 20)).toBe(1);
  expect(notes.filter((text) => text.includes('output is dropped'))).toHaveLength(1);
});

test('closing the link lets the host go and frees the port', async () => {
  const { link } = await open(echo());
  const host = await connect(link);
  const end = host.readToEnd();
  await link.close();
  expect(await end).toEqual(Buffer.of());
  const { link: again } = await open(echo(), '127.0.0.1', link.port);
  expect(again.port).toBe(link.port);
});

test('IPv6 works where the machine has it', async (context) => {
  const opened = await open(echo(), '::1').catch((error: unknown) => error);
  if (opened instanceof EmulatorError) return context.skip('no IPv6 here');
  const { link } = opened as Awaited<ReturnType<typeof open>>;
  const host = await connect(link);
  expect(link.address).toBe('::1');
  expect(await host.ask([1], 1)).toEqual([1]);
});

test('a port in use, or an address of another machine, says what to do', async () => {
  const { link } = await open(echo());
  await expect(open(echo(), '127.0.0.1', link.port)).rejects.toMatchObject({
    exitCode: 3,
    message: `tcp:127.0.0.1:${link.port} is in use: choose another port, or port 0 for a free one`,
  });
  await expect(open(echo(), '203.0.113.1')).rejects.toThrow(
    'tcp:203.0.113.1:0 is no address of this machine: use 127.0.0.1, or 0.0.0.0 for every interface',
  );
});
