import { expect, test } from 'vitest';
import type { Setup } from '../../emulator/index.ts';
import { makeBoard } from '../bench-board.ts';
import { dfu, F405 } from '../scenarios/define.ts';
import type { UsbFault } from '../faults/usb.ts';
import { FaultyUsb } from './faulty-usb.ts';

const SET_ADDRESS = [0x21, 0x00, 0x00, 0x00, 0x08];
const ERASE = [0x41, 0x00, 0x00, 0x00, 0x08];

function dnload(wValue: number, length: number): Setup {
  return { bmRequestType: 0x21, bRequest: 1, wValue, wIndex: 0, wLength: length };
}

function getStatus(): Setup {
  return { bmRequestType: 0xa1, bRequest: 3, wValue: 0, wIndex: 0, wLength: 6 };
}

/** A host at the faulty end of a board's USB cable; the chip is in dfuIDLE, and its work takes no time. */
function hostWith(...faults: UsbFault[]) {
  const quirks = { 'dfu-starts-in-error': false };
  const job = { do: 'detect' } as const;
  const details = { symptom: '', source: '', board: { ...F405, quirks }, job, expect: [] };
  const board = makeBoard(dfu('X', details), () => {});
  const answered: string[] = [];
  const pins = new FaultyUsb(board, board.usb(), faults, {
    answer: (step, nth) => void answered.push(`${step} ${nth}`),
    strike: () => {},
  });
  const attached: boolean[] = [];
  pins.onAttach((on) => attached.push(on));
  /** Asks until there is an answer, for as long as the chip works. */
  const ask = (setup: Setup, bytes: readonly number[] = []): string => {
    const data = Uint8Array.from(bytes);
    let answer = pins.control(setup, data);
    if (typeof answer === 'object' && 'hold' in answer) {
      board.run();
      answer = pins.control(setup, data);
    }
    if (answer === 'stall') return 'stall';
    return 'hold' in answer ? 'nak' : Buffer.from(answer).toString('hex');
  };
  const command = (bytes: readonly number[], block = 0): string[] => [
    ask(dnload(block, bytes.length), bytes),
    ask(getStatus()),
    ask(getStatus()),
  ];
  return { board, pins, ask, command, answered, attached };
}

const DONE = ['', '000500000400', '000000000500'];
const ERASED = ['', '006400000400', '000000000500'];

test('transfers are named by the command that they are part of', () => {
  const { ask, command, answered } = hostWith();
  command(SET_ADDRESS);
  command(ERASE);
  command([1, 2, 3, 4], 2);
  ask({ bmRequestType: 0x21, bRequest: 6, wValue: 0, wIndex: 0, wLength: 0 });
  ask(getStatus());
  expect(answered).toEqual([
    'set-address-pointer: DNLOAD 1',
    'set-address-pointer: GETSTATUS 1 1',
    'set-address-pointer: GETSTATUS 2 1',
    'erase: DNLOAD 1',
    'erase: GETSTATUS 1 1',
    'erase: GETSTATUS 2 1',
    'write: DNLOAD 1',
    'write: GETSTATUS 1 1',
    'write: GETSTATUS 2 1',
    'ABORT 1',
    'GETSTATUS 1',
  ]);
});

test('the nth transfer of a step is stalled, the chip does not see it, and the next is answered', () => {
  const { command, board } = hostWith({
    at: 'usb',
    do: 'stall',
    step: 'erase: GETSTATUS 1',
    nth: 2,
  });
  expect(command(ERASE)).toEqual(ERASED);
  expect(command(ERASE)).toEqual(['', 'stall', '006400000400']);
  expect(board.operations).toBe(2);
});

test('an answer is lost although the chip did what it was asked', () => {
  const { command, board, ask } = hostWith({
    at: 'usb',
    do: 'drop',
    step: 'erase: DNLOAD',
    nth: 1,
  });
  expect(command(ERASE)).toEqual(['nak', '006400000400', '000000000500']);
  expect(board.operations).toBe(1);
  expect(ask(getStatus())).toBe('000000000500');
});

