import { expect, test } from 'vitest';
import type { TraceEvent } from '../../emulator/index.ts';
import { makeBoard, pictureOf } from '../bench-board.ts';
import { lintCan } from './can.ts';
import { perRule } from './lint.ts';
import { can, F405, fdcan } from '../scenarios/define.ts';

type Sent = readonly [id: number, ...bytes: number[]];

/** What lint finds where each group of frames is sent at once, and the next when all is answered. */
function rulesIn(bus: 'CAN' | 'FDCAN', groups: readonly (readonly Sent[])[], fd = bus === 'FDCAN') {
  const trace: TraceEvent[] = [];
  const make = bus === 'CAN' ? can : fdcan;
  const setUp = bus === 'CAN' ? F405 : { device: 'STM32H723ZG' };
  const job = { do: 'detect' } as const;
  const scenario = make('X', { symptom: '', source: '', board: setUp, job, expect: [] });
  const board = makeBoard(scenario, (event) => trace.push(event));
  const before = pictureOf(board);
  const pins = board.can();
  const send = ([id, ...bytes]: Sent): string =>
    pins.receive({ id, extended: false, fd, brs: fd, data: Uint8Array.from(bytes) });
  if (bus === 'CAN') {
    while (send([0x79]) !== 'acknowledged') board.clock.advanceTo(board.clock.now + 500);
    board.run();
  }
  for (const group of groups) {
    for (const frame of group) send(frame);
    board.run();
  }
  return perRule(lintCan(trace, before)).map(({ first }) => first.rule);
}

const WORD = [1, 2, 3, 4, 5, 6, 7, 8] as const;

test('a host that waits for each answer has no finding', () => {
  const write: Sent[] = [[0x31, 0x08, 0x01, 0, 0, 15], [0x04, ...WORD], [0x04, ...WORD], [0x01]];
  expect(
    rulesIn(
      'CAN',
      write.map((frame) => [frame]),
    ),
  ).toEqual([]);
});

test('a frame before the answer to the one before is found', () => {
  const header: Sent = [0x31, 0x08, 0x01, 0, 0, 15];
  const words: Sent[] = [
    [0x04, ...WORD],
    [0x04, ...WORD],
  ];
  expect(rulesIn('CAN', [[header], words])).toEqual(['frame-before-ack']);
});

test('over CAN FD the frames of a block come in a row', () => {
  const data = Array.from({ length: 64 }, (_, at) => at);
  const frames: Sent[] = [1, 2, 3, 4].map(() => [0x31, ...data]);
  const header: Sent = [0x31, 0x08, 0x02, 0, 0, 255];
  expect(rulesIn('FDCAN', [[[0x02]], [header], frames, [[0x01]]])).toEqual([]);
  expect(rulesIn('FDCAN', [[[0x02]], [header, ...frames]])).toEqual(['frame-before-ack']);
  expect(rulesIn('FDCAN', [[[0x02]], [[0x01], [0x02]]])).toEqual(['frame-before-ack']);
});

test('a classic frame to a CAN FD controller is found', () => {
  expect(rulesIn('FDCAN', [[[0x02]]], false)).toEqual(['classic-frame-to-fdcan']);
});
