import { expect, test } from 'vitest';
import { specOfArguments } from './target-of.ts';
import type { TargetArguments } from './target-options.ts';

const board = { device: 'STM32F405', target: 'serial:/dev/ttyUSB0' };

test('a board is examined read-only unless more is allowed', () => {
  expect(specOfArguments({ ...board, wire: 'dtr=nrst,rts=boot0', baud: '57600' })).toEqual({
    kind: 'serial',
    path: '/dev/ttyUSB0',
    part: { device: 'STM32F405' },
    reset: { by: 'wiring', wire: 'dtr=nrst,rts=boot0' },
    baud: 57_600,
    allow: 'nothing',
  });
});

test('the emulator may be spoilt as it likes', () => {
  expect(
    specOfArguments({ device: 'STM32F405', 'flash-size': '512', mutant: 'always-ack' }),
  ).toEqual({
    kind: 'memory',
    part: { device: 'STM32F405', flashKiB: 512 },
    mutant: 'always-ack',
    allow: 'chip',
  });
});

test('a host of IPv6 stands in brackets', () => {
  const spec = specOfArguments({
    device: 'STM32F405',
    target: 'rfc2217:[fe80::1]:4000',
    ask: true,
  });
  expect(spec).toMatchObject({ kind: 'rfc2217', host: 'fe80::1', port: 4000 });
});

test.each<[TargetArguments, RegExp]>([
  [{}, /name the part/],
  [board, /say how the board is reset/],
  [{ ...board, ask: true, wire: 'dtr=nrst' }, /say only once how the board is reset/],
  [{ ...board, wire: 'dtr=boot0' }, /leaves nrst out/],
  [{ ...board, ask: true, allow: 'chip' }, /up to its options/],
  [{ ...board, ask: true, baud: 'fast' }, /--baud takes a whole number/],
  [{ ...board, ask: true, 'time-budget': '3 days' }, /--time-budget takes 30s, 10m or 2h/],
  [{ ...board, ask: true, mutant: 'always-ack' }, /--mutant belongs to/],
  [{ ...board, target: 'tcp:localhost:1', wire: 'dtr=nrst' }, /no DTR and RTS/],
  [{ ...board, target: 'tcp:localhost:99999', ask: true }, /--target takes/],
  [{ device: 'STM32F405', wire: 'dtr=nrst' }, /wire belongs to a board/],
])('%o is a usage error', (argv, message) => {
  expect(() => specOfArguments(argv)).toThrow(message);
});
