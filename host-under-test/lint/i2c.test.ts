import { expect, test } from 'vitest';
import type { TraceEvent } from '../../emulator/index.ts';
import { makeBoard, pictureOf } from '../bench-board.ts';
import { lintI2c } from './i2c.ts';
import { perRule } from './lint.ts';
import { FLASH, i2c, NO_STRETCH } from '../scenarios/define.ts';

/** A frame that is written, or a number of bytes that are read; `wait` lets the host be silent for so many ms. */
type Move = readonly number[] | { readonly read: number } | { readonly wait: number };

/** What lint finds in a session over I2C. */
function rulesIn(...moves: readonly Move[]): string[] {
  const trace: TraceEvent[] = [];
  const job = { do: 'detect' } as const;
  const scenario = i2c('X', { symptom: '', source: '', board: NO_STRETCH, job, expect: [] });
  const board = makeBoard(scenario, (event) => trace.push(event));
  const before = pictureOf(board);
  const pins = board.i2c();
  const start = (read: boolean): void => {
    if (typeof pins.start(pins.address, read) === 'string') return;
    board.run(); // SCL is held for a moment behind the address
    pins.start(pins.address, read);
  };
  for (const move of moves) {
    if ('wait' in move) {
      board.clock.advanceTo(board.clock.now + move.wait * 1000);
      continue;
    }
    start('read' in move);
    if ('read' in move) {
      for (let left = move.read; left > 0; left--) pins.read(left === 1);
    } else {
      for (const byte of move) pins.write(byte);
    }
    pins.stop();
    board.run();
  }
  return perRule(lintI2c(trace, before)).map(({ first }) => first.rule);
}

const ACK = { read: 1 } as const;
const sum = (bytes: readonly number[]): number => bytes.reduce((xor, byte) => xor ^ byte, 0);
const summed = (...bytes: number[]): number[] => [...bytes, sum(bytes)];
const AT_PAGE_2 = summed(0x08, 0x00, 0x10, 0x00);
const WRITE = [0x32, 0xcd];
const ERASE = [0x45, 0xba];
const BLOCK = summed(7, 1, 2, 3, 4, 5, 6, 7, 8);

test('a session by the book has no findings', () => {
  expect(
    rulesIn(
      [0x00, 0xff],
      ACK,
      { read: 20 },
      ACK,
      [0x02, 0xfd],
      ACK,
      { read: 3 },
      ACK,
      ERASE,
      ACK,
      summed(0, 0),
      ACK,
      summed(0, 2),
      ACK,
      WRITE,
      ACK,
      AT_PAGE_2,
      ACK,
      BLOCK,
      ACK,
      [0x11, 0xee],
      ACK,
      AT_PAGE_2,
      ACK,
      [7, 0xf8],
      ACK,
      { read: 8 },
    ),
  ).toEqual([]);
});

test('behind a mass erase the next frame is a command', () => {
  expect(rulesIn(ERASE, ACK, [0xff, 0xff, 0x00], ACK, [0x01, 0xfe], ACK, ACK, ACK)).toEqual([]);
});

test.each([
  ['more bytes than the version has', [[0x01, 0xfe], ACK, { read: 2 }], ['over-read']],
  ['more than one byte of an ACK', [[0x01, 0xfe], { read: 2 }], ['over-read']],
  [
    'no ACK at all',
    [
      [0x01, 0xfe],
      [0x01, 0xfe],
    ],
    ['no-wait-for-ack'],
  ],
  [
    'a length that is not a multiple of four',
    [WRITE, ACK, AT_PAGE_2, ACK, summed(4, 1, 2, 3, 4, 5), ACK],
    ['length-not-multiple-of-four'],
  ],
  [
    'a page that the part does not have',
    [ERASE, ACK, summed(0, 0), ACK, summed(0x02, 0x00), ACK],
    ['page-out-of-range'],
  ],
  ['silence within a command', [WRITE, ACK, { wait: 1100 }], ['silent-within-command']],
  [
    'a write over what was not erased',
    [WRITE, ACK, summed(0x08, 0, 0, 0), ACK, BLOCK, ACK],
    ['write-to-unerased'],
  ],
] as const)('%s is found', (_what, moves, rules) => {
  expect(rulesIn(...moves)).toEqual(rules);
});

test('a host may be silent between two commands', () => {
  expect(rulesIn([0x01, 0xfe], ACK, ACK, ACK, { wait: 5000 }, [0x01, 0xfe], ACK)).toEqual([]);
});

test('nothing is said of what follows a planted fault', () => {
  const silent: TraceEvent = { time: 1, kind: 'reset', cause: 'I2C time-out' };
  const before = { start: FLASH, bytes: new Uint8Array(8), pages: [], blank: 0xff };
  expect(lintI2c([silent], before)).toHaveLength(1);
  expect(lintI2c([{ time: 0, kind: 'fault', fault: 'planted' }, silent], before)).toEqual([]);
});
