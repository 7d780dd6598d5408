import { describe, expect, test } from 'vitest';
import { notModelled, quirks } from '../../families/index.ts';
import { Board } from '../board/board.ts';
import type { BoardOptions } from '../board/board-options.ts';
import type { Line } from './usart/pins.ts';
import { largest, LineHost, pinDecides, runnable } from '../test/lines/all-lines.ts';
import { ACK, be32, NACK, UsartHost } from '../test/hosts/usart-host.ts';

/** Makes a board of the quirk's line with the quirk switched on or off, and a host on it. */
interface Maker {
  host(options?: BoardOptions): LineHost;
  connected(options?: BoardOptions): LineHost;
  on(port: string | undefined, options?: BoardOptions, line?: Line): UsartHost;
}

/** How a quirk shows: what a host sees of it with the quirk, and without it. */
interface Shown {
  readonly line: string;
  readonly options?: BoardOptions;
  readonly see: (make: Maker) => unknown;
  readonly with: unknown;
  readonly without: unknown;
}

const FLASH = 0x0800_0000;
const SECOND = 'USART1:PB15/PB14';
const block = (length: number): number[] => Array.from({ length }, (_, index) => index & 0x7f);
const used = (length = 0x8000, address = FLASH): { address: number; bytes: Uint8Array }[] => [
  { address, bytes: new Uint8Array(length).fill(0x5a) },
];

/** A vector table with this stack pointer. */
const vector = (stack: number): number[] => [...be32(stack).reverse(), 0x01, 0x01, 0x00, 0x08];

/** Go to a vector table with this stack pointer: the board's state. */
function go(make: Maker, stack: number): string {
  const load = [{ address: FLASH, bytes: Uint8Array.from(vector(stack)) }];
  const host = make.connected({ load });
  host.command(0x21);
  host.address(FLASH);
  return host.board.state;
}

/** Every one of forty boards, which differ in their seed, connects and identifies itself at this rate. */
function connects(make: Maker, port: string | undefined, baud: number): boolean {
  return Array.from({ length: 40 }, (_, seed) => {
    const host = make.on(port, { seed: seed + 1 }, { baud });
    return host.sync()[0] === ACK && host.command(0x02)[1] === 1;
  }).every(Boolean);
}

/** The bootloader starts while a host holds RX of this port low: its answer on the first port. */
function startsLow(make: Maker, port: string): number[] {
  const { board } = make.host();
  board.usart(port).breakLine(true);
  board.reset();
  return new UsartHost(board).sync();
}

