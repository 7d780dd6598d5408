import { expect, test } from 'vitest';
import type { TraceEvent } from '../../emulator/index.ts';
import { makeBoard, pictureOf } from '../bench-board.ts';
import { lint, perRule } from './lint.ts';
import { F103, F405, FLASH, usart } from '../scenarios/define.ts';

/** What lint finds in a session in which the packets are sent one after the other, each when the last was replied to. */
function rulesIn(packets: readonly (readonly number[])[], setUp = F405): string[] {
  const trace: TraceEvent[] = [];
  const job = { do: 'detect' } as const;
  const scenario = usart('X', { symptom: '', source: '', board: setUp, job, expect: [] });
  const board = makeBoard(scenario, (event) => trace.push(event));
  const before = pictureOf(board);
  for (const packet of [[0x7f], ...packets]) {
    board.usart().receive(Uint8Array.from(packet), { baud: 115_200, parity: 'even' });
    board.run();
  }
  return perRule(lint(trace, before)).map(({ first }) => first.rule);
}

const sum = (bytes: readonly number[]): number => bytes.reduce((xor, byte) => xor ^ byte, 0);
const summed = (...bytes: number[]): number[] => [...bytes, sum(bytes)];
const WRITE = [0x31, 0xce];
const ERASE = [0x44, 0xbb];
const AT_FLASH = summed(0x08, 0x01, 0x00, 0x00);

test('a session by the book has no findings', () => {
  const erase = [ERASE, summed(0x00, 0x00, 0x00, 0x00)];
  expect(rulesIn([...erase, WRITE, AT_FLASH, summed(3, 1, 2, 3, 4)])).toEqual([]);
});

test('a length that is not a multiple of four is found, with its octets', () => {
  expect(rulesIn([WRITE, AT_FLASH, summed(4, 1, 2, 3, 4, 5)])).toEqual([
    'length-not-multiple-of-four',
  ]);
});

test('a block that begins like a command is none', () => {
  expect(rulesIn([WRITE, AT_FLASH, summed(0x03, 0xfc, 2, 3, 4)])).toEqual([]);
});

test('a host that does not wait for the ACK of a command is found', () => {
  expect(rulesIn([[...WRITE, ...AT_FLASH]])).toEqual(['no-wait-for-ack']);
});

test('a page that the part does not have is found, in both erase commands', () => {
  expect(rulesIn([ERASE, summed(0x00, 0x00, 0x00, 0x40)])).toEqual(['page-out-of-range']);
  expect(rulesIn([[0x43, 0xbc], summed(0, 0xc8)], F103)).toEqual(['page-out-of-range']);
  expect(rulesIn([ERASE, [0xff, 0xff, 0x00]])).toEqual([]);
});

test('a write over what was not erased is found', () => {
  const first = summed(0x08, 0x00, 0x00, 0x00);
  expect(rulesIn([WRITE, first, summed(3, 1, 2, 3, 4)])).toEqual(['write-to-unerased']);
});

test('nothing is said of what follows a planted fault', () => {
  const block = summed(4, 1, 2, 3, 4, 5);
  const rx = (bytes: number[]): TraceEvent => ({
    time: 0,
    kind: 'rx',
    port: 'USART1',
    bytes: Uint8Array.from(bytes),
  });
  const tx: TraceEvent = { time: 0, kind: 'tx', port: 'USART1', bytes: Uint8Array.of(0x79) };
  const trace = [rx(WRITE), tx, rx(AT_FLASH), tx, rx(block), tx];
  const before = { start: FLASH, bytes: new Uint8Array(8), pages: [], blank: 0xff };
  expect(lint(trace, before)).toHaveLength(1);
  expect(lint([{ time: 0, kind: 'fault', fault: 'planted' }, ...trace], before)).toEqual([]);
});
