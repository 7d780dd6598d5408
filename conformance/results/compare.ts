import { setImmediate as turn } from 'node:timers/promises';
import type { Answer, Play } from '../record/play.ts';
import { hiding } from '../record/redacted.ts';
import type { Inputs, Side } from '../record/side.ts';
import { nameOf } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import type { Strength } from '../reports/verdict.ts';

/** One case on two devices with byte-identical stimuli; fields are only added. */
export interface Comparison {
  readonly name: string;
  readonly requirement: string;
  readonly strength: Strength;
  /** The first difference in words; undefined when there is none. */
  readonly difference?: string;
  /** Steps that took another order of magnitude; informational. */
  readonly timing: readonly string[];
  readonly one: readonly Answer[];
  readonly other: readonly Answer[];
}

/** How alike two devices are. */
export interface Fidelity {
  readonly comparisons: readonly Comparison[];
  /** Cases that one of the two cannot be asked. */
  readonly notAsked: readonly string[];
}

export interface CompareOptions extends Inputs {
  /** Ends the comparison behind the case that is played. */
  readonly signal?: AbortSignal;
  readonly heard?: (name: string) => void;
}

/** Plays what both can be asked to both. The stimuli are those of a recording, else made for one, the first if it fits. */
export async function compare(
  one: Side,
  other: Side,
  cases: readonly Case[],
  { signal, heard, ...inputs }: CompareOptions,
): Promise<Fidelity> {
  const comparisons: Comparison[] = [];
  const notAsked: string[] = [];
  for (const each of cases) {
    await turn(); // Ctrl-C is heard between two cases, in memory too
    if (signal?.aborted === true) break;
    const done = one.canAsk(each) && other.canAsk(each);
    const compared = done ? await compareCase(one, other, each, inputs) : undefined;
    if (compared === undefined) notAsked.push(nameOf(each));
    else comparisons.push(compared);
    heard?.(nameOf(each));
  }
  return { comparisons, notAsked };
}

/** Matching cases of all, per strength and together. */
export function scores({ comparisons }: Pick<Fidelity, 'comparisons'>): readonly {
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

async function compareCase(
  one: Side,
  other: Side,
  each: Case,
  inputs: Inputs,
): Promise<Comparison | undefined> {
  const { requirement, strength } = each.scenario;
  const [first, second] = other.recorded ? [other, one] : [one, other];
  const scripts = first.scripts(each, inputs) ?? second.scripts(each, inputs);
  if (scripts === undefined) return undefined;
  const timing = new Set<string>();
  let last: { one: readonly Answer[]; other: readonly Answer[] } | undefined;
  for (const [at, steps] of scripts.entries()) {
    const heard = await one.play(each, steps, at);
    const answered = await other.play(each, steps, at);
    if (heard === undefined || answered === undefined) return undefined;
    last = { one: heard.answers, other: answered.answers };
    for (const said of otherBands(heard, answered)) timing.add(said);
    const difference = differenceOf(heard, answered);
    const base = { name: nameOf(each), requirement, strength, timing: [...timing], ...last };
    if (difference !== undefined) return { ...base, difference };
  }
  if (last === undefined) return undefined;
  return { name: nameOf(each), requirement, strength, timing: [...timing], ...last };
}

function differenceOf(one: Play, other: Play): string | undefined {
  for (const [at, answer] of one.answers.entries()) {
    if (!isSameAnswer(answer, other.answers[at]!)) return `the answer to ${answer.name} differs`;
  }
  const same = JSON.stringify(one.changed) === JSON.stringify(other.changed);
  return same ? undefined : 'the memory left differs';
}

/** Where one is a recording that hides content, so much of the other is compared as can be. */
export function isSameAnswer(one: Answer, other: Answer): boolean {
  const hides = one.hidden !== undefined || other.hidden !== undefined;
  const [left, right] = hides ? [hiding(one), hiding(other)] : [one, other];
  const [here, there] = [left.hidden, right.hidden];
  return (
    left.got.join() === right.got.join() &&
    here?.length === there?.length &&
    here?.sha256 === there?.sha256
  );
}

/** Upper ends of the bands in which answer times are told, in ms: half an order of magnitude each. */
const BANDS = [3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000];

/** The band of an answer time, as `30-100 ms`. */
function bandOf(ms: number): string {
  const at = BANDS.findIndex((end) => ms < end);
  if (at === 0) return `under ${BANDS[0]!} ms`;
  return at < 0 ? `${BANDS.at(-1)!} ms or more` : `${BANDS[at - 1]!}-${BANDS[at]!} ms`;
}

/** Neighbouring bands are alike: an answer near the end of one may fall into the next. */
function otherBands(one: Play, other: Play): string[] {
  return one.answers.flatMap(({ name, ms }, at) => {
    const theirs = other.answers[at]?.ms;
    if (ms === undefined || theirs === undefined) return [];
    const ratio = Math.max(ms, theirs, BANDS[0]!) / Math.max(Math.min(ms, theirs), BANDS[0]!);
    return ratio > 10 ? [`${name}: ${bandOf(ms)}, ${bandOf(theirs)}`] : [];
  });
}
