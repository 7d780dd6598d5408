import { describe, expect, test } from 'vitest';
import type { Device } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { Line } from '../../interfaces/usart/pins.ts';
import { largest, runnable } from './all-lines.ts';
import { boardOf, connected } from '../boards.ts';
import { CanHost, FdcanHost } from '../hosts/can-host.ts';
import { DfuHost } from '../hosts/dfu-host.ts';
import { I2cHost } from '../hosts/i2c-host.ts';
import { SpiHost } from '../hosts/spi-host.ts';
import { ACK, NACK, UsartHost } from '../hosts/usart-host.ts';

type Bytes = readonly number[];

/** Connects over an interface and writes a block. */
type Write = (board: Board, address: number, data: Bytes) => void;

const overUsart: Write = (board, address, data) => {
  const host = new UsartHost(board);
  host.sync();
  expect(host.write(address, data)).toBe('ack');
};

const overI2c: Write = (board, address, data) => {
  expect(new I2cHost(board).writeMemory(address, data)).toBe('ack');
};

const overSpi: Write = (board, address, data) => {
  const host = new SpiHost(board);
  host.sync();
  expect(host.writeMemory(address, data)).toBe('ack');
};

const overCan: Write = (board, address, data) => {
  const host = new CanHost(board);
  host.connect();
  expect(host.write(address, data)).toBe('ack');
};

const overFdcan: Write = (board, address, data) => {
  const host = new FdcanHost(board);
  host.start();
  expect(host.write(address, data)).toBe('ack');
};

const overDfu: Write = (board, address, data) => {
  new DfuHost(board).enumerate().idle().write(address, data); // the reset swallows the last answer
};

const fields = ({ chip }: Board, ...names: readonly string[]): unknown[] =>
  names.map((name) => chip.options!.storedField(name));

test('36 option bytes of STM32G473 that are read and written back lock nothing', () => {
  const host = connected('STM32G473RE');
  const bytes = host.read(0x1fff_7800, 36) as number[];
  expect(host.write(0x1fff_7800, bytes)).toBe('ack');
  expect(fields(host.board, 'BOOT_LOCK', 'WRP2A_STRT', 'WRP2A_END')).toEqual([0, 0x7f, 0]);
  host.board.run();
  host.heard();
  expect(host.sync()).toEqual([ACK]); // the part starts its bootloader again
});

const OPTR_G0 = [0xaa, 0xe1, 0xff, 0xfe];
const OPTR_G4 = [0xaa, 0xf8, 0xef, 0xff];
const PIN = { nBOOT_SEL: 0 };
const partial: readonly [
  string,
  part: string,
  Write,
  address: number,
  data: Bytes,
  kept: Readonly<Record<string, number>>,
][] = [
  ['USART', 'STM32G0B1RE', overUsart, 0x1fff_7800, OPTR_G0, { ...PIN, BOOT_LOCK: 0 }],
  ['I2C', 'STM32G473RE', overI2c, 0x1fff_7800, OPTR_G4, { BOOT_LOCK: 0, WRP1A_END: 3 }],
  ['SPI', 'STM32L496RG', overSpi, 0x1fff_7800, OPTR_G4, { WRP1A_END: 3 }],
  ['CAN', 'STM32F405RG', overCan, 0x1fff_c000, [0xef, 0xaa, 0xff, 0xff], { nWRP: 0xffe }],
  ['FDCAN', 'STM32G0B1RE', overFdcan, 0x1fff_7800, OPTR_G0, { ...PIN, WRP1A_END: 3 }],
  ['DFU', 'STM32F746ZG', overDfu, 0x1fff_0000, [0xff, 0xaa, 0x00, 0x55], { BOOT_ADD0: 0x80 }],
];

test.each(partial)(
  'over %s the first option word of %s is written and no other',
  (_, part, write, address, data, kept) => {
    const board = boardOf(part, { options: kept });
    write(board, address, data);
    const names = Object.keys(kept).filter((name) => !(name in PIN));
    expect(fields(board, ...names)).toEqual(names.map((name) => kept[name]));
    const memory = board.memories.find((each) => each.start === address)!;
    expect([...memory.read(0, data.length)]).toEqual(data);
  },
);

