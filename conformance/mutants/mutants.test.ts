import { expect, test } from 'vitest';
import { sectionOf } from '../run/scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { mutants } from './index.ts';
import { killMatrix } from './matrix.ts';

test('mutants have names of their own', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test.each([
  { over: 'usart', least: 60 },
  { over: 'usb', least: 40 },
  { over: 'can', least: 100 },
  { over: 'fdcan', least: 100 },
  { over: 'i2c', least: 80 },
  { over: 'spi', least: 100 },
  { over: 'i3c', least: 200 },
])('there are at least $least mutants on $over', ({ over, least }) => {
  const there = mutants.filter((each) => (each.interface ?? 'usart') === over);
  expect(there.length).toBeGreaterThanOrEqual(least);
});

test('wrong devices die', async () => {
  const sections = ['3.1', '3.6', '3.8'];
  const some = scenarios.filter(({ id }) => sections.includes(sectionOf(id)));
  const names = ['always-ack', 'nack-that-still-writes', 'erase-one-too-many'];
  const wrong = mutants.filter(({ name }) => names.includes(name));
  const matrix = await killMatrix(wrong, some, { seed: 2, inputs: 1 });
  const alive = names.filter((name) => ![...matrix.get(name)!.values()].includes('fail'));
  expect(alive).toEqual([]);
});

test('a read that sticks at the end of a page, or mirrors half the flash, shows on one input', async () => {
  const cases = ['read-across-pages', 'halves-of-flash'];
  const some = scenarios.filter(({ id }) => cases.some((each) => id.endsWith(each)));
  const told = /read-sticks-at|upper-half.*read-as-lower|read-upper-half/;
  const wrong = mutants.filter(({ name }) => told.test(name));
  const matrix = await killMatrix(wrong, some, { seed: 1, inputs: 1 });
  const alive = wrong.filter(({ name }) => ![...matrix.get(name)!.values()].includes('fail'));
  expect(wrong.length).toBeGreaterThan(10);
  expect(alive.map(({ name }) => name)).toEqual([]);
});
