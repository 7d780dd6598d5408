import { describe, expect, test } from 'vitest';
import { createBoard, type ConnectedBoard, type Setup } from '../../index.ts';
import type { Line } from '../../interfaces/usart/pins.ts';
import {
  attached,
  ECONNRESET,
  EPIPE,
  OK,
  out,
  SET_CONFIGURATION,
  setup,
} from '../../test/hosts/usb-adapter-host.ts';
import { UsbipHost } from '../../test/hosts/usbip-host.ts';

/** Bytes of a bulk endpoint, as they come. */
async function read(host: UsbipHost, endpoint: number, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  while (Buffer.concat(parts).length < count) {
    host.bulk(endpoint, 512);
    parts.push((await host.reply())!.data);
  }
  return Buffer.concat(parts);
}

describe('the USB serial adapter', () => {
  const LINE_8E1 = Uint8Array.of(0x00, 0xc2, 0x01, 0x00, 0, 2, 8);
  const SET_LINE_CODING = setup(0x21, 0x20);
  const lineState = (bits: number): Setup => setup(0x21, 0x22, { wValue: bits });
  const open = (options: object = {}): Promise<ConnectedBoard> =>
    createBoard('STM32F405', { usart: 'usbip:127.0.0.1:0', ...options });

  test('carries bytes both ways, and a read waits for them', async () => {
    await using board = await open();
    await using host = await attached(board, 'usart');
    await out(host, SET_LINE_CODING, LINE_8E1);
    const waiting = host.bulk(1, 128);
    const sent = host.bulk(1, Uint8Array.of(0x7f));
    const replies = [await host.reply(), await host.reply()];
    expect(replies.find((each) => each!.seqnum === waiting)!.data).toEqual(Buffer.of(0x79));
    expect(replies.find((each) => each!.seqnum === sent)).toMatchObject({ status: OK });
    host.bulk(1, Uint8Array.of(0x02, 0xfd));
    expect(await host.reply()).toMatchObject({ status: OK });
    expect(await read(host, 1, 5)).toEqual(Buffer.of(0x79, 0x01, 0x04, 0x13, 0x79));
  });

  test('a read that nothing answers can be taken back, and loses nothing', async () => {
    await using board = await open();
    await using host = await attached(board, 'usart');
    const unlink = host.unlink(host.bulk(1, 128));
    expect(await host.reply()).toMatchObject({ command: 4, seqnum: unlink, status: ECONNRESET });
    host.bulk(1, Uint8Array.of(0x7f));
    await host.reply();
    expect(await read(host, 1, 1)).toEqual(Buffer.of(0x79));
  });

  test('the rate, parity and bits of the host reach the chip', async () => {
    const lines: Line[] = [];
    await using board = await open();
    board.trace.listen((event) => event.kind === 'line' && lines.push(event.line));
    await using host = await attached(board, 'usart');
    await out(host, SET_LINE_CODING, LINE_8E1);
    const get = await host.control(setup(0xa1, 0x21, { wLength: 7 }));
    expect(get!.data).toEqual(Buffer.from(LINE_8E1));
    await out(host, SET_LINE_CODING, Uint8Array.of(0x80, 0x25, 0, 0, 2, 1, 7));
    expect(lines).toEqual([
      { baud: 115_200, parity: 'even', dataBits: 8, stopBits: 1 },
      { baud: 9600, parity: 'odd', dataBits: 7, stopBits: 2 },
    ]);
  });

  test('a host that sets no parity is answered the sync byte, and NACK to a command', async () => {
    await using board = await open();
    await using host = await attached(board, 'usart');
    await out(host, SET_LINE_CODING, Uint8Array.of(0, 0xc2, 1, 0, 0, 0, 8));
    host.bulk(1, Uint8Array.of(0x7f));
    await host.reply();
    expect(await read(host, 1, 1)).toEqual(Buffer.of(0x79));
    host.bulk(1, Uint8Array.of(0x00, 0xff));
    await host.reply();
    expect(await read(host, 1, 1)).toEqual(Buffer.of(0x1f));
  });

  test('a setting that no UART has is refused', async () => {
    await using board = await open();
    await using host = await attached(board, 'usart');
    for (const coding of [
      [0, 0xc2, 1, 0, 3, 0, 8],
      [0, 0xc2, 1, 0, 0, 5, 8],
      [0, 0xc2, 1, 0, 0, 0, 9],
      [8],
    ]) {
      expect(await out(host, SET_LINE_CODING, Uint8Array.from(coding))).toMatchObject({
        status: EPIPE,
      });
    }
  });

  test('DTR and RTS drive what they are wired to, and are released when the host goes', async () => {
    await using board = await open({ wire: 'dtr=nrst,rts=boot0', boot0: 0 });
    expect(board.boot).toMatchObject({ area: 'main-flash' });
    {
      await using host = await attached(board, 'usart');
      await host.control(lineState(0b11)); // as Linux does on open
      expect([board.pinLevel('NRST'), board.pinLevel('BOOT0')]).toEqual([0, 1]);
      await host.control(lineState(0b10));
      expect([board.pinLevel('NRST'), board.state]).toEqual([1, 'bootloader']);
      host.bulk(2, 16);
      expect((await host.reply())!.data.toString('hex')).toBe('a1200000000002000300'); // SERIAL_STATE
      await host.control(lineState(0b11));
    }
    await expect.poll(() => [board.pinLevel('NRST'), board.pinLevel('BOOT0')]).toEqual([1, 0]);
  });

  test('a break ends when it is over, or when it is taken back', async () => {
    const breaks: string[] = [];
    await using board = await open();
    board.trace.listen((event) => {
      if (/break/.test(JSON.stringify(event))) breaks.push(JSON.stringify(event));
    });
    await using host = await attached(board, 'usart');
    const sendBreak = (wValue: number): Promise<unknown> =>
      host.control(setup(0x21, 0x23, { wValue }));
    await sendBreak(0xffff);
    await sendBreak(0);
    const once = breaks.length;
    expect(once).toBeGreaterThan(0);
    await sendBreak(20);
    await expect.poll(() => breaks.length).toBe(2 * once);
  });

  test('endpoints that there are not, and any before the configuration, are stalled', async () => {
    await using board = await open();
    await using host = new UsbipHost(board.ports.usart.port!);
    await host.import(board.ports.usart.path);
    host.bulk(1, 64);
    expect(await host.reply()).toMatchObject({ status: EPIPE });
    await host.control(SET_CONFIGURATION);
    host.bulk(5, 64);
    expect(await host.reply()).toMatchObject({ status: EPIPE });
    host.bulk(2, Uint8Array.of(1));
    expect(await host.reply()).toMatchObject({ status: EPIPE });
  });
});
