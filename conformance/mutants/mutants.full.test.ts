import { beforeAll, expect, test } from 'vitest';
import { scenarios } from '../scenarios/index.ts';
import { mutants } from './index.ts';
import { killMatrix, ownKills } from './matrix.ts';
import type { KillMatrix } from './matrix.ts';

const musts = scenarios.filter(({ strength }) => strength === 'must');
let matrix: KillMatrix = new Map();

beforeAll(async () => {
  matrix = await killMatrix(mutants, scenarios, { seed: 1, inputs: 2 });
}, 600_000);

test.each(mutants.map(({ name, wrong }) => ({ name, wrong })))('$name dies: $wrong', ({ name }) => {
  expect(matrix.get(name)!.size).toBeGreaterThan(0);
});

test('the score is all of them', () => {
  const dead = [...matrix.values()].filter((kills) => kills.size > 0).length;
  process.stdout.write(`mutants: ${dead} of ${mutants.length} dead\n`);
  expect(dead).toBe(mutants.length);
});

test.each(musts.map(({ id }) => ({ id })))(
  '$id kills a mutant that no other section kills, or says why not',
  ({ id }) => {
    const scenario = musts.find((each) => each.id === id)!;
    expect(ownKills(matrix, scenario).length > 0).toBe(scenario.sharesKills === undefined);
  },
);

test('a device that acknowledges everything fails at least 60 % of the must-scenarios it is asked', () => {
  const failed = musts.filter(({ id }) => matrix.get('always-ack')!.get(id) === 'fail');
  const answering = musts.filter(({ id }) => matrix.get('answers-swapped')!.has(id));
  process.stdout.write(
    `always-ack: ${failed.length} must-scenarios failed of ${musts.length} (${answering.length} can be asked of an F405)\n`,
  );
  expect(failed.length / musts.length).toBeGreaterThanOrEqual(0.6);
});
