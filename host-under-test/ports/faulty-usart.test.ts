import { expect, test } from 'vitest';
import { makeBoard } from '../bench-board.ts';
import type { ScenarioFault, WireFault } from '../faults/faults.ts';
import { FaultyUsart } from './faulty-usart.ts';
import { F405, usart } from '../scenarios/define.ts';

/** A host at the faulty end of a board's line. */
function hostWith(...faults: ScenarioFault[]) {
  const job = { do: 'detect' } as const;
  const scenario = usart('X', { symptom: '', source: '', board: F405, faults, job, expect: [] });
  const board = makeBoard(scenario, () => {});
  const wireFaults = faults.filter((fault): fault is WireFault => fault.at === 'wire');
  const answered: string[] = [];
  let gone = false;
  const pins = new FaultyUsart(board, board.usart(), wireFaults, {
    disconnect: () => {
      gone = true;
    },
    answer: (step, nth) => answered.push(`${step} ${nth}`),
    strike: () => {},
  });
  let heard: number[] = [];
  pins.onTransmit((bytes) => heard.push(...bytes));
  const send = (...bytes: number[]): number[] => {
    heard = [];
    pins.receive(Uint8Array.from(bytes), { baud: 115_200, parity: 'even' });
    board.run();
    return heard;
  };
  return { board, send, answered, heard: () => heard, isGone: () => gone };
}

const toHost = { at: 'wire', direction: 'to-host' } as const;
const toChip = { at: 'wire', direction: 'to-chip' } as const;

test('packets are named by what the chip waits for', () => {
  const { send, answered } = hostWith();
  send(0x7f);
  send(0x31, 0xce);
  send(0x08, 0, 0, 0, 0x08);
  send(0x03, 1, 2, 3, 4, 0x07);
  send(0x02, 0xfd);
  expect(answered).toEqual([
    'sync 1',
    'command 31 1',
    'write-memory: address 1',
    'write-memory: length 1',
    'command 02 1',
  ]);
});

test('the nth reply of a step is dropped, and only that', () => {
  const { send } = hostWith({ ...toHost, do: 'drop', step: 'command 02', nth: 2 });
  expect(send(0x7f)).toEqual([0x79]);
  const id = [0x79, 0x01, 0x04, 0x13, 0x79];
  expect([1, 2, 3].map(() => send(0x02, 0xfd))).toEqual([id, [], id]);
});

test('a byte of a packet is lost wherever the host cuts it', () => {
  const { board, send } = hostWith({ ...toChip, do: 'drop', step: 'command 02', nth: 1, byte: 1 });
  send(0x7f);
  expect(send(0x02)).toEqual([]);
  expect(send(0xfd)).toEqual([]);
  expect(board.waiting()).toMatchObject({ for: 'bytes', what: 'command' });
});

test.each([
  [{ ...toHost, do: 'replace', nth: 1, bytes: [0xfe] }, [0xfe]],
  [{ ...toHost, do: 'before', nth: 1, bytes: [0x00] }, [0x00, 0x79]],
  [{ ...toHost, do: 'after', nth: 1, bytes: [0x00] }, [0x79, 0x00]],
  [{ ...toHost, do: 'duplicate', nth: 1 }, [0x79, 0x79]],
  [{ ...toHost, do: 'corrupt', nth: 1, byte: 0, value: 0x01 }, [0x78]],
  [{ ...toHost, do: 'corrupt', nth: 1, byte: 'last', value: 0x01 }, [0x78]],
  [{ ...toHost, do: 'silence', nth: 1 }, []],
  [{ at: 'wire', do: 'echo' }, [0x7f, 0x79]],
] as const)('%j', (fault, heard) => {
  expect(hostWith(fault).send(0x7f)).toEqual(heard);
});

test('of a reply of several bytes the last one can be damaged', () => {
  const { send } = hostWith({
    ...toHost,
    do: 'corrupt',
    step: 'command 02',
    nth: 1,
    byte: 'last',
    value: 0x80,
  });
  send(0x7f);
  expect(send(0x02, 0xfd)).toEqual([0x79, 0x01, 0x04, 0x13, 0xf9]);
});

test('a delayed reply comes after its time, and nothing overtakes it', () => {
  const { board, send, heard } = hostWith({ ...toHost, do: 'delay', nth: 1, ms: 100 });
  const from = board.clock.now;
  expect(send(0x7f)).toEqual([]);
  board.clock.advanceTo(from + 99_000);
  expect(heard()).toEqual([]);
  board.clock.advanceTo(from + 101_000);
  expect(heard()).toEqual([0x79]);
});

test('a split reply comes byte by byte', () => {
  const { board, send, heard } = hostWith({
    ...toHost,
    do: 'split',
    step: 'command',
    nth: 1,
    ms: 10,
  });
  send(0x7f);
  const from = board.clock.now;
  expect(send(0x02, 0xfd)).toEqual([0x79]);
  board.clock.advanceTo(from + 100_000);
  expect(heard()).toEqual([0x79, 0x01, 0x04, 0x13, 0x79]);
});

test('the port vanishes at the reply', () => {
  const { send, isGone } = hostWith({ ...toHost, do: 'disconnect', nth: 1 });
  expect(send(0x7f)).toEqual([]);
  expect(isGone()).toBe(true);
});

test('stray bytes come after a reset', () => {
  const { board, heard } = hostWith({ at: 'wire', do: 'stray', bytes: [0x00], ms: 5 });
  board.drive('NRST', 0);
  board.drive('NRST', 1);
  board.clock.advanceTo(board.clock.now + 6_000);
  expect(heard()).toEqual([0x00]);
});

test('a stuck bit keeps its value through erase and write', () => {
  const address = 0x0800_0000;
  const { board } = hostWith({ at: 'cells', do: 'stuck-bit', address, bit: 0, value: 0 });
  const { cells } = board.chip.flash;
  cells.erase(0, 16);
  expect(cells.byte(0)).toBe(0xfe);
  cells.set(0, Uint8Array.of(0xff, 0xff));
  expect(cells.byte(0)).toBe(0xfe);
  expect(cells.byte(1)).toBe(0xff);
});

test('bits are lost once, when the byte is programmed for the nth time', () => {
  const address = 0x0800_0001;
  const { board } = hostWith({ at: 'cells', do: 'bits-lost', nth: 2, address, mask: 0x03 });
  const { cells } = board.chip.flash;
  const programmed = [1, 2, 3].map(() => {
    cells.set(0, Uint8Array.of(0x10, 0x10));
    return cells.byte(1);
  });
  expect(programmed).toEqual([0x10, 0x13, 0x10]);
});

test('an adapter that drops the parity bit is answered the sync byte, and NACK to what follows', () => {
  const { send } = hostWith({ at: 'wire', do: 'drops-parity' });
  expect(send(0x7f)).toEqual([0x79]);
  expect(send(0x02, 0xfd)).toEqual([0x1f]);
});
