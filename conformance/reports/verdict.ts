/**
 * What a case came to: `pass`; `non-strict` an accepted deviation from a recommendation, or a limitation
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

/** Every verdict, mildest first. */
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

/** The most severe of some verdicts; `pass` for none. */
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

/** A run that has this verdict does not end with exit code 0. */
export function isUnexpected(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'error' || verdict === 'inconclusive';
}
