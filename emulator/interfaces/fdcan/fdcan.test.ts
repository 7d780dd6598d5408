import { describe, expect, test } from 'vitest';
import { devices, findDevice } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { lineOf, pinDecides } from '../../test/lines/all-lines.ts';
import { boardOf } from '../../test/boards.ts';
import { ACK, FdcanHost, NACK, whole } from '../../test/hosts/can-host.ts';
import { be32, UsartHost } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const H723 = 'STM32H723ZG'; // protocol 1.1
const G0B1 = 'STM32G0B1RE'; // 1.0
const H563 = 'STM32H563ZI'; // 2.0
const C092 = 'STM32C092RC'; // 2.2
const block = Array.from({ length: 256 }, (_, index) => (index * 7 + 3) & 0xff);

function hostOn(part: string, options: BoardOptions = {}): FdcanHost {
  const set = pinDecides(findDevice(part).devices[0]!);
  return new FdcanHost(boardOf(part, { ...options, options: set }));
}

describe('connection over FDCAN', () => {
  test('up to 2.1 any frame starts it and is a command as well', () => {
    for (const part of [G0B1, H723, H563]) {
      expect(hostOn(part).send(0x02), part).toHaveLength(3);
    }
  });

  test('from 2.2 on it starts with ID 0x111 and 0x5A alone, in silence, and other identifiers are filtered', () => {
    const host = hostOn(C092);
    expect(host.send(0x02)).toEqual([]);
    expect(host.send(0x111)).toEqual([]);
    expect(host.send(0x111, 0x5a, 0)).toEqual([]);
    expect(host.send(0x02)).toEqual([]);
    expect(host.send(0x111, 0x5a)).toEqual([]);
    expect(host.productId()).toBe(lineOf('STM32C091_092').productId);
    expect(host.send(0x111, 0x5a)).toEqual([]);
    expect(host.send(0x102)).toEqual([]);
    expect(host.send(0x0e)).toEqual([[0x0e, NACK]]);
  });

  test('before 2.1 the low byte of the identifier is the opcode, at 2.0 as at 1.0', () => {
    expect(hostOn(G0B1).send(0x302)[0]).toEqual([0x302, ACK]);
    expect(hostOn(H563).send(0x302)[0]).toEqual([0x302, ACK]);
  });

  test('2.1 refuses an identifier above one byte', () => {
    const line = devices.find(({ id }) => id === 'STM32H562_563_573')!;
    const bootloaders = line.bootloaders.map((each) => ({
      ...each,
      protocols: { ...each.protocols, FDCAN: '2.1' },
    }));
    const host = new FdcanHost(new Board({ ...line, bootloaders }, 2048));
    expect(host.send(0x302)).toEqual([[0x302, NACK]]);
    expect(host.send(0x02)).toHaveLength(3);
  });

  test('wrong rates, of either phase, make bus errors', () => {
    const host = hostOn(G0B1);
    host.rate = { nominal: 500_000, data: 1_000_000 };
    expect(host.offer(0x02)).toBe('error');
    host.rate = { nominal: 250_000, data: 2_000_000 };
    expect(host.offer(0x02)).toBe('error');
    host.rate = { nominal: 250_000, data: 1_000_000 };
    expect(host.offer(0x02)).toBe('acknowledged');
  });

  test('a frame that was spoilt is not answered, and what it was part of goes on', () => {
    const host = hostOn(G0B1);
    const { rate } = host;
    host.send(0x31, ...be32(FLASH), 8 - 1);
    host.rate = { nominal: 500_000, data: 1_000_000 };
    expect(host.offer(0x31, ...block.slice(8, 16))).toBe('error');
    host.board.run();
    expect(host.heard()).toEqual([]);
    host.rate = rate;
    expect(host.send(0x31, ...block.slice(0, 8))).toEqual([[0x31, ACK]]);
    expect(host.read(FLASH, 8)).toEqual(block.slice(0, 8));
  });

  test('of the frames that come while it works three are kept, and the rest is lost in silence', () => {
    const host = hostOn(G0B1);
    host.send(0x44, 0, 1);
    host.offer(0x44, ...whole([0, 1]));
    for (let times = 0; times < 5; times++) host.offer(0x02);
    host.board.run();
    const heard = host.heard();
    expect(heard[0]).toEqual([0x44, ACK]);
    expect(heard.slice(1).map(([id]) => id)).toEqual(Array<number>(9).fill(0x02));
  });

  test('classic frames are taken too, and answered by frames of CAN FD', () => {
    const host = hostOn(G0B1);
    const frame = { id: 0x02, extended: false, fd: false, brs: false, data: new Uint8Array() };
    expect(host.pins.receive(frame, host.rate)).toBe('acknowledged');
    host.board.run();
    expect(host.heard()).toHaveLength(3);
    expect(host.all.every(({ frame: { fd, brs } }) => fd && brs)).toBe(true);
  });

  test('U3 runs at 600 and 2400 kbit/s', () => {
    const { fdcanRates } = devices.find(({ id }) => id === 'STM32U375_385')!;
    const board = new Board({ ...lineOf('STM32C091_092'), ...(fdcanRates && { fdcanRates }) }, 256);
    const host = new FdcanHost(board, 'FDCAN1', { nominal: 600_000, data: 2_400_000 });
    host.start();
    expect(host.send(0x02)).toHaveLength(3);
  });
});

