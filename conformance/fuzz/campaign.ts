import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { verdictOf } from '../run/attempt.ts';
import type { MemoryDiffers } from '../reports/memory.ts';
import type { Attempt } from '../run/attempt.ts';
import { text } from '../hex.ts';
import type { Target } from '../run/target.ts';
import type { Finding } from '../reports/verdict.ts';
import { byteSessions } from './bytes.ts';
import { moveSessions } from './move.ts';
import { playSession } from './play.ts';
import { shapeOf } from './session.ts';
import type { Session } from './session.ts';
import { smallest } from './smallest.ts';

/** What sessions are made of: moves that a model judges, or bare bytes. */
export type Kind = 'moves' | 'bytes';

/** What is played: batch `n`, counted from 0, has the seed `seed + n` and the kind `n` modulo their number. */
export interface Plan {
  readonly seed: number;
  /** Sessions of a batch. */
  readonly batch: number;
  readonly kinds: readonly Kind[];
}

/** A session that failed, in its smallest form. */
export interface Failure {
  readonly session: Session;
  readonly finding: Finding;
  readonly transcript: Attempt['transcript'];
  /** Memory that was not left as it should be. */
  readonly memory?: MemoryDiffers;
  /** Seed of the batch in which it was found. */
  readonly seed: number;
}

/** What came of a batch: plain JSON. */
export interface BatchResult {
  /** Which batch it is. */
  readonly batch: number;
  readonly sessions: number;
  readonly failure?: Failure;
  /** How often each step was sent in each state of the dialogue. */
  readonly coverage: readonly Seen[];
  /** Why nothing more can be played: a board's budget is used up, or it is gone. */
  readonly over?: string;
}

/** A step that was sent so often while the device waited for something. */
export interface Seen {
  readonly state: string;
  readonly event: string;
  readonly count: number;
}

/** Plays one batch; `stop` is asked before each session. */
export async function playBatch(
  target: Target,
  plan: Plan,
  batch: number,
  stop: () => boolean,
): Promise<BatchResult> {
  const seed = plan.seed + batch;
  const isBoard = target.refuses !== undefined; // every session of an emulated one begins with a new chip
  const coverage = new Map<string, Seen>();
  let sessions = 0;
  let over: string | undefined;
  const property = fc.asyncProperty(sessionsOf(target, plan, batch), async (session: Session) => {
    await turn(); // Ctrl-C and the end of the parent are heard between two sessions
    if (over !== undefined || stop()) return true; // also what ends the shrinking
    const done = await playSession(target, session);
    if (done.answered.verdict === 'skipped') {
      over = done.answered.says;
      return true;
    }
    if (done.dead && isBoard) over = 'it answers nothing any more, even after a restart';
    sessions++;
    see(done, coverage);
    return verdictOf(done) !== 'fail';
  });
  const details = await fc.check(property, { seed, numRuns: plan.batch });
  const { errorInstance, counterexample } = details;
  if (errorInstance instanceof Error && !isRefusal(errorInstance)) throw errorInstance;
  const shrunk = counterexample?.[0];
  const result = {
    batch,
    sessions,
    coverage: [...coverage.values()],
    ...(over === undefined ? {} : { over }),
  };
  if (shrunk === undefined) return result;
  const fails = async (less: Session): Promise<boolean> => {
    await turn();
    return !stop() && verdictOf(await playSession(target, less)) === 'fail';
  };
  const session = await smallest(shrunk, fails);
  const { answered, left, transcript, memory } = await playSession(target, session);
  const finding = answered.verdict === 'fail' ? answered : left;
  const shown = memory === undefined ? {} : { memory };
  return { ...result, failure: { session, finding, transcript, seed, ...shown } };
}

function sessionsOf(target: Target, { kinds }: Plan, batch: number): fc.Arbitrary<Session> {
  if (kinds[batch % kinds.length] === 'bytes') return byteSessions(target.part);
  const emulated = target.refuses === undefined; // a board's power cannot be cut, and protection might stay
  return moveSessions(target.part, { cuts: emulated, protection: emulated });
}

/** Where the device does not show what it waits for, its last answer stands for that. */
function see({ transcript }: Attempt, coverage: Map<string, Seen>): void {
  let last = 'nothing heard';
  for (const { state = last, name, got } of transcript) {
    const event = name
      .replace(/ ?(0x[0-9a-f]+|\d+)\b/g, ' #')
      .replace(/( #)+/g, ' #')
      .trim();
    const key = `${state}\t${event}`;
    coverage.set(key, { state, event, count: (coverage.get(key)?.count ?? 0) + 1 });
    last = `after ${text(got.length > 2 ? got.slice(0, 1).concat(-1) : got)}`;
  }
}

/** fast-check's own words for a property that returned false. */
function isRefusal(error: Error): boolean {
  return error.message === 'Property failed by returning false';
}

/** What a campaign came to. */
export interface Campaign {
  readonly sessions: number;
  /** Failures that differ in the shape of their smallest form, first found first. */
  readonly failures: readonly Failure[];
  readonly coverage: readonly Seen[];
  /** Why it ended early. */
  readonly over?: string;
}

/** Batches as one campaign: the same whatever their order was. */
export function campaignOf(batches: readonly BatchResult[]): Campaign {
  const failures = new Map<string, Failure>();
  const coverage = new Map<string, Seen>();
  const ordered = batches.toSorted((one, other) => one.batch - other.batch);
  for (const { failure, coverage: seen } of ordered) {
    if (failure !== undefined) {
      const shape = shapeOf(failure.session);
      if (!failures.has(shape)) failures.set(shape, failure);
    }
    for (const each of seen) {
      const key = `${each.state}\t${each.event}`;
      coverage.set(key, { ...each, count: (coverage.get(key)?.count ?? 0) + each.count });
    }
  }
  const over = ordered.find((each) => each.over !== undefined)?.over;
  return {
    sessions: ordered.reduce((sum, each) => sum + each.sessions, 0),
    failures: [...failures.values()],
    coverage: [...coverage.values()],
    ...(over === undefined ? {} : { over }),
  };
}
