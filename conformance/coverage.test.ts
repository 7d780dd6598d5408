import { expect, test } from 'vitest';
import { assertions } from './assertions.ts';
import { coverageOf } from './coverage.ts';
import { sectionOf } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const coverage = coverageOf(scenarios);

test('every assertion is examined by a scenario or says why not', () => {
  expect(coverage.missing).toEqual([]);
});

test('every scenario names assertions that exist', () => {
  expect(coverage.unknown).toEqual([]);
  expect(scenarios.filter(({ covers }) => covers.length === 0)).toEqual([]);
});

test('an assertion that is examined gives no reason why it is not', () => {
  expect(coverage.contradictory).toEqual([]);
});

test('numbers and ids are unique', () => {
  const repeated = (all: readonly string[]) => all.filter((each, at) => all.indexOf(each) !== at);
  expect(repeated(assertions.map(({ number }) => number))).toEqual([]);
  expect(repeated(scenarios.map(({ id }) => id))).toEqual([]);
});

test('there are at least 120 scenarios, each under its section', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(120);
  for (const { id } of scenarios) expect(sectionOf(id)).toMatch(/^(1|2|3|4|3\.\d+)$/);
});

test('every scenario ends its requirement as a sentence and runs in some state', () => {
  const wrong = scenarios.filter(
    ({ requirement, entries }) => !/^[A-Z0].*\.$/.test(requirement) || entries.length === 0,
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
});
