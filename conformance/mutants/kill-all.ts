import { beforeAll, expect, test } from 'vitest';
import type { Protocol } from '../protocol.ts';
import { protocolNamed } from '../protocols/index.ts';
import { sectionOf } from '../scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { mutants } from './index.ts';
import { killMatrix, ownKills } from './matrix.ts';
import type { KillMatrix } from './matrix.ts';

/** Mutants of a protocol that accept and refuse in the wrong place: by them it is told who was asked. */
interface Telling {
  readonly always: string;
  readonly asked: string;
}

/** Makes the tests that every mutant of a protocol dies, and that every scenario is needed. */
export function killAll({ name, interface: over }: Protocol, { always, asked }: Telling): void {
  const own = scenarios.filter(({ id }) => protocolNamed(id)?.name === name);
  const wrong = mutants.filter((each) => (each.interface ?? 'usart') === over);
  // what every protocol offers says again what the sections of the note say
  const musts = own.filter(({ id, strength }) => strength === 'must' && sectionOf(id) !== 'common');
  let matrix: KillMatrix = new Map();

  beforeAll(async () => {
    matrix = await killMatrix(wrong, own, { seed: 1, inputs: 2 });
  }, 900_000);

  test.each(wrong.map((each) => ({ mutant: each.name, wrong: each.wrong })))(
    '$mutant dies: $wrong',
    ({ mutant }) => {
      expect(matrix.get(mutant)!.size).toBeGreaterThan(0);
    },
  );

  test('the score is all of them', () => {
    const dead = [...matrix.values()].filter((kills) => kills.size > 0).length;
    process.stdout.write(`mutants of ${name}: ${dead} of ${wrong.length} dead\n`);
    expect(dead).toBe(wrong.length);
  });

  test.each(musts.map(({ id }) => ({ id })))(
    '$id kills a mutant that no other section kills, or says why not',
    ({ id }) => {
      const scenario = musts.find((each) => each.id === id)!;
      expect(ownKills(matrix, scenario).length > 0).toBe(scenario.sharesKills === undefined);
    },
  );

  test('a device that finds everything right fails at least 60 % of the must-scenarios', () => {
    const failed = musts.filter(({ id }) => matrix.get(always)!.get(id) === 'fail');
    const answering = musts.filter(({ id }) => matrix.get(asked)!.has(id));
    process.stdout.write(
      `${always}: ${failed.length} must-scenarios failed of ${musts.length} (${asked} shows in ${answering.length})\n`,
    );
    expect(failed.length / musts.length).toBeGreaterThanOrEqual(0.6);
  });
}
