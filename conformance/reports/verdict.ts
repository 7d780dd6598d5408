/**
 * What a case came to on a device: `pass`; `non-strict` an accepted deviation from a recommendation, or a limitation
 * that ST prints; `informational` a harmless difference from what silicon was seen to do; `fail`;
 * `inconclusive` no judgement was possible; `unsupported` the device does not offer what the case needs;
 * `skipped` the run was not allowed to; `error` the suite itself is at fault.
 */
export type Verdict =
  | 'pass'
  | 'unsupported'
  | 'skipped'
  | 'informational'
  | 'non-strict'
  | 'inconclusive'
  | 'error'
  | 'fail';

/** Every verdict of devices, mildest first. */
export const VERDICTS: readonly Verdict[] = [
  'pass',
  'unsupported',
  'skipped',
  'informational',
  'non-strict',
  'inconclusive',
  'error',
  'fail',
];

/**
 * What a tool did in one scenario: `silent-corruption` it claims success and the flash is wrong; `hang` it
 * had to be ended; `wrong-exit` its exit code says the contrary of what happened; `cause-not-named` it
 * failed as it should and does not say why; `gave-up` it failed and said so where success was wanted, and left
 * no harm; `damage` it failed, and flash is left as no accepted end leaves it; `inconclusive` it never met the
 * trouble; `non-strict` an accepted outcome that is not the best one; `unsupported` the tool does not offer the
 * job, or not for this chip; `error` the judge itself failed.
 */
export type ToolVerdict =
  | 'pass'
  | 'unsupported'
  | 'non-strict'
  | 'inconclusive'
  | 'cause-not-named'
  | 'gave-up'
  | 'wrong-exit'
  | 'hang'
  | 'damage'
  | 'silent-corruption'
  | 'error';

/** Every verdict of tools, mildest first. */
export const TOOL_VERDICTS: readonly ToolVerdict[] = [
  'pass',
  'unsupported',
  'non-strict',
  'inconclusive',
  'cause-not-named',
  'gave-up',
  'wrong-exit',
  'hang',
  'damage',
  'silent-corruption',
  'error',
];

/** How much a requirement asks: the note demands it, the note recommends it, or silicon was seen to do it. */
export type Strength = 'must' | 'should' | 'observed';

/** A verdict with the sentence that gives its reason. */
export interface Finding {
  readonly verdict: Verdict;
  readonly says: string;
}

/** What it means that nothing acceptable was answered, by the strength of the requirement. */
export const MISMATCH: Readonly<Record<Strength, Verdict>> = {
  must: 'fail',
  should: 'non-strict',
  observed: 'informational',
};

/** The most severe of some verdicts of a device; `pass` for none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let found: Verdict = 'pass';
  for (const verdict of verdicts) {
    if (VERDICTS.indexOf(verdict) > VERDICTS.indexOf(found)) found = verdict;
  }
  return found;
}

/** The device does otherwise than was asked, and a run passes all the same unless it is strict. */
export function isDeviation(verdict: Verdict): boolean {
  return verdict === 'non-strict' || verdict === 'informational';
}

/** A run in which a device has this verdict does not end with exit code 0. */
export function isUnexpected(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'error' || verdict === 'inconclusive';
}

/** A run in which a tool has this verdict, and it was not foreseen, does not end with exit code 0. */
export function isToolFinding(verdict: ToolVerdict): boolean {
  return TOOL_VERDICTS.indexOf(verdict) > TOOL_VERDICTS.indexOf('non-strict');
}

/** Verdicts with how many have them. */
export function countVerdicts<V extends Verdict | ToolVerdict>(
  results: readonly { readonly verdict: V }[],
): ReadonlyMap<V, number> {
  const counts = new Map<V, number>();
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return counts;
}
