import { describe, expect, test } from 'vitest';
import { createBoard, type ConnectedBoard } from '../../index.ts';
import { attached, ECONNRESET, EPIPE, OK, out, setup } from '../../test/hosts/usb-adapter-host.ts';
import { type UsbipHost } from '../../test/hosts/usbip-host.ts';

describe('the candleLight', () => {
  const BITTIMING = setup(0x41, 1);
  const DATA_BITTIMING = setup(0x41, 10);
  const MODE = setup(0x41, 2);
  const FD = 1 << 8;
  const u32 = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
  const open = (part: string, more: object = {}): Promise<ConnectedBoard> =>
    createBoard(part, { can: 'usbip:127.0.0.1:0', ...more });
  /** 12 quanta of which each is `prescaler` periods of the clock. */
  const timing = (prescaler: number): Uint8Array => u32(3, 4, 4, 1, prescaler);

  function frame(id: number, data: readonly number[], { fd = false, echo = 7 } = {}): Buffer {
    const bytes = Buffer.alloc(fd ? 76 : 20);
    bytes.writeUInt32LE(echo, 0);
    bytes.writeUInt32LE(id, 4);
    bytes.set([data.length, 0, fd ? 0b110 : 0], 8);
    bytes.set(data, 12);
    return bytes;
  }

  /** Sends a frame and takes its echo, then so many frames of the chip. */
  async function ask(host: UsbipHost, sent: Buffer, answers: number): Promise<string[]> {
    host.bulk(2, sent);
    expect(await host.reply()).toMatchObject({ status: OK });
    const got: string[] = [];
    for (let count = 0; count <= answers; count++) {
      host.bulk(1, 128);
      got.push((await host.reply())!.data.toString('hex'));
    }
    return got;
  }

  test('tells its constants', async () => {
    await using classic = await open('STM32F405');
    await using host = await attached(classic, 'can');
    const constants = (await host.control(setup(0xc1, 4, { wLength: 40 })))!.data;
    expect([constants.readUInt32LE(0), constants.readUInt32LE(4)]).toEqual([1, 48_000_000]);
    expect(await host.control(setup(0xc1, 11, { wLength: 72 }))).toMatchObject({ status: EPIPE });
    const configuration = (await host.control(setup(0xc1, 5, { wValue: 1, wLength: 12 })))!.data;
    expect([configuration[3], configuration.readUInt32LE(4)]).toEqual([0, 2]);
    await using fd = await open('STM32H723');
    await using other = await attached(fd, 'can');
    const extended = (await other.control(setup(0xc1, 11, { wLength: 72 })))!.data;
    expect([extended.length, extended.readUInt32LE(0) & FD]).toEqual([72, FD]);
  });

  test('echoes what the chip has acknowledged, and gives what it answers', async () => {
    await using board = await open('STM32F405');
    await using host = await attached(board, 'can');
    expect(await out(host, setup(0x41, 0, { wValue: 1 }), u32(0xbeef))).toMatchObject({
      status: OK,
    });
    expect(await out(host, BITTIMING, timing(32))).toMatchObject({ status: OK }); // 125 kbit/s
    expect(await out(host, MODE, u32(1, 0))).toMatchObject({ status: OK });
    expect(await ask(host, frame(0x79, []), 1)).toEqual([
      frame(0x79, []).toString('hex'),
      frame(0x79, [0x79], { echo: 0xffffffff }).toString('hex'),
    ]);
    const [echo, ...answers] = await ask(host, frame(0x02, [], { echo: 3 }), 3);
    expect(echo).toBe(frame(0x02, [], { echo: 3 }).toString('hex'));
    expect(answers.map((each) => each.slice(24))).toEqual(
      [[0x79], [0x04, 0x13], [0x79]].map((data) => frame(0, data).toString('hex', 12)),
    );
    expect(await out(host, MODE, u32(0, 0))).toMatchObject({ status: OK });
    host.bulk(2, frame(0x02, []));
    expect(await host.reply()).toMatchObject({ status: OK });
    const unlink = host.unlink(host.bulk(1, 128));
    expect(await host.reply()).toMatchObject({ seqnum: unlink, status: ECONNRESET }); // closed: no echo
  });

  test('another bit rate than the chip’s is never acknowledged', async () => {
    await using board = await open('STM32F405');
    await using host = await attached(board, 'can');
    await out(host, BITTIMING, timing(32));
    await out(host, MODE, u32(1, 0));
    await ask(host, frame(0x79, []), 1);
    await out(host, BITTIMING, timing(8)); // 500 kbit/s
    await out(host, MODE, u32(1, 0));
    host.bulk(2, frame(0x02, []));
    await host.reply();
    const unlink = host.unlink(host.bulk(1, 128));
    expect(await host.reply()).toMatchObject({ seqnum: unlink, status: ECONNRESET });
  });

  test('speaks CAN FD with a chip that does', async () => {
    await using board = await open('STM32H723');
    await using host = await attached(board, 'can');
    // 80 MHz: 250 kbit/s of 32 quanta and 1 Mbit/s of 16
    await out(host, BITTIMING, u32(11, 12, 8, 4, 10));
    await out(host, DATA_BITTIMING, u32(5, 6, 4, 2, 5));
    await out(host, MODE, u32(1, FD));
    const [echo, ...answers] = await ask(host, frame(0x02, [], { fd: true }), 3);
    expect(echo).toBe(frame(0x02, [], { fd: true }).toString('hex'));
    expect(answers.map((each) => each.slice(24, 28))).toEqual(['7900', '0483', '7900']);
    expect(answers.every((each) => each.length === 2 * 76)).toBe(true);
  });

  test('a timing that makes no sense and a channel that there is not are refused', async () => {
    await using board = await open('STM32F405');
    await using host = await attached(board, 'can');
    for (const [request, data] of [
      [BITTIMING, timing(0)],
      [BITTIMING, u32(1)],
      [DATA_BITTIMING, timing(1)],
      [{ ...BITTIMING, wValue: 1 }, timing(1)],
      [MODE, u32(1)],
    ] as const) {
      expect(await out(host, request, data)).toMatchObject({ status: EPIPE });
    }
  });
});
