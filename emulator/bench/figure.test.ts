import { expect, test } from 'vitest';
import { figuresAsJson, formatFigures, kept, median, type Figure } from './figure.ts';

const slow: Figure = {
  name: 'pty',
  what: 'writes 1 MiB',
  ours: 1.8,
  against: { what: 'C responder', value: 1.5 },
  unit: 's',
  bound: { most: 1.15 },
};
const quick: Figure = {
  name: 'get',
  what: 'Get in memory',
  ours: 123_456,
  unit: 'commands/s',
  bound: { least: 100_000 },
};

test('a bound judges the ratio where there is something to measure against', () => {
  expect(kept(slow)).toBe(false);
  expect(kept({ ...slow, ours: 1.7 })).toBe(true);
});

test('a bound judges the figure itself where it stands alone', () => {
  expect(kept(quick)).toBe(true);
  expect(kept({ ...quick, ours: 99_999 })).toBe(false);
});

test('the table shows both sides, the ratio and what is missed', () => {
  expect(formatFigures([slow, quick]).split('\n')).toEqual([
    '               vstm32              against            ratio  bound',
    'writes 1 MiB   1.8 s               1.5 s C responder  1.20   <= 1.15     MISSED',
    'Get in memory  123,000 commands/s                            >= 100,000  ok',
  ]);
});

test('the JSON has the figures by name, unrounded', () => {
  expect(figuresAsJson([slow, quick])).toEqual({
    pty: { unit: 's', ours: 1.8, against: 1.5, ratio: 1.8 / 1.5, bound: { most: 1.15 }, ok: false },
    get: { unit: 'commands/s', ours: 123_456, bound: { least: 100_000 }, ok: true },
  });
});

test('the median is the middle one, whatever the order', () => {
  expect(median([5, 1, 100, 2, 3])).toBe(3);
});
