import { identify } from '../run/identify.ts';
import type { Part } from '../part/part.ts';
import { casesOf, caseName, isCaseOf, runCase } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import { sectionOf } from '../run/scenario.ts';
import type { Scenario } from '../run/scenario.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { VERDICTS } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';
import { partOfMutant } from './index.ts';
import type { Mutant } from './kit.ts';

/** Scenarios that tell each mutant from the right device, with the worst verdict they gave it. */
export type KillMatrix = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

/** The section of what every protocol offers. */
const COMMON = 'common';

interface Right {
  readonly part: Part;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** How a matrix is made. */
interface MatrixOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Mutants of which every scenario is told; the others are let go when two sections have failed them. */
  readonly whole?: readonly string[];
}

/**
 * Runs every scenario of its protocol in its first and last state on every mutant, and on the right device it is made
 * of. A mutant that two sections fail is no section's own: what else tells it is not looked for.
 */
export async function killMatrix(
  mutants: readonly Mutant[],
  scenarios: readonly Scenario[],
  options: MatrixOptions,
): Promise<KillMatrix> {
  const every = inTurns(
    casesOf(
      scenarios.map((each) => ({
        ...each,
        entries: [...new Set([each.entries[0]!, each.entries.at(-1)!])],
      })),
    ),
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
    const failed = new Set<string>();
    for (const each of cases) {
      if (failed.size > 1 && options.whole?.includes(mutant.name) !== true) break;
      const result = await runCase(target, each, options);
      if (!tells(result.verdict, right.verdicts.get(caseName(result))!)) continue;
      const before = kills.get(result.id);
      if (before === undefined || rank(result.verdict) > rank(before)) {
        kills.set(result.id, result.verdict);
      }
      if (result.verdict === 'fail' && sectionOf(result.id) !== COMMON)
        failed.add(sectionOf(result.id));
    }
    matrix.set(mutant.name, kills);
  }
  return matrix;
}

async function examineRight(
  mutant: Mutant,
  cases: ReturnType<typeof casesOf>,
  options: MatrixOptions,
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
      ([id, verdict]) => verdict === 'fail' && ![section, COMMON].includes(sectionOf(id)),
    );
    return kills.get(scenario.id) === 'fail' && !elsewhere ? [name] : [];
  });
}

/** Cases of one section after those of another, so that two sections are soon asked. */
function inTurns(cases: readonly Case[]): readonly Case[] {
  const sectionsOf = new Map<string, Case[]>();
  for (const each of cases) {
    const section = sectionOf(each.scenario.id);
    sectionsOf.set(section, [...(sectionsOf.get(section) ?? []), each]);
  }
  const sections = [...sectionsOf.values()];
  const longest = Math.max(...sections.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    sections.flatMap((each) => each[at] ?? []),
  ).flat();
}

/** A verdict that says that something is wrong, and that the right device did not get. */
function tells(verdict: Verdict, right: Verdict): boolean {
  return ['fail', 'non-strict', 'informational'].includes(verdict) && verdict !== right;
}

function rank(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}
