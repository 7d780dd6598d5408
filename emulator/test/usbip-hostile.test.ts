import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBoard, type ConnectedBoard } from '../index.ts';
import { UsbipHost } from './usbip-host.ts';

/** A chip that leaves one request unanswered. */
async function exported(): Promise<ConnectedBoard> {
  return await createBoard('STM32F405', {
    usart: 'tcp:127.0.0.1:0',
    usb: 'usbip:127.0.0.1:0',
    quirks: { 'dfu-functional-descriptor-silent': true },
  });
}

const u16 = fc.oneof(
  fc.constantFrom(0, 0x0111, 0x8003, 0x8005),
  fc.integer({ max: 0xffff, min: 0 }),
);
const u32 = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 0x10002, 0x7fffffff, 0xffffffff),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 0xffffffff }),
);

/** A header of USB/IP with any numbers in it, mostly those that mean something. */
const operation = fc
  .tuple(u16, u16, u32, fc.uint8Array({ maxLength: 40 }))
  .map(([a, b, c, rest]) => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16BE(a, 0);
    bytes.writeUInt16BE(b, 2);
    bytes.writeUInt32BE(c, 4);
    return Buffer.concat([bytes, rest]);
  });
const command = fc
  .tuple(
    fc.array(u32, { minLength: 10, maxLength: 10 }),
    fc.uint8Array({ minLength: 8, maxLength: 80 }),
  )
  .map(([words, rest]) => {
    const bytes = Buffer.alloc(40);
    words.forEach((word, index) => bytes.writeUInt32BE(word, 4 * index));
    return Buffer.concat([bytes, rest]);
  });
const IMPORT = Buffer.alloc(40);
IMPORT.writeUInt32BE(0x01118003, 0);
IMPORT.write('1-1', 8);

/** A submit on endpoint 0 whose SETUP packet is anything. */
const submit = fc
  .tuple(u32, fc.boolean(), u32, fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.uint8Array())
  .map(([seqnum, toHost, length, setup, data]) => {
    const bytes = Buffer.alloc(48);
    [1, seqnum, 0x10002, toHost ? 1 : 0, 0, 0, length, 0, 0xffffffff].forEach((word, index) =>
      bytes.writeUInt32BE(word >>> 0, 4 * index),
    );
    bytes.set(setup, 40);
    return Buffer.concat([bytes, data]);
  });

const message = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  fc.constant(IMPORT),
  operation,
  command,
  submit,
);

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

async function send(port: number, chunks: readonly Uint8Array[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // `close` follows
  socket.resume();
  for (const chunk of chunks) socket.write(chunk);
  socket.end();
  await closed(socket);
}

test('whatever a peer sends, the next one is served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 12 }),
      fc.boolean(),
      async (messages, first) => {
        await using board = await exported();
        const port = board.ports['usb']!.port!;
        await send(port, first ? [IMPORT, ...messages] : messages);
        await using host = new UsbipHost(port);
        expect(await host.import()).toBe(board.usb().attached ? 0 : 4);
      },
    ),
    { numRuns: 150 },
  );
});

test('a peer that piles up transfers which are never answered is thrown out', async () => {
  await using board = await exported();
  const port = board.ports['usb']!.port!;
  await using host = new UsbipHost(port);
  expect(await host.import()).toBe(0);
  const functional = { bmRequestType: 0x80, bRequest: 6, wValue: 0x2100, wIndex: 0, wLength: 9 };
  for (let count = 0; count < 2000; count++) host.submit(functional);
  await closed(host.socket);
  await using next = new UsbipHost(port);
  expect(await next.import()).toBe(0);
});

test('a peer that asks for more than it reads is not served before it does', async () => {
  await using board = await exported();
  const port = board.ports['usb']!.port!;
  await using host = new UsbipHost(port);
  expect(await host.import()).toBe(0);
  await host.control({ bmRequestType: 0x21, bRequest: 4, wValue: 0, wIndex: 0, wLength: 0 }); // CLRSTATUS
  const upload = { bmRequestType: 0xa1, bRequest: 2, wValue: 2, wIndex: 0, wLength: 2048 };
  const asked = 8000; // 16 MiB, which no socket keeps
  host.socket.pause();
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < asked; count++) host.submit(upload);
  await using other = new UsbipHost(port);
  expect(await other.import()).toBe(2); // the server lives
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
  host.socket.resume();
  for (let count = 0; count < asked; count++) {
    const reply = await host.reply();
    if (reply?.data.length !== 2048) expect(reply).toBe('2048 bytes of flash');
  }
});
