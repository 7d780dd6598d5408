import * as fc from 'fast-check';
import { entrySetUp, entrySteps } from './entry.ts';
import { hear, send } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Part } from './part.ts';
import { caseName } from './run.ts';
import type { Case } from './run.ts';
import type { Script, Step } from './script.ts';
import type { Target } from './target.ts';
import type { Strength } from './verdict.ts';

/** One case on two targets with byte-identical stimuli; fields are only added. */
export interface Comparison {
  readonly name: string;
  readonly requirement: string;
  readonly strength: Strength;
  /** The first difference in words; undefined when there is none. */
  readonly difference?: string;
  readonly one: readonly Exchange[];
  readonly other: readonly Exchange[];
}

/** How alike two targets are. */
export interface Fidelity {
  readonly comparisons: readonly Comparison[];
  /** Cases that one of the two cannot be asked. */
  readonly notAsked: readonly string[];
}

/** Runs what both can be asked on both. The stimuli are made for one, the first if it fits, and played to both as they are. */
export async function compare(
  one: Target,
  other: Target,
  cases: readonly Case[],
  options: { readonly seed: number; readonly inputs: number },
): Promise<Fidelity> {
  const comparisons: Comparison[] = [];
  const notAsked: string[] = [];
  for (const each of cases) {
    const name = caseName({ id: each.scenario.id, entry: each.entry });
    const by = [one, other].find(({ part }) => each.scenario.unsupported?.(part) === undefined);
    if (by === undefined || !canAsk(one, each) || !canAsk(other, each)) notAsked.push(name);
    else {
      const scripts = scriptsOf(by.part, each, options);
      comparisons.push(await compareCase(one, other, each, name, scripts));
    }
  }
  return { comparisons, notAsked };
}

/** Matching cases of all, per strength and together. */
export function scores({ comparisons }: Fidelity): readonly {
  readonly of: Strength | 'all';
  readonly matching: number;
  readonly asked: number;
}[] {
  return (['must', 'should', 'observed', 'all'] as const).map((of) => {
    const asked = comparisons.filter((each) => of === 'all' || each.strength === of);
    const matching = asked.filter((each) => each.difference === undefined);
    return { of, matching: matching.length, asked: asked.length };
  });
}

function canAsk(target: Target, { scenario, entry }: Case): boolean {
  const { part } = target;
  return (
    scenario.commands?.every((command) => part.commands?.includes(command) === true) !== false &&
    entrySetUp(entry, part) !== undefined
  );
}

async function compareCase(
  one: Target,
  other: Target,
  each: Case,
  name: string,
  scripts: readonly Script[],
): Promise<Comparison> {
  const { requirement, strength } = each.scenario;
  let last: Omit<Comparison, 'name' | 'requirement' | 'strength'> = { one: [], other: [] };
  for (const script of scripts) {
    const steps = [...entrySteps(each.entry, one.part), ...script.steps];
    const [heard, answered] = [await play(one, each, steps), await play(other, each, steps)];
    last = { one: heard.exchanges, other: answered.exchanges };
    const difference = heard.differs(answered);
    if (difference !== undefined) return { name, requirement, strength, ...last, difference };
  }
  return { name, requirement, strength, ...last };
}

function scriptsOf(
  part: Part,
  { scenario }: Case,
  { seed, inputs }: { readonly seed: number; readonly inputs: number },
): readonly Script[] {
  const script = scenario.script(part);
  return 'steps' in script ? [script] : fc.sample(script, { seed, numRuns: inputs });
}

/** What a target did with the same bytes: every answer, and the memory that changed. */
class Played {
  readonly exchanges: readonly Exchange[];
  readonly #changed: string;

  constructor(exchanges: readonly Exchange[], changed: string) {
    this.exchanges = exchanges;
    this.#changed = changed;
  }

  differs(other: Played): string | undefined {
    for (const [at, { name, got }] of this.exchanges.entries()) {
      const theirs = other.exchanges[at]!.got;
      if (got.join() !== theirs.join()) return `the answer to ${name} differs`;
    }
    return this.#changed === other.#changed ? undefined : 'the memory left differs';
  }
}

async function play(
  target: Target,
  { scenario, entry }: Case,
  steps: readonly Step[],
): Promise<Played> {
  const { part } = target;
  const own = scenario.setUp?.(part) ?? {};
  const state = entrySetUp(entry, part) ?? {};
  const channel = await target.boot({ ...own, ...state });
  const exchanges: Exchange[] = [];
  for (const step of steps) {
    // nothing is judged here: whatever comes until the line is silent is the answer
    await send(channel, step);
    const got = await hear(channel, target);
    exchanges.push({ name: step.name, sent: step.send, got, accepted: [] });
  }
  const changed = (target.changed?.() ?? []).map(({ start, end }) => {
    const now = target.look?.(start, end - start) ?? [];
    return `${start}:${[...now].join()}`;
  });
  return new Played(exchanges, changed.join(';'));
}