describe('what a write of the first option word leaves of the others', () => {
  test('on STM32F103, whose option bytes are flash, nothing: all are erased first', () => {
    const host = connected('STM32F103CB', { options: { WRP0: 0, Data0: 0x12 } });
    expect(host.write(0x1fff_f800, [0xa5, 0x5a, 0xff, 0x00])).toBe('ack');
    host.board.run();
    host.heard();
    host.sync();
    const rest = Array.from({ length: 12 }, () => 0xff);
    expect(host.read(0x1fff_f800, 16)).toEqual([0xa5, 0x5a, 0xff, 0x00, ...rest]);
    expect(fields(host.board, 'WRP0', 'Data0')).toEqual([0xff, 0xff]);
  });

  test('on STM32L053, whose words are erased one by one, all, even when power is lost', () => {
    const flashFaults = [{ at: 'flash', do: 'power-cut', operation: 1, done: 0.6 }] as const;
    const options = { nBOOT1: 1, WRPROT1_LOW: 0x8001 };
    const host = connected('STM32L053C8', { options, faults: flashFaults });
    const lost: unknown[] = [];
    host.board.trace.listen((event) => event.kind === 'lost' && lost.push(event.operation));
    expect(host.write(0x1ff8_0000, [0xab, 0x00, 0x54, 0xff])).not.toBe('ack');
    expect(lost).toEqual(['option bytes']); // and power comes back
    const [area] = host.board.chip.options!.areas;
    expect([...area!.read(0, 4)]).not.toEqual([0xab, 0x00, 0x54, 0xff]);
    expect(fields(host.board, 'nBOOT1', 'WRPROT1_LOW')).toEqual([1, 0x8001]);
  });

  test('on STM32H743 the registers behind: the first shows, the second is written', () => {
    const shown = 0x5200_201c;
    const host = connected('STM32H743ZI', { options: { WPSN1: 0xfe } });
    expect(host.write(shown, [0xf0, 0xaa, 0xc6, 0x1a])).toBe('ack');
    expect(fields(host.board, 'NRST_STOP_D1', 'WPSN1')).toEqual([1, 0xfe]);
    const again = connected('STM32H743ZI', { options: { WPSN1: 0xfe } });
    expect(again.write(shown + 4, [0xb0, 0xaa, 0xc6, 0x1b])).toBe('ack');
    expect(fields(again.board, 'NRST_STOP_D1', 'WPSN1')).toEqual([0, 0xfe]);
  });
});

test.each([
  ['STM32G473RE', 0x1fff_f808],
  ['STM32L496RG', 0x1fff_f808],
  ['STM32L4R5ZI', 0x1ff0_1008],
])('%s takes the option bytes of bank 2 at their own base', (part, address) => {
  const board = boardOf(part);
  const WRP2AR = 0x10;
  const data = Array.from({ length: 20 }, (_, at) => ({ [WRP2AR]: 3, [WRP2AR + 2]: 5 })[at] ?? 0);
  overUsart(board, address, data);
  expect(fields(board, 'WRP2A_STRT', 'WRP2A_END')).toEqual([3, 5]);
});

test('STM32G030 takes its securable memory word at its own base', () => {
  const board = boardOf('STM32G030C8', { options: { nBOOT_SEL: 0 } });
  overUsart(board, 0x1fff_7870, [1, 0, 0, 0]);
  const memory = board.memories.find(({ start }) => start === 0x1fff_7800)!;
  expect([...memory.read(0x70, 8)]).toEqual([1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
});

describe('a host that does not synchronise anew behind the reset of an option write', () => {
  const line: Line = { baud: 57_600, parity: 'even', dataBits: 8, stopBits: 1 };
  const written = (device: Device): UsartHost => {
    const host = new UsartHost(new Board(device, largest(device)), undefined, line);
    host.sync();
    const { start, length } = device.options!.areas[0]!;
    host.write(start, host.read(start, length) as number[]);
    return host;
  };
  const f7 = runnable.filter(({ id }) => id.startsWith('STM32F7'));

  test.each(f7.map((device) => [device.id, device] as const))(
    '%s answers three Get IDs with NACKs and then nothing, or 0x7F with an ACK',
    (_, device) => {
      const host = written(device);
      const answers = Array.from({ length: 5 }, () => host.command(0x02));
      expect(answers).toEqual([[NACK], [NACK], [NACK], [], []]);
      host.board.reset();
      host.board.run();
      expect([host.sync(), host.command(0x02).length]).toEqual([[ACK], 5]);
      const other = written(device);
      expect([other.sync(), other.command(0x02).length]).toEqual([[ACK], 5]);
    },
  );

  test('of other lines nothing is known: they are deaf as behind any wrong first byte', () => {
    const host = written(runnable.find(({ id }) => id === 'STM32F446')!);
    expect([host.command(0x02), host.sync()]).toEqual([[], []]);
  });
});