describe('commands over FDCAN', () => {
  test('Get counts and lists the opcodes of the version', () => {
    const base = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92];
    expect(hostOn(G0B1).get()).toEqual({ version: 0x10, opcodes: base });
    expect(hostOn(H723).get()).toEqual({ version: 0x11, opcodes: base });
    const h5 = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x50, 0x63, 0x73];
    expect(hostOn(H563).get()).toEqual({ version: 0x20, opcodes: h5 });
  });

  test('Get Version and Get ID', () => {
    const host = hostOn(G0B1);
    expect(host.send(0x01)).toEqual([
      [1, ACK],
      [1, 0x10],
      [1, 0, 0],
      [1, ACK],
    ]);
    expect(host.send(0x02)).toEqual([
      [2, ACK],
      [2, 0x04, 0x67],
      [2, ACK],
    ]);
  });

  test('Read sends frames of 64 bytes, the last one padded, and an ACK', () => {
    const host = hostOn(G0B1, { load: [{ address: FLASH, bytes: Uint8Array.from(block) }] });
    expect(host.send(0x11, ...be32(FLASH), 70 - 1)).toEqual([
      [0x11, ACK],
      [0x11, ...block.slice(0, 64)],
      [0x11, ...whole(block.slice(64, 70))],
      [0x11, ACK],
    ]);
    expect(host.read(FLASH, 3)).toEqual(block.slice(0, 3));
    expect(host.read(0x4000_0000, 4)).toBe('nack');
  });

  test('Write has one ACK for its header and one when all is programmed', () => {
    const host = hostOn(G0B1);
    expect(host.send(0x31, ...be32(FLASH), 72 - 1)).toEqual([[0x31, ACK]]);
    expect(host.send(0x31, ...block.slice(0, 64))).toEqual([]);
    expect(host.send(0x31, ...whole(block.slice(64, 72)))).toEqual([[0x31, ACK]]);
    expect(host.read(FLASH, 80)).toEqual([
      ...block.slice(0, 72),
      ...Array.from({ length: 8 }, () => 0xff),
    ]);
    expect(host.write(0x4000_0000, [1, 2, 3, 4])).toBe('header');
  });

  test('a last frame that is shorter than 64 bytes is taken too', () => {
    const host = hostOn(H723);
    host.send(0x31, ...be32(FLASH), 32 - 1);
    expect(host.send(0x31, ...block.slice(0, 32))).toEqual([[0x31, ACK]]);
    expect(host.read(FLASH, 32)).toEqual(block.slice(0, 32));
  });

  test('Erase of pages has three ACKs, of all and of a bank two', () => {
    const load = [{ address: FLASH, bytes: new Uint8Array(0x2_0000) }];
    const host = hostOn(G0B1, { load });
    expect(host.send(0x44, 0, 2)).toEqual([
      [0x44, ACK],
      [0x44, ACK],
    ]);
    expect(host.send(0x44, ...whole([0, 1, 0, 4]))).toEqual([[0x44, ACK]]);
    const at = [0, 1, 2, 4].map((page) => host.read(FLASH + 0x800 * page, 1));
    expect(at).toEqual([[0], [0xff], [0], [0xff]]);
    expect(host.eraseAll(0xfffe)).toEqual([ACK, ACK]);
    expect(host.read(FLASH, 1)).toEqual([0xff]);
    expect(host.eraseAll()).toEqual([ACK, ACK]);
    expect(host.eraseAll(0xfff3)).toEqual([ACK, NACK]);
    expect(host.send(0x44, 0, 0)).toEqual([
      [0x44, ACK],
      [0x44, ACK],
      [0x44, ACK],
    ]);
  });

  test('Erase takes more than 32 pages in further frames', () => {
    const host = hostOn(G0B1, { load: [{ address: FLASH, bytes: new Uint8Array(0x1_4000) }] });
    const pages = Array.from({ length: 33 }, (_, page) => [0, page]).flat();
    host.send(0x44, 0, 33);
    expect(host.send(0x44, ...pages.slice(0, 64))).toEqual([]);
    expect(host.send(0x44, ...whole(pages.slice(64)))).toEqual([[0x44, ACK]]);
    expect([host.read(FLASH + 32 * 0x800, 1), host.read(FLASH + 33 * 0x800, 1)]).toEqual([
      [0xff],
      [0],
    ]);
  });

  test('Go acknowledges once and jumps', () => {
    const bytes = Uint8Array.of(0, 0x40, 0, 0x20, 0x01, 0x01, 0, 0x08);
    const host = hostOn(G0B1, { load: [{ address: FLASH, bytes }] });
    expect(host.send(0x21, ...be32(0x1fff_0000))).toEqual([[0x21, NACK]]);
    expect(host.send(0x21, ...be32(FLASH))).toEqual([[0x21, ACK]]);
    expect(host.board.state).toBe('application');
  });

  test('Write Protect carries its codes in its own frame; it and Write Unprotect have two ACKs', () => {
    const host = hostOn(G0B1);
    expect(host.send(0x63, 2, 0, 3)).toEqual([
      [0x63, ACK],
      [0x63, ACK],
    ]);
    host.board.run();
    host.write(FLASH, block.slice(0, 8));
    expect(host.read(FLASH, 8)).toEqual(Array.from({ length: 8 }, () => 0xff));
    expect(host.send(0x73)).toEqual([
      [0x73, ACK],
      [0x73, ACK],
    ]);
    host.board.run();
    expect(host.write(FLASH, block.slice(0, 8))).toBe('ack');
    expect(host.read(FLASH, 8)).toEqual(block.slice(0, 8));
  });

  test('Readout Protect and Unprotect have two ACKs each; at level 1 all but four commands are refused', () => {
    const host = hostOn(G0B1, { load: [{ address: FLASH, bytes: new Uint8Array(8) }] });
    expect(host.send(0x82)).toEqual([
      [0x82, ACK],
      [0x82, ACK],
    ]);
    host.board.run();
    for (const opcode of [0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82]) {
      expect(host.send(opcode, 8, 0, 0, 0, 0)).toEqual([[opcode, NACK]]);
    }
    expect(host.get()!.opcodes).toHaveLength(11);
    expect(host.send(0x92)).toEqual([
      [0x92, ACK],
      [0x92, ACK],
    ]);
    host.board.run();
    expect(host.read(FLASH, 8)).toEqual(Array.from({ length: 8 }, () => 0xff));
  });

  test('Special sets the product state of an H5, and answers under 0x111', () => {
    const host = hostOn(H563);
    expect(host.send(0x50, 0x12, 0x34)).toEqual([
      [0x111, ACK],
      [0x111, NACK],
    ]);
    expect(host.send(0x50, 0x00, 0x01)).toEqual([
      [0x111, ACK],
      [0x111, ACK],
    ]);
    expect(host.send(0x50, 0, 4)).toEqual([]);
    const answers = host.send(0x50, 0, 0, 0, 0x17);
    expect(answers[0]).toEqual([0x111, ACK]);
    expect(answers.at(-1)).toEqual([0x111, ACK]);
    host.board.reset();
    expect(host.board.chip.options!.field('PRODUCT_STATE')).toBe(0x17);
  });
});

test('FDCAN and USART of one H7 lock each other out until a reset', () => {
  const board = boardOf(H723);
  const [usart, can] = [new UsartHost(board), new FdcanHost(board)];
  const other = new FdcanHost(board, 'FDCAN1:PD0/PD1');
  expect(can.productId()).toBe(0x483);
  expect(usart.sync()).toEqual([]);
  expect(other.offer(0x02)).toBe('nobody');
  board.reset();
  board.run();
  expect(usart.sync()).toEqual([ACK]);
  expect([can.offer(0x02), other.offer(0x02)]).toEqual(['nobody', 'nobody']);
});
