import { identify } from '../run/identify.ts';
import type { Part } from '../part/part.ts';
import { casesOf, caseName, isCaseOf, nameOf, runCase } from '../run/run.ts';
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
  /** Mutants that every scenario is run on; the others are let go when nothing more is to be learnt of them. */
  readonly whole?: readonly string[];
}

/**
 * Runs the scenarios of its protocol in their first and last state on every mutant, and on the right device it is
 * made of. A section that fails a mutant is run to its end; the others are only where one of its scenarios has no
 * mutant of its own yet, or says that it has none, and until one of them fails it too.
 */
export async function killMatrix(
  mutants: readonly Mutant[],
  scenarios: readonly Scenario[],
  options: MatrixOptions,
): Promise<KillMatrix> {
  const inState = (state: 0 | -1): readonly Case[] =>
    inTurns(casesOf(scenarios.map((each) => ({ ...each, entries: [each.entries.at(state)!] }))));
  const every = [
    ...new Map([...inState(0), ...inState(-1)].map((each) => [nameOf(each), each])).values(),
  ];
  const known = new Map<string, Right>();
  const matrix = new Map<string, ReadonlyMap<string, Verdict>>();
  const settled = new Set<string>();
  for (const mutant of mutants) {
    const cases = every.filter((each) => isCaseOf(each, mutant.interface));
    const madeOf = `${mutant.interface} ${mutant.part}`;
    const right = known.get(madeOf) ?? (await examineRight(mutant, cases, options));
    known.set(madeOf, right);
    const target = new EmulatedTarget(right.part, mutant);
    const kills = new Map<string, Verdict>();
    const failed = new Set<string>();
    const asked = new Set<Case>();
    const ask = async (some: readonly Case[], enough: () => boolean): Promise<void> => {
      for (const each of some) {
        if (enough()) return;
        if (asked.has(each)) continue;
        asked.add(each);
        const result = await runCase(target, each, { ...options, endOnFailure: true });
        if (!tells(result.verdict, right.verdicts.get(caseName(result))!)) continue;
        const before = kills.get(result.id);
        if (before === undefined || rank(result.verdict) > rank(before)) {
          kills.set(result.id, result.verdict);
        }
        if (result.verdict === 'fail' && sectionOf(result.id) !== COMMON) {
          failed.add(sectionOf(result.id));
        }
      }
    };
    const never = (): boolean => false;
    if (options.whole?.includes(mutant.name) === true) await ask(cases, never);
    await ask(cases, () => failed.size > 0);
    await ask(
      cases.filter(({ scenario }) => failed.has(sectionOf(scenario.id))),
      never,
    );
    const open = scenarios.some(
      ({ id, sharesKills }) =>
        kills.get(id) === 'fail' && (sharesKills !== undefined || !settled.has(id)),
    );
    if (open) await ask(cases, () => failed.size > 1);
    if (failed.size === 1)
      for (const [id, verdict] of kills) if (verdict === 'fail') settled.add(id);
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
