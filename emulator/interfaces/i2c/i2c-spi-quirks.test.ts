import { describe, expect, test } from 'vitest';
import { notModelled, quirks } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { largest, lineOf, pinDecides, used } from '../../test/lines/all-lines.ts';
import { ACK, be32, BUSY, I2cHost, isHold, NACK } from '../../test/hosts/i2c-host.ts';
import { PLAIN, SpiHost } from '../../test/hosts/spi-host.ts';
import { UsartHost } from '../../test/hosts/usart-host.ts';

type Make = (more?: BoardOptions) => Board;

/** How a quirk shows: what a host sees of it with the quirk, and without it. */
interface Shown {
  readonly line: string;
  readonly options?: BoardOptions;
  readonly see: (make: Make) => unknown;
  readonly with: unknown;
  readonly without: unknown;
}

const FLASH = 0x0800_0000;

function i2c(board: Board): I2cHost {
  return new I2cHost(board);
}

function synced(board: Board, manner = PLAIN): SpiHost {
  const host = new SpiHost(board, undefined, manner);
  expect(host.sync()).toBe(ACK);
  return host;
}

/** The chip is told to erase its first page over I2C and has begun to. */
function erasing(board: Board, opcode: number): I2cHost {
  const host = i2c(board);
  const { clock } = board;
  host.command(opcode);
  host.packet(0, 0);
  host.pins.start(host.address, false);
  clock.advanceTo(clock.now + (board.device.connection?.i2cStretchUs ?? 0));
  host.pins.start(host.address, false);
  for (const byte of [0, 0, 0]) host.pins.write(byte);
  host.pins.stop();
  return host;
}

/** What a host that polls over I2C meets, and then what it gets. */
function polled(host: I2cHost): unknown[] {
  const first = host.pins.start(host.address, true);
  const met = isHold(first) ? 'held' : first;
  if (met === 'ack') host.pins.read(true);
  host.pins.stop();
  host.board.run();
  return [met, host.read(1), host.read(1)];
}

/** The answer to an erase of the first page over SPI while the chip works on it, and what it erased by then. */
function early(board: Board): unknown {
  const host = synced(board);
  host.command(0x44);
  host.packet(0, 0);
  host.exchange(0, 0, 0);
  const heard = host.exchange(0, 0);
  return [heard, board.flashImage()[0]];
}