const shown: Readonly<Record<string, Shown>> = {
  'missing-nack': {
    line: 'STM32F2xx',
    options: { bootloader: '3.2' },
    see(make) {
      const host = make.connected();
      host.command(0x11);
      return host.address(0x4000_0000);
    },
    with: [],
    without: [NACK],
  },
  'two-acks-at-connect': {
    line: 'STM32L412_422',
    see: (make) => make.host().sync(),
    with: [ACK, ACK],
    without: [ACK],
  },
  'get-version-says-2.0': {
    line: 'STM32F105_107_CL',
    options: { bootloader: '2.0' },
    see: (make) => make.connected().command(0x01),
    with: [ACK, 0x20, 0, 0, ACK],
    without: [ACK, 0x22, 0, 0, ACK],
  },
  'unusable-while-rx-low': {
    line: 'STM32F105_107_CL',
    see: (make) => startsLow(make, 'USART2'),
    with: [],
    without: [ACK],
  },
  'usart2-rx-low-blocks-detection': {
    line: 'STM32G03_04',
    see: (make) => startsLow(make, 'USART2'),
    with: [],
    without: [ACK],
  },
  'second-rx-low-blocks-detection': {
    line: 'STM32H74_75',
    see: (make) => startsLow(make, SECOND),
    with: [],
    without: [ACK],
  },
  'second-usart1-needs-two-syncs': {
    line: 'STM32H74_75',
    see(make) {
      const host = make.on(SECOND);
      return [host.sync(), host.sync()];
    },
    with: [[], [ACK]],
    without: [[ACK], []],
  },
  'usart1-mirrored': {
    line: 'STM32H74_75',
    see(make) {
      const host = make.host();
      const second = new UsartHost(host.board, SECOND);
      return [host.sync(), host.sync(), second.heard()];
    },
    with: [[], [ACK], [ACK]],
    without: [[ACK], [], []],
  },
  'usart2-broken': {
    line: 'STM32H74_75',
    see: (make) => make.on('USART2').sync(),
    with: [],
    without: [ACK],
  },
  'usart2-jitter': {
    line: 'STM32G05_061',
    see: (make) => [connects(make, 'USART1', 57_600), connects(make, 'USART2', 57_600)],
    with: [true, false],
    without: [true, true],
  },
  'auto-baud-jitter': {
    line: 'STM32F72_73',
    see: (make) => [57_600, 115_200].map((baud) => connects(make, undefined, baud)),
    with: [true, false],
    without: [true, true],
  },
  'nacks-after-option-write': {
    line: 'STM32F74_75',
    see(make) {
      const host = make.connected();
      host.write(0x1fff_0000, host.read(0x1fff_0000, 44) as number[]);
      return [0x02, 0x02, 0x02, 0x31, 0x11, 0x02, 0x7f].map((opcode) => host.command(opcode));
    },
    with: [[NACK], [NACK], [NACK], [NACK], [NACK], [], []],
    without: [[], [], [], [], [], [], []],
  },
  'usart-57600-at-most': {
    line: 'STM32F378',
    see: (make) => [57_600, 115_200].map((baud) => make.on(undefined, {}, { baud }).sync()),
    with: [[ACK], []],
    without: [[ACK], [ACK]],
  },
  'deaf-after-bad-sync': {
    line: 'STM32G03_04',
    options: { quirks: { 'keeps-looking-after-bad-sync': true } },
    see(make) {
      const host = make.host();
      host.send(0x55);
      return host.sync();
    },
    with: [],
    without: [ACK],
  },
  'framing-errors-ignored': {
    line: 'STM32WL5_WLE',
    see(make) {
      const host = make.on(undefined, {}, { baud: 9600, parity: 'none' });
      host.sync();
      return [...host.send(0x02, 0xfd), ...host.send(0xfd)];
    },
    with: [NACK], // 02 and, of FD, 0xFF; FD begins the next command
    without: [NACK, NACK], // 02; FF and FD
  },
  'keeps-looking-after-bad-sync': {
    line: 'STM32F405_407_415_417',
    see(make) {
      const host = make.host();
      host.send(0x55);
      return host.sync();
    },
    with: [ACK],
    without: [],
  },
  'one-byte-while-busy': {
    line: 'STM32F405_407_415_417',
    see(make) {
      const host = make.connected();
      host.command(0x44);
      host.pins.receive(Uint8Array.of(0, 0, 0, 0, 0)); // sector 0
      host.pins.receive(Uint8Array.of(0x02, 0xfd));
      host.board.run();
      return host.heard();
    },
    with: [ACK],
    without: [ACK, ACK, 1, 0x04, 0x13, ACK],
  },
  'short-system-reads-refused': {
    line: 'STM32F401xD_E',
    see(make) {
      const host = make.connected();
      return [host.read(0x1fff_7a22, 2), host.read(0x1fff_7a00, 128).slice(0x22, 0x24)];
    },
    with: ['length', [0x00, 0x02]],
    without: [
      [0x00, 0x02],
      [0x00, 0x02],
    ],
  },
  'short-system-reads-refused-at-address': {
    line: 'STM32L05_06',
    see(make) {
      const host = make.connected();
      return [host.read(0x1ff8_007c, 2), host.read(0x1ff8_0000, 128).slice(0x7c, 0x7e)];
    },
    with: ['address', [0x40, 0x00]],
    without: [
      [0x40, 0x00],
      [0x40, 0x00],
    ],
  },
  'two-nacks-at-length': {
    line: 'STM32L1xxx6A_8A_BA',
    see(make) {
      const host = make.connected();
      const answers = [host.command(0x11), host.address(0x4002_3c1c), host.send(0x03, 0xfc)];
      return [...answers, host.command(0x02).length];
    },
    with: [[ACK], [ACK], [NACK, NACK], 5],
    without: [[ACK], [ACK], [NACK], 5],
  },
  'ram-write-refused': {
    line: 'STM32L031_041',
    see(make) {
      const host = make.connected();
      const read = host.read(0x2000_1f00, 4).length;
      const written = host.write(0x2000_1f00, [1, 2, 3, 4]);
      return [written, read, host.command(0x21)];
    },
    with: ['address', 4, [ACK]],
    without: ['ack', 4, [ACK]],
  },
  'reads-past-areas-refused': {
    line: 'STM32F401xD_E',
    see(make) {
      const host = make.connected();
      return [typeof host.read(0x1fff_c008, 16), host.command(0x02).length];
    },
    with: ['string', 5],
    without: ['object', 5],
  },
  'read-past-end-refused': {
    line: 'STM32G07_08',
    see(make) {
      const host = make.connected();
      const answer = host.read(FLASH + 0x2_0000 - 16, 17);
      return [typeof answer, host.command(0x02).length];
    },
    with: ['string', 5],
    without: ['object', 0],
  },
  'ram-write-corrupted': {
    line: 'STM32L47_48',
    see(make) {
      const host = make.connected();
      host.write(0x2000_4000, [1, 2, 3, 4]);
      return host.read(0x2000_4000, 4);
    },
    with: [1, 2, 3, 4 ^ 0xff],
    without: [1, 2, 3, 4],
  },
  'option-load-missing': {
    line: 'STM32G07_08',
    see(make) {
      const host = make.connected();
      host.write(0x1fff_7800, [0xaa, 0xde, 0xff, 0xfe]); // nRST_STOP is bit 13
      const before = host.board.chip.options!.field('nRST_STOP');
      host.board.reset();
      return [before, host.board.chip.options!.field('nRST_STOP')];
    },
    with: [1, 0],
    without: [0, 0],
  },
  'pcrop-options-not-writable': {
    line: 'STM32L43_44',
    see(make) {
      const host = make.connected();
      const area = host.readAll(0x1fff_7800, 40)!;
      area[8] = 0x12; // PCROP1SR
      host.write(0x1fff_7800, area);
      host.connect();
      return host.read(0x1fff_7808, 1);
    },
    with: [0xff],
    without: [0x12],
  },
  'otp-unsupported': {
    line: 'STM32H7A3_7B3_7B0',
    see: (make) => make.connected().write(0x08ff_f000, block(16)),
    with: 'address',
    without: 'ack',
  },
  'read-between-writes-spoils': {
    line: 'STM32H72_73',
    see(make) {
      const host = make.connected();
      host.write(FLASH, block(256));
      host.read(FLASH, 4);
      host.write(FLASH + 256, block(256));
      return [host.read(FLASH + 256, 1), host.read(FLASH + 256 + 33, 1)];
    },
    with: [[0xff], [33]],
    without: [[0], [33]],
  },
  '128-byte-writes-only': {
    line: 'STM32L05_06',
    see(make) {
      const host = make.connected();
      return [host.write(FLASH, block(128)), host.write(FLASH + 128, block(136))];
    },
    with: ['ack', 'block'],
    without: ['ack', 'ack'],
  },
  'nack-length': {
    line: 'STM32F405_407_415_417',
    see: (make) => make.connected().write(FLASH, [1, 2, 3]),
    with: 'block',
    without: 'ack',
  },
  'checksum-single-ack': {
    line: 'STM32F405_407_415_417',
    options: { protocol: '3.3' },
    see(make) {
      const host = make.connected();
      host.command(0xa1);
      host.address(FLASH);
      host.packet(...be32(1));
      host.packet(...be32(0x04c1_1db7));
      return host.packet(...be32(0xffff_ffff)).slice(0, 2);
    },
    with: [ACK, 0], // the CRC follows at once
    without: [ACK, ACK],
  },
  'multi-page-erase-broken': {
    line: 'STM32G07_08',
    see: (make) => erased(make, [0, 1, 2]),
    with: [0xff, 0xff, 0x5a],
    without: [0xff, 0xff, 0xff],
  },
  'multi-page-erase-first-only': {
    line: 'STM32U575_585',
    see: (make) => erased(make, [0, 1, 2]),
    with: [0xff, 0x5a, 0x5a],
    without: [0xff, 0xff, 0xff],
  },
  'bank-2-multi-page-erase-broken': {
    line: 'STM32G0B1_0C1',
    see(make) {
      const load = [...used(), ...used(0x8000, 0x0804_0000)];
      const host = make.connected({ load });
      const first = host.board.chip.flash.units.find(({ bank }) => bank === 1)!.number;
      host.erase(0, 1, first, first + 1);
      const at = [FLASH, FLASH + 0x800, 0x0804_0000, 0x0804_0800];
      return at.map((address) => host.read(address, 1)[0]);
    },
    with: [0xff, 0xff, 0xff, 0x5a],
    without: [0xff, 0xff, 0xff, 0xff],
  },
  'bank-2-erase-returns-early': {
    line: 'STM32H74_75',
    see(make) {
      const host = make.connected({ load: used(32, 0x0810_0000) });
      let content: number[] = [];
      host.pins.onTransmit(() => {
        content = [...host.board.chip.flash.read(0x0810_0000, 1)];
      });
      return [host.massErase(0xfffd), content];
    },
    with: [[ACK], [0x5a]],
    without: [[ACK], [0xff]],
  },
  'bank-erase-broken': {
    line: 'STM32H74_75',
    see(make) {
      const host = make.connected({ load: used() });
      return [host.massErase(0xfffe), host.read(FLASH, 1)];
    },
    with: [[ACK], [0x5a]],
    without: [[ACK], [0xff]],
  },
  'bank-erase-refused': {
    line: 'STM32L496_4A6',
    see(make) {
      const host = make.connected();
      return [host.massErase(0xfffe), host.massErase()];
    },
    with: [[NACK], [ACK]],
    without: [[ACK], [ACK]],
  },
  'erase-512-pages-at-most': {
    line: 'STM32L1xxxC',
    see(make) {
      const host = make.connected();
      return [512, 513].map((count) => host.erase(...Array.from({ length: count }, (_, n) => n)));
    },
    with: [[ACK], [NACK]],
    without: [[ACK], [ACK]],
  },
  'go-clears-ahb1enr': {
    line: 'STM32F405_407_415_417',
    see: (make) => [go(make, 0x2000_4000), go(make, 0x1000_1000)], // SRAM, CCM
    with: ['application', 'locked-up'],
    without: ['application', 'application'],
  },
  'go-keeps-stack-pointer': {
    line: 'STM32F10x_MD',
    options: { bootloader: '2.0' },
    see: (make) => go(make, 0),
    with: 'application',
    without: 'locked-up',
  },
  'go-refuses-foreign-stack': {
    line: 'STM32L1xxxD',
    see: (make) => [go(make, 0x2000_4000), go(make, 0x0808_0100)],
    with: ['application', 'bootloader'],
    without: ['application', 'locked-up'],
  },
  'go-needs-stack-below-end': {
    line: 'STM32H74_75',
    see: (make) => [go(make, 0x2002_0000 - 32), go(make, 0x2002_0000)],
    with: ['application', 'locked-up'],
    without: ['application', 'application'],
  },
  'go-first-ack-missing': {
    line: 'STM32H74_75',
    see(make) {
      const host = make.connected();
      return [host.command(0x21), host.address(FLASH)];
    },
    with: [[], [ACK]],
    without: [[ACK], [ACK]],
  },
  'go-broken': {
    line: 'STM32H74_75',
    see: (make) => go(make, 0x2000_4000),
    with: 'bootloader',
    without: 'application',
  },
  'two-nacks': {
    line: 'STM32F405_407_415_417',
    options: { rdp: 1 },
    see(make) {
      const host = make.connected();
      return [host.command(0x11), host.command(0x31), host.command(0x44)];
    },
    with: [[NACK, NACK], [NACK, NACK], [NACK]],
    without: [[NACK], [NACK], [NACK]],
  },
  'rdunp-clears-pcrop': {
    line: 'STM32F427_429_437_439',
    options: { rdp: 1, options: { SPRMOD: 1, nWRP: 1 } },
    see: (make) => pcropAfterUnprotect(make),
    with: 0,
    without: 1,
  },
  'sprmod-kept': {
    line: 'STM32F401xB_C',
    options: { rdp: 1, options: { SPRMOD: 1, nWRP: 1 } },
    see: (make) => pcropAfterUnprotect(make),
    with: 1,
    without: 0,
  },
  'readout-unprotect-without-option-load': {
    line: 'STM32WB3_5',
    options: { rdp: 1 },
    see(make) {
      const { board, ...host } = unprotected(make);
      const levels = [board.chip.level];
      board.reset();
      levels.push(board.chip.level);
      board.power(false);
      board.power(true);
      return [host.answer, ...levels, board.chip.level];
    },
    with: [[ACK, ACK], 1, 1, 0],
    without: [[ACK, ACK], 0, 0, 0],
  },
  'rdp-and-secure-options-need-two-writes': {
    line: 'STM32U575_585',
    see(make) {
      const host = make.connected();
      const area = host.readAll(0x4002_2040, 16)!;
      area[0] = 0xbb; // RDP
      area[15] = 0x0d; // SECBOOTADD0
      host.write(0x4002_2040, area);
      const { options, level } = host.board.chip;
      return [level, (options!.field('SECBOOTADD0')! * 128).toString(16)];
    },
    with: [1, 'c000000'],
    without: [1, 'd000000'],
  },
  'crash-loop-under-rdp-1': {
    line: 'STM32H72_73',
    options: { rdp: 1 },
    see(make) {
      const host = make.host();
      const answer = host.sync();
      host.board.clock.advanceTo(host.board.clock.now + 1_000_000);
      return [answer, host.board.state];
    },
    with: [[], 'starting'],
    without: [[ACK], 'bootloader'],
  },
  'empty-flag-cleared': {
    line: 'STM32G0B1_0C1',
    options: { boot0: 0 },
    see(make) {
      const { board } = make.connected();
      board.reset();
      return board.boot!.area;
    },
    with: 'main-flash',
    without: 'system-memory',
  },
  'boot-add1-ignored': {
    line: 'STM32F76_77',
    options: { options: { nDBANK: 0, nDBOOT: 0, BOOT_ADD0: 0x0040, BOOT_ADD1: 0x2000 } },
    see(make) {
      const load = [{ address: FLASH, bytes: Uint8Array.from(vector(0x2000_4000)) }];
      return make.host({ load }).board.boot!.area;
    },
    with: 'system-memory',
    without: 'main-flash',
  },
  'bank-2-boot-broken': {
    line: 'STM32G47_48',
    options: { boot0: 0, options: { BFB2: 1 } },
    see(make) {
      const bytes = Uint8Array.from(vector(0x2000_4000));
      const load = [FLASH, 0x0804_0000].map((address) => ({ address, bytes }));
      return make.host({ load }).board.boot!.address;
    },
    with: FLASH,
    without: 0x0804_0000,
  },
  'extra-reset-needed': {
    line: 'STM32H74_75',
    see(make) {
      const host = make.host();
      const first = host.sync();
      host.board.reset();
      host.board.run();
      return [first, host.sync()];
    },
    with: [[], [ACK]],
    without: [[ACK], [ACK]],
  },
};