test('from one transfer on nothing is answered, whatever the step', () => {
  const fault = { at: 'usb', do: 'nak', step: 'erase: DNLOAD', nth: 1, on: true } as const;
  const { command, board } = hostWith(fault);
  expect(command(SET_ADDRESS)).toEqual(DONE);
  expect(command(ERASE)).toEqual(['nak', 'nak', 'nak']);
  expect(command(SET_ADDRESS)).toEqual(['nak', 'nak', 'nak']);
  expect(board.operations).toBe(0);
});

test('data is damaged on its way in and on its way out', () => {
  const out = hostWith({
    at: 'usb',
    do: 'corrupt',
    step: 'write: DNLOAD',
    nth: 1,
    byte: 'last',
    value: 0x80,
  });
  out.command(ERASE);
  expect(out.command([1, 2, 3, 4], 2)).toEqual(['', '006800000400', '000000000500']);
  expect([...out.board.chip.read(0x0800_0000, 4)]).toEqual([1, 2, 3, 0x84]);
  const back = hostWith({
    at: 'usb',
    do: 'corrupt',
    step: 'erase: GETSTATUS 2',
    nth: 1,
    byte: 0,
    value: 4,
  });
  expect(back.command(ERASE)).toEqual(['', '006400000400', '040000000500']);
});

test('another status is told in place of the right one', () => {
  const bytes = [4, 0, 0, 0, 10, 0];
  const { command } = hostWith({
    at: 'usb',
    do: 'replace',
    step: 'erase: GETSTATUS 2',
    nth: 1,
    bytes,
  });
  expect(command(ERASE)).toEqual(['', '006400000400', '040000000a00']);
});

test('an answer comes after its time', () => {
  const { board, pins, ask } = hostWith({
    at: 'usb',
    do: 'delay',
    step: 'GETSTATUS',
    nth: 1,
    ms: 100,
  });
  const setup = getStatus();
  let retries = 0;
  pins.onRetry(() => retries++);
  expect(ask(setup)).toBe('nak');
  const from = board.clock.now;
  board.clock.advanceTo(from + 99_000);
  expect(ask(setup)).toBe('nak');
  expect(retries).toBe(0);
  board.clock.advanceTo(from + 101_000);
  expect(retries).toBe(1);
  expect(ask(setup)).toBe('000000000200');
});

test('the cable is pulled at a transfer', () => {
  const { ask, pins, attached } = hostWith({
    at: 'usb',
    do: 'disconnect',
    step: 'GETSTATUS',
    nth: 2,
  });
  expect(ask(getStatus())).toBe('000000000200');
  expect(ask(getStatus())).toBe('nak');
  expect(pins.attached).toBe(false);
  expect(attached).toEqual([false]);
});

test('the device comes onto the bus late', () => {
  const { board, ask, pins, attached } = hostWith({ at: 'usb', do: 'attach-late', ms: 500 });
  expect([pins.attached, ask(getStatus())]).toEqual([false, 'nak']);
  board.clock.advanceTo(board.clock.now + 501_000);
  expect([pins.attached, attached]).toEqual([true, [true]]);
  expect(ask(getStatus())).toBe('000000000200');
});

test('a request before bwPollTimeout is over is stalled', () => {
  const { ask, board } = hostWith({ at: 'usb', do: 'needs-poll-time' });
  expect(ask(dnload(0, 5), SET_ADDRESS)).toBe('');
  expect(ask(getStatus())).toBe('000500000400');
  expect(ask(getStatus())).toBe('stall');
  board.clock.advanceTo(board.clock.now + 5_000);
  expect(ask(getStatus())).toBe('000000000500');
});

test('a GETSTATUS of another length is stalled', () => {
  const { ask } = hostWith({ at: 'usb', do: 'needs-six-bytes' });
  expect(ask({ ...getStatus(), wLength: 7 })).toBe('stall');
  expect(ask(getStatus())).toBe('000000000200');
});
