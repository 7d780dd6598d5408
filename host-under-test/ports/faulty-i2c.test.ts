import { expect, test } from 'vitest';
import { makeBoard } from '../bench-board.ts';
import type { I2cFault } from '../faults/i2c.ts';
import { i2c, STRETCHING } from '../scenarios/define.ts';
import { FaultyI2c } from './faulty-i2c.ts';

const ADDRESS = 0x3c;

/** A host at the faulty end of a board's bus. */
function hostWith(...faults: I2cFault[]) {
  const job = { do: 'detect' } as const;
  const details = { symptom: '', source: '', board: STRETCHING, faults, job, expect: [] };
  const board = makeBoard(i2c('X', details), () => {});
  const answered: string[] = [];
  let gone = false;
  const pins = new FaultyI2c(board, 'I2C1', faults, {
    disconnect: () => {
      gone = true;
    },
    answer: (step, nth) => answered.push(`${step} ${nth}`),
    strike: () => {},
  });
  const retried: boolean[] = [];
  pins.onRetry(() => retried.push(true));
  /** F446 holds SCL for 2 µs behind its address. */
  const start = (read: boolean): ReturnType<typeof pins.start> => {
    const answer = pins.start(ADDRESS, read);
    if (typeof answer === 'string') return answer;
    board.run();
    return pins.start(ADDRESS, read);
  };
  /** A message; `held` where SCL is low, else how often a byte was acknowledged. */
  const write = (...bytes: number[]): 'nack' | 'held' | number => {
    const started = start(false);
    if (typeof started !== 'string') return 'held';
    if (started === 'nack') return 'nack';
    const refused = bytes.findIndex((byte) => pins.write(byte) !== 'ack');
    pins.stop();
    board.run();
    return refused < 0 ? bytes.length : refused;
  };
  const read = (count: number): 'nack' | 'held' | readonly unknown[] => {
    const started = start(true);
    if (typeof started !== 'string') return 'held';
    if (started === 'nack') return 'nack';
    const bytes = Array.from({ length: count }, (_, at) => pins.read(at === count - 1));
    pins.stop();
    board.run();
    return bytes;
  };
  return { board, pins, start, write, read, answered, retried, isGone: () => gone };
}

const TO_HOST = { at: 'i2c', direction: 'to-host' } as const;
const TO_CHIP = { at: 'i2c', direction: 'to-chip' } as const;
const GET_VERSION = [0x01, 0xfe] as const;

test('messages are named by what the chip waits for, those that read by the one before', () => {
  const { write, read, answered } = hostWith();
  write(0x31, 0xce);
  read(1);
  write(0x08, 0, 0, 0, 0x08);
  read(1);
  write(0x03, 1, 2, 3, 4, 0x07);
  read(1);
  write(...GET_VERSION);
  for (const count of [1, 1, 1]) read(count);
  expect(answered).toEqual([
    'command 31 1',
    'write-memory: address 1',
    'write-memory: length 1',
    'command 01 1',
  ]);
});

test('the address is not acknowledged at the nth message, and only there', () => {
  const { write } = hostWith({ ...TO_CHIP, do: 'address-nack', nth: 1 });
  expect(write(...GET_VERSION)).toBe('nack');
  expect(write(...GET_VERSION)).toBe(2);
});

test('a byte is not acknowledged, and the chip never gets it', () => {
  const { board, write } = hostWith({
    ...TO_CHIP,
    do: 'data-nack',
    step: 'command',
    nth: 1,
    byte: 1,
  });
  expect(write(...GET_VERSION)).toBe(1);
  expect(board.waiting('I2C1')).toMatchObject({ for: 'bytes', what: 'command' });
});

test('a command can be damaged by its opcode, and is refused', () => {
  const fault = {
    ...TO_CHIP,
    do: 'corrupt',
    step: 'command 01',
    nth: 1,
    byte: 1,
    value: 1,
  } as const;
  const { write, read } = hostWith(fault);
  expect(write(...GET_VERSION)).toBe(2);
  expect(read(1)).toEqual([0x1f]);
  write(...GET_VERSION);
  expect(read(1)).toEqual([0x79]);
});

