import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { Rfc2217Line } from './rfc2217-line.ts';
import { IAC, escaped, subnegotiation, telnetReader } from './telnet-stream.ts';
import { TcpLine } from './tcp-line.ts';
import { ResetWiring } from '../wiring.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server on a port of its own; hears of each connection. */
async function listen(connected: (socket: Socket) => void): Promise<number> {
  server = createServer(connected).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('telnet data comes out as it went in, in whatever pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 7 }), (bytes, size) => {
      const heard: number[] = [];
      const read = telnetReader({
        data: (data) => heard.push(...data),
        option() {},
        subnegotiation() {},
      });
      const sent = escaped(bytes);
      for (let at = 0; at < sent.length; at += size)
        read(Uint8Array.from(sent.slice(at, at + size)));
      expect(heard).toEqual([...bytes]);
    }),
  );
});

test('a subnegotiation with 255 in it survives', () => {
  const heard: unknown[] = [];
  const read = telnetReader({
    data: (bytes) => heard.push(['data', ...bytes]),
    option: (verb, option) => heard.push([verb, option]),
    subnegotiation: (bytes) => heard.push(bytes),
  });
  read(Uint8Array.of(1, ...subnegotiation(44, [1, 255, 240]), IAC, 253, 0, 2));
  expect(heard).toEqual([
    [44, 1, 255, 240],
    [253, 0],
    ['data', 1, 2],
  ]);
});

test('a connection that the other end closes is a port that vanished', async () => {
  const port = await listen((socket) => socket.end(Uint8Array.of(0x79)));
  const line = await TcpLine.open('127.0.0.1', port);
  expect(await line.next(2000)).toBe(0x79);
  await expect(line.next(2000)).rejects.toMatchObject({
    message: `the port vanished: 127.0.0.1:${port}`,
    verdict: 'inconclusive',
    gone: true,
  });
  await expect(line.send(Uint8Array.of(1))).rejects.toMatchObject({ gone: true });
  await line.close();
});

test('a line on which an application talks all the time is not waited for', async () => {
  let timer: NodeJS.Timeout | undefined;
  const port = await listen((socket) => {
    timer = setInterval(() => socket.write('tick'), 1);
    socket.on('close', () => clearInterval(timer));
  });
  const line = await TcpLine.open('127.0.0.1', port);
  await line.clear(10); // returns
  expect(await line.next(2000)).toBeDefined();
  await line.close();
});

test('a port on which nobody listens is an error of the environment', async () => {
  const port = await listen(() => {});
  server!.close();
  await once(server!, 'close');
  await expect(TcpLine.open('127.0.0.1', port)).rejects.toMatchObject({ exitCode: 3 });
});

test('a server that closes during the negotiation is a port that vanished', async () => {
  const port = await listen((socket) => socket.end());
  await expect(Rfc2217Line.open('127.0.0.1', port)).rejects.toMatchObject({ gone: true });
});

test('lines drive the pins that they are wired to', () => {
  const usual = new ResetWiring('dtr=nrst,rts=boot0');
  expect(usual.lines('NRST', 'BOOT0')).toEqual({ dtr: true, rts: true });
  expect(usual.lines('BOOT0')).toEqual({ dtr: false, rts: true });
  const inverted = new ResetWiring('!rts=nrst');
  expect(inverted.lines()).toEqual({ dtr: false, rts: true });
  expect(inverted.lines('NRST', 'BOOT0')).toEqual({ dtr: false, rts: false });
  expect(() => new ResetWiring('rts=boot0')).toThrow(/leaves nrst out/);
  expect(() => new ResetWiring('cts=nrst')).toThrow(/is not LINE=PIN/);
});
