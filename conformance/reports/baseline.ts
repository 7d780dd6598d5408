import { z } from 'zod';
import type { ToolVerdict, Verdict } from './verdict.ts';

/** What is expected of one case or scenario that does not simply pass. */
export interface Expectation<V extends Verdict | ToolVerdict> {
  readonly verdict: V;
  /** Why it deviates, with a link where there is one. */
  readonly reason: string;
  /** It passes at times. */
  readonly intermittent?: true;
}

/** The deviations that are known and accepted, by the names of cases or scenarios. */
export type Baseline<V extends Verdict | ToolVerdict> = Readonly<Record<string, Expectation<V>>>;

/** A baseline of these verdicts, as files hold it. */
export function baselineOf<V extends Verdict | ToolVerdict>(
  verdicts: readonly V[],
): z.ZodType<Baseline<V>> {
  return z.record(
    z.string(),
    z.object({
      verdict: z.enum(verdicts),
      reason: z.string(),
      intermittent: z.literal(true).exactOptional(),
    }),
  );
}

/** The first deviation that gives no reason; undefined where each has one. */
export function withoutReason(baseline: Baseline<Verdict | ToolVerdict>): string | undefined {
  return Object.keys(baseline).find((name) => baseline[name]!.reason === '');
}

/** A verdict that is as the baseline has it; of what it does not list, one that `isFinding` does not count. */
export function isExpected<V extends Verdict | ToolVerdict>(
  name: string,
  came: V,
  baseline: Baseline<V>,
  isFinding: (verdict: V) => boolean,
): boolean {
  const wanted = baseline[name];
  if (wanted === undefined) return !isFinding(came);
  return came === wanted.verdict || (wanted.intermittent === true && came === 'pass');
}
