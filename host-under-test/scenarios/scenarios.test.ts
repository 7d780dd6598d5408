import { describe, expect, test } from 'vitest';
import { makeBoard } from '../bench-board.ts';
import { NOT_RUNNABLE, SCENARIOS } from './index.ts';

/** Numbers of the catalogue by group; G07 was never given. */
const CATALOGUE: Readonly<Record<string, number>> = {
  A: 23,
  B: 10,
  C: 17,
  D: 30,
  E: 19,
  F: 6,
  G: 11,
  H: 9,
  I: 8,
};

test('each line of the catalogue can be run or has a reason why not, and none has both', () => {
  const runnable = new Set(SCENARIOS.map(({ id }) => id.slice(0, 3)));
  const listed = new Set(NOT_RUNNABLE.map(({ id }) => id));
  const all = Object.entries(CATALOGUE).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => `${group}${String(index + 1).padStart(2, '0')}`),
  );
  const wanted = all.filter((id) => id !== 'G07');
  expect(wanted.filter((id) => runnable.has(id) === listed.has(id))).toEqual([]);
  expect([...runnable, ...listed].filter((id) => !wanted.includes(id))).toEqual([]);
});

test('ids are used once and at least 75 scenarios can be run', () => {
  const ids = SCENARIOS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(75);
});

describe('the board of each scenario can be made', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
    '%s',
    (_id, scenario) => {
      const board = makeBoard(scenario, () => {});
      expect(board.state).not.toBe('off');
    },
  );
});
