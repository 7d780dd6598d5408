import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBoard, type ConnectedBoard } from '../../index.ts';
import { GET_DEVICE_DESCRIPTOR, UsbipHost } from '../../test/hosts/usbip-host.ts';

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

/** Stands for the device number in transfers to an adapter. */
const DEVID = 0x5afe_0000;

/** bmRequestType and bRequest of what changes something: cdc-acm, gs_usb, i2c-tiny-usb, SET_CONFIGURATION. */
const DRIVER_REQUESTS = [
  ...[0x20, 0x22, 0x23, 1, 2, 10].map(
    (request) => [request < 0x20 ? 0x41 : 0x21, request] as const,
  ),
  ...[5, 6, 7].flatMap((request) => [[0x41, request] as const, [0xc1, request] as const]),
  [0x00, 9],
] as const;

/** A transfer on any endpoint of an adapter, mostly one that its driver could send; its number is still missing. */
const adapterTransfer = fc
  .record({
    unlinks: fc.oneof(
      { weight: 8, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) },
    ),
    endpoint: fc.constantFrom(0, 0, 0, 1, 1, 2, 2, 3, 15),
    request: fc.oneof(
      fc.constantFrom(...DRIVER_REQUESTS),
      fc.tuple(
        fc.constantFrom(0x00, 0x80, 0x21, 0xa1, 0x41, 0xc1),
        fc.integer({ max: 0x23, min: 0 }),
      ),
    ),
    value: fc.oneof(fc.constantFrom(0, 1, 3, 0xffff), fc.integer({ min: 0, max: 0xffff })),
    index: fc.oneof(fc.constantFrom(0, 0x3a), fc.integer({ min: 0, max: 0xffff })),
    asked: fc.integer({ min: 0, max: 600 }),
    data: fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom(hostFrame(0x79), hostFrame(0x02), hostFrame(0x8000_0079)),
      fc.constantFrom(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), Uint8Array.of(0x7f)),
    ),
  })
  .map(({ unlinks, endpoint, request: [type, request], value, index, asked, data }) => {
    const toHost = endpoint === 0 ? (type & 0x80) !== 0 : asked % 2 === 1;
    const header = Buffer.alloc(48);
    header.writeUInt32BE(unlinks === null ? 1 : 2, 0);
    header.writeUInt32BE(DEVID, 8);
    header.writeUInt32BE(toHost ? 1 : 0, 12);
    header.writeUInt32BE(endpoint, 16);
    if (unlinks !== null) {
      header.writeUInt32BE(unlinks, 20);
      return header;
    }
    header.writeUInt32BE(toHost ? asked : data.length, 24);
    header.writeInt32BE(-1, 32);
    header.set([type, request], 40);
    header.writeUInt16LE(value, 42);
    header.writeUInt16LE(index, 44);
    header.writeUInt16LE(toHost ? asked : data.length, 46);
    return toHost ? header : Buffer.concat([header, data]);
  });

/** `struct gs_host_frame` without data. */
function hostFrame(id: number): Uint8Array {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(id, 4);
  return bytes;
}

const attack = fc.record({
  key: fc.constantFrom('usart', 'i2c', 'can'),
  messages: fc.array(
    fc.oneof({ weight: 40, arbitrary: adapterTransfer }, { weight: 1, arbitrary: message }),
    { maxLength: 40, size: 'max' },
  ),
});

test('whatever a peer does to an adapter, it lets go of all, and the next one is served', async () => {
  await fc.assert(
    fc.asyncProperty(attack, async ({ key, messages }) => {
      await using board = await createBoard('STM32F405', {
        usart: 'usbip:127.0.0.1:0',
        i2c: 'usbip',
        can: 'usbip',
        wire: 'dtr=nrst,rts=boot0',
      });
      const { port, path } = board.ports[key]!;
      {
        await using peer = new UsbipHost(port!);
        expect(await peer.import(path)).toBe(0);
        await peer.control({ bmRequestType: 0, bRequest: 9, wValue: 1, wIndex: 0, wLength: 0 });
        messages.forEach((each, at) => {
          const bytes = Buffer.from(each);
          if (bytes.length >= 48 && bytes.readUInt32BE(8) === DEVID) {
            bytes.writeUInt32BE(at + 2, 4);
            bytes.writeUInt32BE(peer.devid, 8);
          }
          peer.socket.write(bytes);
        });
        peer.socket.resume().end();
        await closed(peer.socket);
      }
      expect(board.pinLevel('NRST')).toBe(1);
      await using host = new UsbipHost(port!);
      expect(await host.import(path)).toBe(0);
      expect((await host.control(GET_DEVICE_DESCRIPTOR))!.data).toHaveLength(18);
    }),
    { numRuns: 100 },
  );
});

test('a peer that never reads an adapter is not kept its data', async () => {
  await using board = await createBoard('STM32F405', { usart: 'usbip:127.0.0.1:0' });
  await using host = new UsbipHost(board.ports.usart.port!);
  await host.import(board.ports.usart.path);
  const setConfiguration = { bmRequestType: 0, bRequest: 9, wValue: 1, wIndex: 0, wLength: 0 };
  await host.control(setConfiguration);
  let notes = 0;
  board.trace.listen((event) => {
    if (event.kind === 'note' && event.text.includes('output is dropped')) notes++;
  });
  host.bulk(1, Uint8Array.of(0x7f));
  await host.reply();
  // Read Memory of 256 bytes, 300 times: 75 KiB
  const read = [0x11, 0xee, 0x08, 0x00, 0x00, 0x00, 0x08, 0xff, 0x00];
  for (let count = 0; count < 300; count++) {
    host.bulk(1, Uint8Array.from(read));
    await host.reply();
  }
  expect(notes).toBe(1);
  host.bulk(1, 1 << 17);
  const { data } = (await host.reply())!;
  expect(data.length).toBeGreaterThan(60 * 1024);
  expect(data.length).toBeLessThanOrEqual(64 * 1024);
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
  const asked = 16_000; // 32 MiB, of which the system's buffers take 10 at most
  host.socket.pause();
  let served = 0;
  board.trace.listen(({ kind }) => {
    if (kind === 'answer') served++;
  });
  for (let count = 0; count < asked; count++) host.submit(upload);
  await using other = new UsbipHost(port);
  expect(await other.import()).toBe(2); // the server lives
  let before = -1;
  await expect
    .poll(() => {
      const rests = served === before;
      before = served;
      return rests;
    })
    .toBe(true);
  expect(served).toBeLessThan(asked / 2);
  host.socket.resume();
  for (let count = 0; count < asked; count++) {
    const reply = await host.reply();
    if (reply?.data.length !== 2048) expect(reply).toBe('2048 bytes of flash');
  }
});
