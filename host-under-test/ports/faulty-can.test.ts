import { expect, test } from 'vitest';
import type { CanFrame } from '../../emulator/index.ts';
import { makeBoard } from '../bench-board.ts';
import type { CanFault } from '../faults/can.ts';
import { can, F405 } from '../scenarios/define.ts';
import { FaultyCan } from './faulty-can.ts';

function frame(id: number, ...bytes: number[]): CanFrame {
  return { id, extended: false, fd: false, brs: false, data: Uint8Array.from(bytes) };
}

/** A host at the faulty end of a board's bus, which is connected already. */
function hostWith(...faults: CanFault[]) {
  const job = { do: 'detect' } as const;
  const board = makeBoard(
    can('X', { symptom: '', source: '', board: F405, faults, job, expect: [] }),
    () => {},
  );
  const answered: string[] = [];
  let gone = false;
  const pins = new FaultyCan(board, board.cans[0]!, faults, {
    disconnect: () => {
      gone = true;
    },
    answer: (step, nth) => answered.push(`${step} ${nth}`),
    strike: () => {},
  });
  let heard: string[] = [];
  pins.onTransmit(({ id, data }) => {
    heard.push(`${id.toString(16)}#${Buffer.from(data).toString('hex')}`);
  });
  const send = (...sent: [id: number, ...bytes: number[]]): string[] => {
    heard = [];
    pins.receive(frame(...sent));
    board.run();
    return heard;
  };
  /** AN3154, figure 2: the frame wakes the chip, and is repeated as controllers do. */
  const connect = (): string[] => {
    const hello = frame(0x79);
    for (let tries = 0; tries < 10 && heard.length === 0; tries++) {
      if (pins.receive(hello) === 'acknowledged') board.run();
      else board.clock.advanceTo(board.clock.now + 500);
    }
    return heard;
  };
  return { board, pins, send, connect, answered, heard: () => heard, isGone: () => gone };
}

const TO_HOST = { at: 'can', direction: 'to-host' } as const;
const TO_CHIP = { at: 'can', direction: 'to-chip' } as const;
const VERSION = ['1#79', '1#20', '1#0000', '1#79'];

test('frames are named by what the chip makes of them, and repetitions count once', () => {
  const { connect, send, answered } = hostWith();
  expect(connect()).toEqual(['79#79']);
  send(0x31, 0x08, 0, 0, 0, 7);
  expect(send(0x04, 1, 2, 3, 4, 5, 6, 7, 8)).toEqual(['31#79', '31#79']);
  send(0x01);
  expect(answered).toEqual(['connect 1', 'command 31 1', 'write-memory: data 1', 'command 01 1']);
});

test.each([
  [{ ...TO_HOST, do: 'drop', step: 'command 01', nth: 2 }, ['1#79', '1#0000', '1#79']],
  [{ ...TO_HOST, do: 'duplicate', step: 'command 01', nth: 1 }, ['1#79', ...VERSION]],
  [
    { ...TO_HOST, do: 'replace', step: 'command 01', nth: 1, bytes: [0x1f] },
    ['1#1f', ...VERSION.slice(1)],
  ],
  [
    { ...TO_HOST, do: 'corrupt', step: 'command 01', nth: 2, byte: 'last', value: 1 },
    ['1#79', '1#21', '1#0000', '1#79'],
  ],
  [{ ...TO_HOST, do: 'silence', step: 'command 01', nth: 3 }, ['1#79', '1#20']],
  [{ ...TO_CHIP, do: 'drop', step: 'command 01', nth: 1 }, []],
] as const)('Get Version with %j', (fault, heard) => {
  const { connect, send } = hostWith(fault);
  connect();
  expect(send(0x01)).toEqual(heard);
});

test('a frame that comes late is overtaken by none', () => {
  const { board, connect, pins, heard } = hostWith({
    ...TO_HOST,
    do: 'delay',
    step: 'command 01',
    nth: 1,
    ms: 100,
  });
  connect();
  heard().length = 0;
  pins.receive(frame(0x01));
  const from = board.clock.now;
  board.clock.advanceTo(from + 99_000);
  expect(heard()).toEqual([]);
  board.clock.advanceTo(from + 150_000);
  expect(heard()).toEqual(VERSION);
});

test.each([
  [{ ...TO_CHIP, do: 'off-bus', nth: 1 }, 'nobody'],
  [{ ...TO_CHIP, do: 'silence', nth: 1 }, 'acknowledged'],
  [{ at: 'can', do: 'wrong-rate' }, 'error'],
  [{ at: 'can', do: 'ignores-classic' }, 'acknowledged'],
] as const)('the first frame meets %j on the bus', (fault, answer) => {
  const { board, pins, heard } = hostWith(fault);
  for (let tries = 0; tries < 3; tries++) {
    expect(pins.receive(frame(0x79))).toBe(answer);
    board.clock.advanceTo(board.clock.now + 1000);
  }
  expect(heard()).toEqual([]);
});

test('the interface goes down at the reply', () => {
  const { connect, send, isGone } = hostWith({
    ...TO_HOST,
    do: 'disconnect',
    step: 'command 01',
    nth: 1,
  });
  connect();
  expect(send(0x01)).toEqual([]);
  expect(isGone()).toBe(true);
});

test('a reset strikes instead of the reply', () => {
  const { board, connect, send } = hostWith({
    ...TO_HOST,
    do: 'reset',
    step: 'command 01',
    nth: 1,
  });
  connect();
  expect(send(0x01)).toEqual([]);
  expect(board.waiting(board.cans[0])).toMatchObject({ what: 'edge' });
});
