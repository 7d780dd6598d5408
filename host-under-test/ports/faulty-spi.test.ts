import { expect, test } from 'vitest';
import { makeBoard } from '../bench-board.ts';
import type { SpiFault } from '../faults/spi.ts';
import { spi } from '../scenarios/define.ts';
import { FaultySpi } from './faulty-spi.ts';

const F446 = { device: 'STM32F446RE' } as const;

/** A host at the faulty end of a board's wires. */
function hostWith(...faults: SpiFault[]) {
  const job = { do: 'detect' } as const;
  const board = makeBoard(
    spi('X', { symptom: '', source: '', board: F446, faults, job, expect: [] }),
    () => {},
  );
  const answered: string[] = [];
  let gone = false;
  const pins = new FaultySpi(board, 'SPI1', faults, {
    disconnect: () => {
      gone = true;
    },
    answer: (step, nth) => answered.push(`${step} ${nth}`),
    strike: () => {},
  });
  pins.select(0);
  const exchange = (...bytes: number[]): number[] => {
    const heard = bytes.map((byte) => pins.exchange(byte));
    board.run();
    return heard;
  };
  /** Sends a packet and polls: how often, and the answer, which is acknowledged. */
  const ask = (...bytes: number[]): { polls: number; answer: number | undefined } => {
    exchange(...bytes);
    for (let polls = 1; polls <= 50; polls++) {
      const [heard] = exchange(0x00);
      if (heard !== 0x79 && heard !== 0x1f) continue;
      exchange(0x79);
      return { polls, answer: heard };
    }
    return { polls: 50, answer: undefined };
  };
  return { board, pins, exchange, ask, answered, isGone: () => gone };
}

const TO_HOST = { at: 'spi', direction: 'to-host' } as const;
const TO_CHIP = { at: 'spi', direction: 'to-chip' } as const;
const WRITE = [0x5a, 0x31, 0xce] as const;
const AT_FLASH = [0x08, 0, 0, 0, 0x08] as const;

test('packets are named by what the chip waits for', () => {
  const { ask, answered } = hostWith();
  for (const packet of [[0x5a], WRITE, AT_FLASH, [3, 1, 2, 3, 4, 7]]) {
    expect(ask(...packet).answer).toBe(0x79);
  }
  expect(answered).toEqual([
    'sync 1',
    'command 31 1',
    'write-memory: address 1',
    'write-memory: length 1',
  ]);
});

test('a damaged byte of a packet is refused, once', () => {
  const { ask } = hostWith({
    ...TO_CHIP,
    do: 'corrupt',
    step: 'command 31',
    nth: 1,
    byte: 2,
    value: 1,
  });
  ask(0x5a);
  expect(ask(...WRITE).answer).toBe(0x1f);
  expect(ask(...WRITE).answer).toBe(0x79);
});

test('a byte that the chip does not hear leaves it waiting: the first dummy takes its place', () => {
  const fault = { ...TO_CHIP, do: 'drop', step: 'write-memory: address', nth: 1, byte: 4 } as const;
  const { ask } = hostWith(fault);
  ask(0x5a);
  ask(...WRITE);
  expect(ask(...AT_FLASH).answer).toBe(0x1f); // 08 00 00 00 00
});

test('the answer comes so many slots later', () => {
  const usual = hostWith().ask(0x5a);
  const late = hostWith({ ...TO_HOST, do: 'busy', nth: 1, slots: 20 }).ask(0x5a);
  expect(late).toEqual({ answer: 0x79, polls: usual.polls + 20 });
});

test('the answer comes after its time', () => {
  const { board, ask, exchange } = hostWith({ ...TO_HOST, do: 'delay', nth: 1, ms: 100 });
  expect(ask(0x5a).answer).toBeUndefined();
  board.clock.advanceTo(board.clock.now + 101_000);
  expect(exchange(0x00, 0x00, 0x00)).toContain(0x79);
});

test.each([
  [{ ...TO_HOST, do: 'replace', nth: 2, value: 0x1f }, 0x1f],
  [{ ...TO_HOST, do: 'silence', nth: 2, value: 0xa5 }, undefined],
  [{ ...TO_HOST, do: 'disconnect', nth: 2 }, undefined],
  [{ ...TO_HOST, do: 'reset', nth: 2 }, undefined],
] as const)('the second answer with %j', (fault, answer) => {
  const { ask, isGone } = hostWith(fault);
  expect(ask(0x5a).answer).toBe(0x79);
  expect(ask(...WRITE).answer).toBe(answer);
  expect(isGone()).toBe(fault.do === 'disconnect');
});

test('MISO carries one byte all the time, and the chip hears nothing', () => {
  const { board, exchange } = hostWith({ at: 'spi', do: 'miso', value: 0xa5 });
  expect(exchange(0x5a, 0x00, 0x00, 0x00)).toEqual([0xa5, 0xa5, 0xa5, 0xa5]);
  expect(board.waiting('SPI1')).toMatchObject({ what: 'sync' });
});

test('the chip does not hear the first bytes of 0x5A', () => {
  const { ask } = hostWith({ at: 'spi', do: 'deaf-at-first', syncs: 2 });
  expect([1, 2, 3].map(() => ask(0x5a).answer)).toEqual([undefined, undefined, 0x79]);
});
