import { identify } from '../run/identify.ts';
import type { Part } from '../part/part.ts';
import { casesOf, caseName, isCaseOf, runCase } from '../run/run.ts';
import { sectionOf } from '../run/scenario.ts';
import type { Scenario } from '../run/scenario.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { VERDICTS } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';
import { partOfMutant } from './index.ts';
import type { Mutant } from './kit.ts';

/** Scenarios that tell each mutant from the right device, with the worst verdict they gave it. */
export type KillMatrix = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

interface Right {
  readonly part: Part;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Runs every scenario of its protocol in its first and last state on every mutant, and on the right device it is made of. */
export async function killMatrix(
  mutants: readonly Mutant[],
  scenarios: readonly Scenario[],
  options: { readonly seed: number; readonly inputs: number },
): Promise<KillMatrix> {
  const every = casesOf(
    scenarios.map((each) => ({
      ...each,
      entries: [...new Set([each.entries[0]!, each.entries.at(-1)!])],
    })),
  );
  const known = new Map<string, Right>();
  const matrix = new Map<string, ReadonlyMap<string, Verdict>>();
  for (const mutant of mutants) {
    const cases = every.filter((each) => isCaseOf(each, mutant.interface));
    const madeOf = `${mutant.interface} ${mutant.part}`;
    const right = known.get(madeOf) ?? (await examineRight(mutant, cases, options));
    known.set(madeOf, right);
    const target = new EmulatedTarget(right.part, mutant);
    const kills = new Map<string, Verdict>();
    for (const each of cases) {
      const result = await runCase(target, each, options);
      if (!tells(result.verdict, right.verdicts.get(caseName(result))!)) continue;
      const before = kills.get(result.id);
      if (before === undefined || rank(result.verdict) > rank(before)) {
        kills.set(result.id, result.verdict);
      }
    }
    matrix.set(mutant.name, kills);
  }
  return matrix;
}

async function examineRight(
  mutant: Mutant,
  cases: ReturnType<typeof casesOf>,
  options: { readonly seed: number; readonly inputs: number },
): Promise<Right> {
  const target = new EmulatedTarget(partOfMutant(mutant));
  await identify(target);
  const verdicts = new Map<string, Verdict>();
  for (const each of cases) {
    const result = await runCase(target, each, options);
    verdicts.set(caseName(result), result.verdict);
  }
  return { part: target.part, verdicts };
}

/** Mutants that a scenario fails and that no scenario of another section fails. */
export function ownKills(matrix: KillMatrix, scenario: Scenario): readonly string[] {
  const section = sectionOf(scenario.id);
  return [...matrix].flatMap(([name, kills]) => {
    // what every protocol offers says again what the sections of its note say
    const elsewhere = [...kills].some(
      ([id, verdict]) => verdict === 'fail' && ![section, 'common'].includes(sectionOf(id)),
    );
    return kills.get(scenario.id) === 'fail' && !elsewhere ? [name] : [];
  });
}

/** A verdict that says that something is wrong, and that the right device did not get. */
function tells(verdict: Verdict, right: Verdict): boolean {
  return ['fail', 'non-strict', 'informational'].includes(verdict) && verdict !== right;
}

function rank(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}
