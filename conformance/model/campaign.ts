import * as fc from 'fast-check';
import { attempt, verdictOf } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import type { Target } from '../target.ts';
import type { Finding } from '../verdict.ts';
import { sessions } from './move.ts';
import type { Session } from './move.ts';
import { played } from './session-script.ts';

/** A session that failed, in its smallest form. */
export interface Failure {
  readonly session: Session;
  readonly finding: Finding;
  readonly transcript: Attempt['transcript'];
  /** Seed of the batch in which it was found. */
  readonly seed: number;
}

/** What a campaign came to. */
export interface Campaign {
  readonly sessions: number;
  /** Failures that differ in their smallest form. */
  readonly failures: readonly Failure[];
  /** How often each step was sent in each state of the dialogue: `waits for: sent`. */
  readonly coverage: ReadonlyMap<string, number>;
}

/** Plays one session; the model says what is right. */
export async function playSession(target: Target, session: Session): Promise<Attempt> {
  const { script, cutAt } = played(session, target.part);
  const setUp = cutAt === undefined ? {} : { cutAt };
  return attempt(target, { setUp: () => setUp, strength: 'must' }, 'reset', script);
}

/** Plays random sessions, a batch for each seed from `seed` on, until `enough` says so. */
export async function fuzz(
  target: Target,
  options: { readonly seed: number; readonly batch: number },
  enough: (done: number) => boolean,
): Promise<Campaign> {
  const failures = new Map<string, Failure>();
  const coverage = new Map<string, number>();
  let count = 0;
  for (let seed = options.seed; !enough(count); seed++) {
    const property = fc.asyncProperty(sessions(target.part), async (session) => {
      count++;
      const done = await playSession(target, session);
      for (const { state, name } of done.transcript) {
        const key = `${state ?? 'unknown'}: ${name.replace(/ ?(0x[0-9a-f]+|\d+)\b/g, ' #')}`;
        coverage.set(key, (coverage.get(key) ?? 0) + 1);
      }
      return verdictOf(done) !== 'fail';
    });
    const details = await fc.check(property, { seed, numRuns: options.batch });
    if (details.errorInstance instanceof Error && !isRefusal(details.errorInstance)) {
      throw details.errorInstance;
    }
    const [session] = details.counterexample ?? [];
    if (session === undefined) continue;
    const { answered, left, transcript } = await playSession(target, session);
    const finding = answered.verdict === 'fail' ? answered : left;
    const shape = session.moves.map((move) => move.do).join(' ');
    if (!failures.has(shape)) failures.set(shape, { session, finding, transcript, seed });
  }
  return { sessions: count, failures: [...failures.values()], coverage };
}

/** fast-check's own words for a property that returned false. */
function isRefusal(error: Error): boolean {
  return error.message === 'Property failed by returning false';
}
