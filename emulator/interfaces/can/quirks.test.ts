import { describe, expect, test } from 'vitest';
import { notModelled, quirks } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { largest, lineOf, pinDecides } from '../../test/lines/all-lines.ts';
import { ACK, CanHost, FdcanHost, NACK, whole } from '../../test/hosts/can-host.ts';
import { be32 } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;

/** How a quirk shows: what a host sees of it with the quirk, and without it. */
interface Shown<Host> {
  readonly line: string;
  readonly options?: BoardOptions;
  readonly see: (host: Host) => unknown;
  readonly with: unknown;
  readonly without: unknown;
}

const used = [{ address: FLASH, bytes: new Uint8Array(0x1_0000) }];
const pages = (...numbers: readonly number[]): number[] =>
  whole(numbers.flatMap((page) => [page >> 8, page & 0xff]));

const onCan: Readonly<Record<string, Shown<CanHost>>> = {
  'can-write-unprotect-broken': {
    line: 'STM32F405_407_415_417',
    options: { options: { nWRP: 0xffd } },
    see(host) {
      const answers = host.send(0x73);
      host.board.run();
      return [answers.length, host.board.chip.options!.field('nWRP')];
    },
    with: [2, 0xffd],
    without: [2, 0xfff],
  },
  'can-erase-acknowledges-pages': {
    line: 'STM32L47_48',
    see: (host) => [host.send(0x43, 2).length, host.send(0x43, 0, 1, 2).length],
    with: [1, 3 + 1],
    without: [1, 1 + 1],
  },
  'can-speed-under-protection': {
    line: 'STM32F405_407_415_417',
    options: { rdp: 1 },
    see: (host) => host.send(0x03, 1),
    with: [
      [0x03, ACK],
      [0x03, ACK],
    ],
    without: [[0x03, NACK]],
  },
};

const onFdcan: Readonly<Record<string, Shown<FdcanHost>>> = {
  'fdcan-answers-on-opcode': {
    line: 'STM32H72_73',
    see: (host) => [host.send(0x502)[0], host.send(0x511, ...be32(0x4000_0000), 3)],
    with: [[0x02, ACK], [[0x511, NACK]]],
    without: [[0x502, ACK], [[0x511, NACK]]],
  },
  'fdcan-special-answers-on-0x111': {
    line: 'STM32H562_563_573',
    see: (host) => host.send(0x50, 0, 1)[0],
    with: [0x111, ACK],
    without: [0x50, ACK],
  },
  'fdcan-start-frame-acknowledged': {
    line: 'STM32C091_092',
    see: (host) => host.send(0x111, 0x5a),
    with: [[0x111, ACK]],
    without: [],
  },
  'fdcan-go-acknowledged-twice': {
    line: 'STM32G0B1_0C1',
    see: (host) => host.send(0x21, ...be32(FLASH)).length,
    with: 2,
    without: 1,
  },
  'fdcan-version-1.1': {
    line: 'STM32H74_75',
    options: { bootloader: '9.1' },
    see: (host) => [host.send(0x00)[2], host.send(0x01)[1]],
    with: [
      [0, 0x11],
      [1, 0x11],
    ],
    without: [
      [0, 0x10],
      [1, 0x10],
    ],
  },
  'fdcan-get-counts-13': {
    line: 'STM32H74_75',
    see: (host) => [host.send(0x00)[1], host.send(0x00).length],
    with: [[0, 13], 15],
    without: [[0, 11], 15],
  },
  'fdcan-long-write-fails': {
    line: 'STM32H74_75',
    see: (host) =>
      [32, 96].map((length) =>
        host.write(
          FLASH,
          Array.from({ length }, () => 1),
        ),
      ),
    with: ['ack', 'end'],
    without: ['ack', 'ack'],
  },
  'fdcan-erase-pages-low-byte-first': {
    line: 'STM32L552_562',
    options: { load: used },
    see(host) {
      host.send(0x44, 0, 1);
      host.send(0x44, ...pages(0x0100));
      return host.read(FLASH + host.board.chip.flash.units[1]!.length, 1);
    },
    with: [0xff],
    without: [0],
  },
  'fdcan-options-after-power-on': {
    line: 'STM32L552_562',
    see(host) {
      const { board } = host;
      host.send(0x82);
      board.run();
      const levels = [board.chip.level];
      board.reset();
      levels.push(board.chip.level);
      board.power(false);
      board.power(true);
      return [...levels, board.chip.level];
    },
    with: [0, 0, 1],
    without: [1, 1, 1],
  },
  'fdcan-readout-unprotect-reply-wrong': {
    line: 'STM32U575_585',
    options: { rdp: 1 },
    see: (host) => host.send(0x92),
    with: [
      [0x111, ACK],
      [0x111, ACK],
    ],
    without: [
      [0x92, ACK],
      [0x92, ACK],
    ],
  },
  'fdcan-protected-read-silent': {
    line: 'STM32H72_73',
    options: { rdp: 1 },
    see: (host) => [host.read(FLASH, 4), host.productId()],
    with: ['silence', 0x483],
    without: ['nack', 0x483],
  },
  'fdcan-32-sectors-at-most': {
    line: 'STM32G0B1_0C1',
    see: (host) => [host.send(0x44, 0, 33), host.productId()],
    with: [
      [
        [0x44, ACK],
        [0x44, NACK],
      ],
      0x467,
    ],
    without: [
      [
        [0x44, ACK],
        [0x44, ACK],
      ],
      undefined, // it waits for the page numbers
    ],
  },
};

function boardWith({ line, options }: Shown<never>, quirk: string, on: boolean): Board {
  const device = lineOf(line);
  const set = { ...pinDecides(device), ...options?.options };
  return new Board(device, largest(device), { ...options, options: set, quirks: { [quirk]: on } });
}

/** The rows alone tell apart what the quirk does: those of other quirks stay as the version has them. */
function proves<Host>(row: Shown<Host>, name: string, make: (board: Board) => Host): void {
  expect(row.see(make(boardWith(row, name, true)))).toEqual(row.with);
  expect(row.see(make(boardWith(row, name, false)))).toEqual(row.without);
  expect(row.with).not.toEqual(row.without);
}

test.each(Object.entries(onCan))('%s shows with the quirk, and not without it', (name, row) => {
  proves(row, name, (board) => {
    const host = new CanHost(board);
    host.connect();
    return host;
  });
});

test.each(Object.entries(onFdcan))('%s shows with the quirk, and not without it', (name, row) => {
  proves(row, name, (board) => {
    const host = new FdcanHost(board);
    if (name !== 'fdcan-start-frame-acknowledged') host.start();
    return host;
  });
});

describe('quirks of other buses', () => {
  test('two NACKs and a wrong version are USART alone', () => {
    const [f40, f105] = ['STM32F405_407_415_417', 'STM32F105_107_CL'];
    const can = new CanHost(new Board(lineOf(f40), 1024, { bootloader: '3.1', rdp: 1 }));
    can.connect();
    expect(can.send(0x11, ...be32(FLASH), 3)).toEqual([[0x11, NACK]]);
    const old = new CanHost(new Board(lineOf(f105), 256, { bootloader: '2.0' }));
    old.connect();
    expect(old.get()!.version).toBe(0x20);
  });
});

const touching = Object.entries(quirks).filter(
  ([, { touches }]) => touches === 'can' || touches === 'fdcan',
);

test.each(touching.map(([name]) => name))('%s is shown here, or listed with the reason', (name) => {
  expect([name in onCan || name in onFdcan, name in notModelled].filter(Boolean)).toHaveLength(1);
});