test.each([
  [{ ...TO_HOST, do: 'drop', nth: 2 }, [0xff]],
  [{ ...TO_HOST, do: 'corrupt', nth: 2, byte: 0, value: 0x01 }, [0x11]],
  [{ ...TO_HOST, do: 'corrupt', nth: 2, byte: 'last', value: 0x80 }, [0x90]],
  [{ ...TO_HOST, do: 'replace', nth: 2, bytes: [0x33] }, [0x33]],
  [{ ...TO_HOST, do: 'address-nack', nth: 2 }, 'nack'],
  [{ ...TO_HOST, do: 'silence', nth: 2 }, 'nack'],
  [{ ...TO_HOST, do: 'hold', nth: 2 }, 'held'],
] as const)('the second reply, the version, with %j', (fault, heard) => {
  const { write, read } = hostWith(fault);
  write(...GET_VERSION);
  expect(read(1)).toEqual([0x79]);
  expect(read(1)).toEqual(heard);
});

test('after silence no address is acknowledged any more', () => {
  const { write, read } = hostWith({ ...TO_HOST, do: 'silence', nth: 1 });
  write(...GET_VERSION);
  expect(read(1)).toBe('nack');
  expect(write(...GET_VERSION)).toBe('nack');
});

test('SCL is held for its time, then the message goes on', () => {
  const { board, write, retried } = hostWith({ ...TO_CHIP, do: 'hold', nth: 1, ms: 100 });
  const from = board.clock.now;
  expect(write(...GET_VERSION)).toBe('held');
  board.clock.advanceTo(from + 99_000);
  expect(retried).toEqual([]);
  board.clock.advanceTo(from + 101_000);
  expect(retried).toEqual([true]);
  expect(write(...GET_VERSION)).toBe(2);
});

test('SCL that is held for ever is let go by a reset', () => {
  const { board, write, retried } = hostWith({ ...TO_CHIP, do: 'hold', nth: 1 });
  expect(write(...GET_VERSION)).toBe('held');
  board.clock.advanceTo(board.clock.now + 60_000_000);
  expect(retried).toEqual([]);
  board.reset();
  expect(retried).toEqual([true]);
});

test('a controller without stretching reads 0xFF while the chip erases, and does not wait', () => {
  const { board, pins, start, write, read } = hostWith({ at: 'i2c', do: 'no-stretching' });
  write(0x44, 0xbb);
  read(1);
  expect(start(false)).toBe('ack');
  for (const byte of [0xff, 0xff, 0x00]) expect(pins.write(byte)).toBe('ack');
  pins.stop();
  expect(board.waiting('I2C1')).toMatchObject({ for: 'operation' });
  expect(pins.start(ADDRESS, true)).toBe('ack');
  expect(pins.read(true)).toBe(0xff);
  pins.stop();
  board.run();
  expect(read(1)).toEqual([0x79]);
});

test('the adapter vanishes at the reply', () => {
  const { write, read, isGone } = hostWith({ ...TO_HOST, do: 'disconnect', nth: 1 });
  write(...GET_VERSION);
  expect(read(1)).toBe('nack');
  expect(isGone()).toBe(true);
});

test('a reset strikes instead of the reply', () => {
  const { board, write, read } = hostWith({ ...TO_HOST, do: 'reset', nth: 1 });
  write(...GET_VERSION);
  expect(read(1)).toBe('nack');
  board.run();
  expect(board.waiting('I2C1')).toMatchObject({ what: 'its address' });
});

test('messages to others pass by, and count for nothing', () => {
  const { pins, write } = hostWith({ ...TO_CHIP, do: 'address-nack', nth: 2 });
  expect(pins.start(0x20, false)).toBe('nack');
  pins.stop();
  expect(write(...GET_VERSION)).toBe(2);
});