/** First byte of each of these pages of a full flash after they were erased in one command. */
function erased(make: Maker, pages: readonly number[]): (number | string | undefined)[] {
  const host = make.connected({ load: used() });
  host.erase(...pages);
  const { units } = host.board.chip.flash;
  return pages.map((page) => host.read(units[page]!.address, 1)[0]);
}

function unprotected(make: Maker): { board: Board; answer: number[] } {
  const host = make.connected();
  const answer = host.command(0x92);
  return { board: host.board, answer };
}

function pcropAfterUnprotect(make: Maker): number | undefined {
  return unprotected(make).board.chip.options!.field('SPRMOD');
}

function maker(name: string, { line, options }: Shown, on: boolean): Maker {
  const device = runnable.find(({ id }) => id === line)!;
  const whole = (more: BoardOptions = {}): BoardOptions => ({
    ...options,
    ...more,
    quirks: { ...options?.quirks, [name]: on },
  });
  return {
    host: (more) => new LineHost(device, largest(device), whole(more)),
    connected(more) {
      const host = this.host(more);
      expect(host.connect()).toBe(true);
      return host;
    },
    on(port, more, wired) {
      const set = { ...pinDecides(device), ...options?.options };
      return new UsartHost(
        new Board(device, largest(device), { ...whole(more), options: set }),
        port,
        wired,
      );
    },
  };
}

describe.each(Object.entries(shown))('%s', (name, row) => {
  test('shows with the quirk, and not without it', () => {
    expect(row.see(maker(name, row, true))).toEqual(row.with);
    expect(row.see(maker(name, row, false))).toEqual(row.without);
    expect(row.with).not.toEqual(row.without);
  });
});

describe('quirks that touch this side of the model', () => {
  const touched = new Set(['usart', 'boot', 'erase', 'write', 'read', 'go', 'protection']);
  const here = Object.entries(quirks).filter(([, { touches }]) => touched.has(touches));

  test.each(here.map(([name]) => name))('%s is shown here, or listed with the reason', (name) => {
    const listed = Object.keys(notModelled);
    expect([name in shown, listed.includes(name)].filter(Boolean)).toHaveLength(1);
  });

  test('nothing else is listed', () => {
    const names = new Set(here.map(([name]) => name));
    for (const name of Object.keys(shown)) expect(names).toContain(name);
  });
});
