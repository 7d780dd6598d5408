import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  createBoard,
  type ConnectedBoard,
  type CreateBoardOptions,
  type Setup,
} from '../../index.ts';
import { GET_DEVICE_DESCRIPTOR, UsbipHost } from '../../test/hosts/usbip-host.ts';

const OK = 0;
const BUSY = 2;
const NO_DEVICE = 4;
const EPIPE = -32;
const ECONNRESET = -104;

const GET_FUNCTIONAL: Setup = { ...GET_DEVICE_DESCRIPTOR, wValue: 0x2100, wLength: 9 };
const GETSTATUS: Setup = { bmRequestType: 0xa1, bRequest: 3, wValue: 0, wIndex: 0, wLength: 6 };
const CLRSTATUS: Setup = { bmRequestType: 0x21, bRequest: 4, wValue: 0, wIndex: 0, wLength: 0 };
const DNLOAD: Setup = { bmRequestType: 0x21, bRequest: 1, wValue: 0, wIndex: 0, wLength: 0 };
const SET_CONFIGURATION: Setup = { ...CLRSTATUS, bmRequestType: 0, bRequest: 9, wValue: 1 };
const GET_CONFIGURATION: Setup = { ...GETSTATUS, bmRequestType: 0x80, bRequest: 8, wLength: 1 };
const PORT_RESET: Setup = { ...CLRSTATUS, bmRequestType: 0x23, bRequest: 3, wValue: 4, wIndex: 1 };

async function exported(
  options: CreateBoardOptions = {},
): Promise<{ board: ConnectedBoard; port: number } & AsyncDisposable> {
  const board = await createBoard('STM32F405', {
    usart: 'tcp:127.0.0.1:0',
    usb: 'usbip:127.0.0.1:0',
    ...options,
  });
  const { port } = board.ports['usb']!;
  return { board, port: port!, [Symbol.asyncDispose]: () => board[Symbol.asyncDispose]() };
}

test('the list names the device without selecting its port', async () => {
  await using server = await exported();
  expect(await UsbipHost.list(server.port)).toEqual(['1-1 0483:df11']);
  expect(server.board.ports['usb']).toMatchObject({ kind: 'usbip', path: '1-1' });
  server.board.usart().receive(Uint8Array.of(0x7f));
  await expect.poll(() => UsbipHost.list(server.port)).toEqual([]);
});

test('a host that has imported the device talks to its endpoint 0', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  expect(await host.import()).toBe(OK);
  const descriptor = await host.control(GET_DEVICE_DESCRIPTOR);
  expect(descriptor).toMatchObject({ status: OK });
  expect(descriptor!.data.toString('hex')).toBe('12010001000000408304' + '11df002201020301');
  expect(await host.control(GETSTATUS)).toMatchObject({ status: OK });
});

test('a STALL is a pipe error', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  await host.import();
  const reply = await host.control({ ...GET_DEVICE_DESCRIPTOR, wValue: 0x0600 });
  expect(reply).toMatchObject({ status: EPIPE, data: Buffer.alloc(0) });
});

test('transfers that arrive together are answered in order', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  await host.import();
  const asked = Array.from({ length: 50 }, () => host.submit(GET_DEVICE_DESCRIPTOR));
  for (const seqnum of asked) expect(await host.reply()).toMatchObject({ seqnum, status: OK });
});

test('a transfer that the device never answers can be taken back', async () => {
  await using server = await exported({ quirks: { 'dfu-functional-descriptor-silent': true } });
  await using host = new UsbipHost(server.port);
  await host.import();
  const held = host.submit(GET_FUNCTIONAL);
  const behind = host.submit(GET_DEVICE_DESCRIPTOR);
  const unlink = host.unlink(held);
  expect(await host.reply()).toMatchObject({ command: 3, seqnum: behind, status: OK });
  expect(await host.reply()).toMatchObject({ command: 4, seqnum: unlink, status: ECONNRESET });
  expect(await host.control(GET_DEVICE_DESCRIPTOR)).toMatchObject({ status: OK });
});

test('taking back what was answered says so', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  await host.import();
  const done = host.submit(GET_DEVICE_DESCRIPTOR);
  await host.reply();
  const unlink = host.unlink(done);
  expect(await host.reply()).toMatchObject({ command: 4, seqnum: unlink, status: OK });
});

test('a device has one host at a time, and the next one finds it reset', async () => {
  await using server = await exported();
  {
    await using first = new UsbipHost(server.port);
    expect(await first.import()).toBe(OK);
    await first.control(SET_CONFIGURATION);
    expect((await first.control(GET_CONFIGURATION))!.data).toEqual(Buffer.of(1));
    await using second = new UsbipHost(server.port);
    expect(await second.import()).toBe(BUSY);
  }
  await expect
    .poll(async () => {
      await using next = new UsbipHost(server.port);
      if ((await next.import()) !== OK) return undefined;
      return (await next.control(GET_CONFIGURATION))!.data;
    })
    .toEqual(Buffer.of(0));
});

test('a reset of the port reaches the device', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  await host.import();
  await host.control(SET_CONFIGURATION);
  expect(await host.control(PORT_RESET)).toMatchObject({ status: OK });
  expect((await host.control(GET_CONFIGURATION))!.data).toEqual(Buffer.of(0));
});

test('an unknown device and one that is not on the bus are not there', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  expect(await host.import('1-7')).toBe(NO_DEVICE);
  server.board.power(false);
  await using other = new UsbipHost(server.port);
  expect(await other.import()).toBe(NO_DEVICE);
});

test('a leave is answered, ends the connection, and after a reset the device is back', async () => {
  await using server = await exported();
  await using host = new UsbipHost(server.port);
  await host.import();
  await host.control(SET_CONFIGURATION);
  await host.control(CLRSTATUS);
  await host.control(DNLOAD);
  const status = await host.control(GETSTATUS);
  expect(status!.data.readUInt8(4)).toBe(7); // dfuMANIFEST
  expect(await host.reply()).toBeUndefined();
  expect(await UsbipHost.list(server.port)).toEqual([]);

  server.board.reset();
  await using again = new UsbipHost(server.port);
  await expect.poll(() => UsbipHost.list(server.port)).toEqual(['1-1 0483:df11']);
  expect(await again.import()).toBe(OK);
});

test('without an address a taken usual port is no obstacle', async () => {
  await using first = await exported({ usb: 'usbip' });
  await using second = await exported({ usb: 'usbip' });
  expect(second.port).not.toBe(first.port);
  expect(await UsbipHost.list(second.port)).toEqual(['1-1 0483:df11']);
});

test('an address that is taken is said so', async () => {
  await using server = await exported();
  await expect(exported({ usb: `usbip:127.0.0.1:${server.port}` })).rejects.toThrow(/is in use/);
});

test('a line without USB and a link that there is not are said so', async () => {
  await expect(createBoard('STM32F103RB', { usb: 'usbip' })).rejects.toThrow(/has no USB/);
  await expect(createBoard('STM32F405', { usb: 'tcp:1' })).rejects.toThrow(/write usbip/);
});

test('closing the board ends every connection', async () => {
  const server = await exported();
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await server[Symbol.asyncDispose]();
  await expect(closed).resolves.toHaveLength(1);
});
