import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import { beforeAll, expect, test } from 'vitest';
import type { Protocol } from '../interfaces/protocol.ts';
import { protocolNamed } from '../interfaces/index.ts';
import { sectionOf } from '../run/scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { mutants } from './index.ts';
import { killMatrix, ownKills } from './matrix.ts';
import type { KillMatrix } from './matrix.ts';
import { isDeviation } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';

/** Mutants of a protocol that accept and refuse in the wrong place: by them it is told who was asked. */
interface Telling {
  readonly always: string;
  readonly asked: string;
}

/**
 * Makes the tests that `conform` fails every mutant of a protocol, and that every scenario is needed.
 * `milder` are the mutants that only get a milder verdict, each with the reason why no more can be said
 * of what they do.
 */
export function killAll(
  { name, interface: over }: Protocol,
  { always, asked }: Telling,
  milder: Readonly<Record<string, string>> = {},
): void {
  const own = scenarios.filter(({ id }) => protocolNamed(id)?.name === name);
  const wrong = mutants.filter((each) => (each.interface ?? DEFAULT_INTERFACE) === over);
  // what every protocol offers says again what the sections of the note say
  const musts = own.filter(({ id, strength }) => strength === 'must' && sectionOf(id) !== 'common');
  let matrix: KillMatrix = new Map();

  beforeAll(async () => {
    matrix = await killMatrix(wrong, own, { seed: 1, inputs: 2, whole: [always, asked] });
  }, 1_800_000);

  const verdictsOf = (mutant: string): readonly Verdict[] => [...matrix.get(mutant)!.values()];
  const failing = wrong.filter((each) => milder[each.name] === undefined);

  test.each(failing.map((each) => ({ mutant: each.name, wrong: each.wrong })))(
    '$mutant fails: $wrong',
    ({ mutant }) => {
      expect(verdictsOf(mutant)).toContain('fail');
    },
  );

  test.each(Object.entries(milder).map(([mutant, why]) => ({ mutant, why })))(
    '$mutant gets no worse than a milder verdict: $why',
    ({ mutant }) => {
      const verdicts = verdictsOf(mutant);
      expect(verdicts.length).toBeGreaterThan(0);
      expect(verdicts.filter((each) => !isDeviation(each))).toEqual([]);
    },
  );

  test('the score is all of them', () => {
    const counts = { fail: 0, milder: 0, none: 0 };
    for (const { name: mutant } of wrong) {
      const verdicts = verdictsOf(mutant);
      counts[verdicts.includes('fail') ? 'fail' : verdicts.length > 0 ? 'milder' : 'none']++;
    }
    process.stdout.write(
      `mutants of ${name}: ${counts.fail} of ${wrong.length} end with fail, ${counts.milder} with a milder verdict, ${counts.none} with none\n`,
    );
    expect(counts.none).toBe(0);
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
