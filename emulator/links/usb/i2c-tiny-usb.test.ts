import { describe, expect, test, vi } from 'vitest';
import { createBoard, type ConnectedBoard } from '../../index.ts';
import { attached, ECONNRESET, EPIPE, OK, out, setup } from '../../test/hosts/usb-adapter-host.ts';
import { GET_DEVICE_DESCRIPTOR, type UsbipHost } from '../../test/hosts/usbip-host.ts';

describe('the i2c-tiny-usb', () => {
  const BEGIN = 1;
  const END = 2;
  const open = (part: string): Promise<ConnectedBoard> =>
    createBoard(part, { i2c: 'usbip:127.0.0.1:0' });
  const write = async (host: UsbipHost, address: number, bytes: number[], how = BEGIN | END) =>
    await out(host, setup(0x41, 4 | how, { wIndex: address }), Uint8Array.from(bytes));
  const readFrom = async (host: UsbipHost, address: number, wLength: number, how = BEGIN | END) =>
    await host.control(setup(0xc1, 4 | how, { wValue: 1, wIndex: address, wLength }));
  const status = async (host: UsbipHost): Promise<number> =>
    (await host.control(setup(0xc1, 3, { wLength: 1 })))!.data[0]!;

  test('says what it can do, and carries messages', async () => {
    await using board = await open('STM32F446RE');
    await using host = await attached(board, 'i2c');
    const { address } = board.i2c();
    expect((await host.control(setup(0xc1, 1, { wLength: 4 })))!.data.readUInt32LE()).toBe(
      0x0eff0009,
    );
    expect((await host.control(setup(0xc1, 0, { wValue: 0x1234, wLength: 2 })))!.data).toEqual(
      Buffer.of(0x34, 0x12),
    );
    expect(await host.control(setup(0x41, 2, { wValue: 10 }))).toMatchObject({ status: OK });
    expect(await status(host)).toBe(0);
    expect(await write(host, address, [0x02, 0xfd])).toMatchObject({ status: OK });
    expect(await status(host)).toBe(1);
    expect((await readFrom(host, address, 1))!.data).toEqual(Buffer.of(0x79));
    expect((await readFrom(host, address, 3))!.data).toEqual(Buffer.of(0x01, 0x04, 0x21));
    expect((await readFrom(host, address, 1))!.data).toEqual(Buffer.of(0x79));
  });

  test('an address that nobody has is told by the status', async () => {
    await using board = await open('STM32F446RE');
    await using host = await attached(board, 'i2c');
    expect(await readFrom(host, 0x20, 2)).toMatchObject({ status: OK });
    expect(await status(host)).toBe(2);
    expect(await write(host, 0x20, [])).toMatchObject({ status: OK });
    expect(await status(host)).toBe(2);
    expect(await write(host, 0x80, [1])).toMatchObject({ status: EPIPE });
  });

  test('after a message without STOP the next one begins with a repeated START', async () => {
    await using board = await open('STM32F446RE');
    await using host = await attached(board, 'i2c');
    const resets: string[] = [];
    board.trace.listen((event) => event.kind === 'reset' && resets.push(event.cause));
    const { address } = board.i2c();
    await write(host, address, [0x02, 0xfd], BEGIN);
    const answered = await readFrom(host, address, 1, END); // the chip wants a STOP: it holds SCL
    expect(answered).toMatchObject({ data: Buffer.of(0xff) });
    expect(resets).toEqual(['I2C time-out']);
  });

  test('a host that goes amid its messages leaves a STOP behind', async () => {
    await using board = await open('STM32F446RE');
    const { address } = board.i2c();
    {
      await using host = await attached(board, 'i2c');
      await write(host, address, [0x02, 0xfd], BEGIN);
    }
    await using next = await vi.waitFor(() => attached(board, 'i2c'), { timeout: 60_000 });
    expect((await readFrom(next, address, 1))!.data).toEqual(Buffer.of(0x79));
  });

  test('a transfer that SCL holds can be taken back, and the next one is served', async () => {
    await using board = await open('STM32F446RE');
    await using host = await attached(board, 'i2c');
    const { address } = board.i2c();
    await write(host, address, [0x02, 0xfd]);
    const message = setup(0x41, 7, { wIndex: address, wLength: 2 });
    const stuck = host.submit(message, Uint8Array.of(0, 1)); // where the chip is to be read
    const behind = host.submit(GET_DEVICE_DESCRIPTOR);
    const unlink = host.unlink(stuck);
    expect(await host.reply()).toMatchObject({ command: 4, seqnum: unlink, status: ECONNRESET });
    expect(await host.reply()).toMatchObject({ command: 3, seqnum: behind, status: OK });
  });
});
