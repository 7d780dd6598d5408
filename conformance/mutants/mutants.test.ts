import { expect, test } from 'vitest';
import { DEFAULT_INTERFACE, interfaceNames } from '../interfaces/names.ts';
import { sectionOf } from '../run/scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { mutants } from './index.ts';
import { killMatrix, ownKills } from './matrix.ts';
import type { KillMatrix } from './matrix.ts';

test('mutants have names of their own', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test('none is lost: each interface has as many as were written for it', () => {
  const counts = interfaceNames.map((over) => [
    over,
    mutants.filter((each) => (each.interface ?? DEFAULT_INTERFACE) === over).length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    usart: 250,
    usb: 191,
    i2c: 233,
    can: 197,
    fdcan: 186,
    spi: 234,
    i3c: 269,
  });
});

test('a mutant that is let go tells no other scenario apart than one that every scenario is run on', async () => {
  const sections = ['3.1', '3.3', '3.6'];
  const some = scenarios.filter(
    ({ id }) => id.startsWith('usart/') && sections.includes(sectionOf(id)),
  );
  const wrong = mutants.filter((each) => each.interface === undefined).slice(0, 40);
  const options = { seed: 1, inputs: 1 };
  const [all, enough] = [
    await killMatrix(wrong, some, { ...options, whole: wrong.map(({ name }) => name) }),
    await killMatrix(wrong, some, options),
  ];
  const owners = (matrix: KillMatrix): readonly string[] =>
    some.filter((each) => ownKills(matrix, each).length > 0).map(({ id }) => id);
  expect(owners(all).length).toBeGreaterThan(5);
  expect(owners(enough)).toEqual(owners(all));
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