const shown: Readonly<Record<string, Shown>> = {
  'i2c-probe-locks': {
    line: 'STM32F405_407_415_417',
    see(make) {
      const board = make();
      expect(i2c(board).write([])).toBe('ack');
      return [new UsartHost(board).sync(), i2c(board).ask(0x02, 3)];
    },
    with: [[], [1, 0x04, 0x13]],
    without: [[ACK], 'refused'],
  },
  'i2c-0x73-readout-unprotects': {
    line: 'STM32WB3_5',
    see(make) {
      const board = make({ load: [{ address: FLASH, bytes: Uint8Array.of(1) }] });
      const host = i2c(board);
      host.command(0x74);
      host.answer();
      const kept = board.flashImage()[0];
      host.command(0x73);
      host.answer();
      return [kept, board.flashImage()[0]];
    },
    with: [1, 0xff],
    without: [1, 1],
  },
  'i2c-no-stretch-stretches': {
    line: 'STM32G05_061',
    see: (make) => polled(erasing(make(), 0x45)),
    with: ['held', [ACK], [0xff]],
    without: ['ack', [ACK], [0xff]],
  },
  'i2c-no-stretch-erase-stretches': {
    line: 'STM32F72_73',
    see: (make) => polled(erasing(make(), 0x45)),
    with: ['held', [BUSY], [ACK]],
    without: ['ack', [ACK], [0xff]],
  },
  'i2c-mass-erase-bank-2-only': {
    line: 'STM32H74_75',
    options: { bootloader: '13.2' },
    see(make) {
      const device = lineOf('STM32H74_75');
      const board = make({ load: used(device, largest(device)) });
      expect(i2c(board).massErase()).toBe(ACK);
      const image = board.flashImage();
      return [image[0], image[0x10_0000]];
    },
    with: [0x5a, 0xff],
    without: [0xff, 0xff],
  },
  'i2c-time-out-10-ms': {
    line: 'STM32F378',
    see(make) {
      const host = i2c(make());
      host.command(0x11);
      host.board.clock.advanceTo(host.board.clock.now + 500_000);
      host.board.run();
      return host.packet(...be32(FLASH));
    },
    with: 'nack', // five bytes at once are no command to a chip that has just started
    without: ACK,
  },
  'spi-needs-two-resets': {
    line: 'STM32F412',
    see(make) {
      const board = make();
      const host = new SpiHost(board);
      const first = host.sync();
      board.reset();
      return [first, new SpiHost(board).sync()];
    },
    with: [undefined, ACK],
    without: [ACK, ACK],
  },
  'spi-needs-nss-edge': {
    line: 'STM32L01_02',
    see(make) {
      const board = make();
      const host = new SpiHost(board);
      host.pins.select(0);
      board.reset();
      const low = new SpiHost(board).sync();
      host.pins.select(1);
      return [low, host.sync() ?? NACK];
    },
    with: [undefined, ACK],
    without: [ACK, NACK],
  },
  'spi-write-leaves-blanks': {
    line: 'STM32L47_48',
    see(make) {
      const data = Array.from({ length: 256 }, () => 0x33);
      const whole = [true, false].map((waits) => {
        const host = synced(make());
        host.command(0x31);
        host.packet(...be32(FLASH));
        host.exchange(255, ...data, 255);
        if (waits) host.board.run();
        host.answer();
        return (host.readMemory(FLASH, 256) as number[]).every((byte) => byte === 0x33);
      });
      return { 'that waits': whole[0], 'that polls': whole[1] };
    },
    with: { 'that waits': true, 'that polls': false },
    without: { 'that waits': true, 'that polls': true },
  },
  'spi-checksum-one-ack-less': {
    line: 'STM32G47_48',
    options: { protocols: { SPI: '1.3' } },
    see(make) {
      const host = synced(make());
      host.command(0xa1);
      for (const word of [FLASH, 1, 0x04c1_1db7, 0xffff_ffff]) host.packet(...be32(word));
      return host.exchange(0, 0, 0, 0, 0, 0).includes(ACK);
    },
    with: false,
    without: true,
  },
  'spi-erase-acknowledged-early': {
    line: 'STM32F405_407_415_417',
    see: (make) => early(make({ load: [{ address: FLASH, bytes: Uint8Array.of(0x5a) }] })),
    with: [[ACK, ACK], 0x5a],
    without: [[0xa5, 0xa5], 0x5a],
  },
  'spi-last-byte-repeated': {
    line: 'STM32F405_407_415_417',
    see(make) {
      const host = synced(make());
      host.command(0x31);
      host.packet(...be32(FLASH));
      host.exchange(3, 1, 2, 3, 4, 7);
      const meanwhile = host.exchange(0, 0, 0x79); // a host that believes it goes on at once
      host.exchange(0x5a, 0x02, 0xfd);
      host.board.run();
      return [meanwhile, host.answer(), host.read(3)];
    },
    with: [[ACK, ACK, ACK], ACK, [1, 0x04, 0x13]],
    without: [[0xa5, 0xa5, 0xa5], ACK, [0xa5, 0xa5, 0xa5]], // the ACK is that of the write
  },
  'spi-deaf-after-bad-sync': {
    line: 'STM32H72_73',
    see(make) {
      const host = new SpiHost(make());
      host.exchange(0xff);
      return host.sync();
    },
    with: undefined,
    without: ACK,
  },
  'spi1-broken': {
    line: 'STM32H74_75',
    options: { bootloader: '13.2' },
    see: (make) => [new SpiHost(make(), 'SPI1').sync(), new SpiHost(make(), 'SPI2').sync()],
    with: [undefined, ACK],
    without: [ACK, ACK],
  },
};

describe.each(Object.entries(shown))('%s', (name, row) => {
  const make =
    (on: boolean): Make =>
    (more = {}) => {
      const device = lineOf(row.line);
      return new Board(device, largest(device), {
        ...row.options,
        ...more,
        options: pinDecides(device),
        quirks: { [name]: on },
      });
    };

  test('shows with the quirk, and not without it', () => {
    expect(row.see(make(true))).toEqual(row.with);
    expect(row.see(make(false))).toEqual(row.without);
    expect(row.with).not.toEqual(row.without);
  });
});

describe('quirks of I2C and SPI', () => {
  const here = Object.entries(quirks).filter(([, { touches }]) => ['i2c', 'spi'].includes(touches));

  test.each(here.map(([name]) => name))('%s is shown here, or listed with the reason', (name) => {
    expect([name in shown, name in notModelled].filter(Boolean)).toHaveLength(1);
  });
});

describe('limitations that AN2606 prints of other interfaces', () => {
  const at = (part: string, options: BoardOptions): Board => {
    const device = lineOf(part);
    return new Board(device, largest(device), { ...options, options: pinDecides(device) });
  };

  test('two NACKs and two ACKs are for USART hosts', () => {
    const protectedF4 = at('STM32F405_407_415_417', { rdp: 1, bootloader: '9.0' });
    const host = i2c(protectedF4);
    expect(host.command(0x11)).toBe(NACK);
    expect(host.read(1)).toEqual([0xff]);
    expect(i2c(at('STM32L412_422', {})).ask(0x01, 1)).toEqual([0x12]);
    const spi = synced(at('STM32L412_422', {}));
    expect(spi.exchange(0, 0)).toEqual([0xa5, 0xa5]);
  });

  test('the missing first ACK of Go is for USART and SPI hosts', () => {
    const options = { bootloader: '9.0' };
    const ready = (): Board => {
      const board = at('STM32H74_75', options);
      board.run();
      board.reset(); // this version needs one more reset
      board.run();
      return board;
    };
    expect(i2c(ready()).command(0x21)).toBe(ACK);
    // over SPI the polls for the missing ACK are taken as the address
    expect(synced(ready()).command(0x21)).toBe(NACK);
  });
});
