import { expect, test } from 'vitest';
import { EmulatorError } from '../../errors.ts';
import type { BoardPins, Level, PinName } from '../../pins.ts';
import { parseWire, RELEASED, Wiring, type BootLevels } from './wiring.ts';

/** Levels that the wiring drives, in order. */
function wired(text: string, levels?: BootLevels) {
  const driven: `${PinName}=${Level}`[] = [];
  const pins: BoardPins = {
    drive: (pin, level) => driven.push(`${pin}=${level}`),
    power: () => undefined,
  };
  const wiring = new Wiring(parseWire(text), pins, levels);
  wiring.set(RELEASED);
  driven.length = 0;
  return { wiring, driven };
}

test('none connects nothing', () => {
  const { wiring, driven } = wired('none');
  wiring.set({ dtr: true, rts: true });
  expect(driven).toEqual([]);
});

test('while DTR is asserted NRST is low', () => {
  const { wiring, driven } = wired('dtr=nrst,rts=boot0', { boot0: 0 });
  wiring.set({ dtr: true, rts: false });
  expect(driven).toEqual(['NRST=0']);
  wiring.set(RELEASED);
  expect(driven).toEqual(['NRST=0', 'NRST=1']);
});

test('BOOT0 is high while RTS is asserted and has the level of the option otherwise', () => {
  for (const boot0 of [0, 1] as const) {
    const { wiring, driven } = wired('dtr=nrst,rts=boot0', { boot0 });
    wiring.set({ dtr: false, rts: true });
    wiring.set(RELEASED);
    expect(driven).toEqual(['BOOT0=1', `BOOT0=${boot0}`]);
  }
});

test('BOOT0 settles before NRST rises when both lines change at once', () => {
  const { wiring, driven } = wired('dtr=nrst,rts=boot0', { boot0: 0 });
  wiring.set({ dtr: true, rts: true });
  wiring.set(RELEASED);
  expect(driven.slice(2)).toEqual(['BOOT0=0', 'NRST=1']);
});

test('an exclamation mark inverts, from the first moment on', () => {
  const driven: string[] = [];
  const pins: BoardPins = {
    drive: (pin, level) => driven.push(`${pin}=${level}`),
    power: () => undefined,
  };
  const wiring = new Wiring(parseWire('!dtr=nrst, !RTS=boot0'), pins, { boot0: 0 });
  wiring.set(RELEASED);
  expect(driven).toEqual(['BOOT0=1', 'NRST=0']);
  wiring.set({ dtr: true, rts: true });
  expect(driven.slice(2)).toEqual(['BOOT0=0', 'NRST=1']);
});

test('a line that stays as it is drives nothing', () => {
  const { wiring, driven } = wired('dtr=nrst,rts=boot0');
  wiring.set({ dtr: true, rts: false });
  wiring.set({ dtr: true, rts: false });
  expect(driven).toEqual(['NRST=0']);
});

test('a bare adapter has BOOT0 high as long as RTS is released', () => {
  const { wiring, driven } = wired('ttl', { boot0: 0 });
  wiring.set({ dtr: true, rts: true });
  wiring.set({ dtr: true, rts: false });
  expect(driven).toEqual(['BOOT0=0', 'NRST=0', 'BOOT0=1']);
});

test('the circuit of mcuisp resets by DTR released, and only while RTS is asserted', () => {
  const { wiring, driven } = wired('mcuisp', { boot0: 0 });
  wiring.set({ dtr: true, rts: false });
  wiring.set({ dtr: true, rts: true });
  wiring.set({ dtr: false, rts: true });
  wiring.set({ dtr: true, rts: true });
  wiring.set(RELEASED);
  expect(driven).toEqual(['BOOT0=1', 'NRST=0', 'NRST=1', 'BOOT0=0']);
});

test.each(['', 'dtr', 'dtr=reset', 'cts=nrst', 'dtr=nrst,', 'dtr=nrst,rts=nrst', '!!dtr=nrst'])(
  '--wire %j is refused in one line',
  (text) => {
    expect(() => parseWire(text)).toThrow(EmulatorError);
    expect(() => parseWire(text)).toThrow(/^--wire[^\n]*$/);
  },
);
