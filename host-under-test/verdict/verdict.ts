/**
 * What a tool did in one scenario: `silent-corruption` it claims success and the flash is wrong; `hang` it
 * had to be ended; `wrong-exit` its exit code says the contrary of what happened; `cause-not-named` it
 * failed as it should and does not say why; `gave-up` it failed and said so where success was wanted, and left
 * no harm; `damage` it failed, and flash is left as no accepted end leaves it; `inconclusive` it never met the
 * trouble; `non-strict` an accepted outcome that is not the best one; `unsupported` the tool does not offer the job, or not for this chip; `error` the judge itself failed.
 */
export type Verdict =
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

/** Every verdict, mildest first. */
export const VERDICTS: readonly Verdict[] = [
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

/** The most severe of some verdicts; `pass` for none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let found: Verdict = 'pass';
  for (const verdict of verdicts) {
    if (VERDICTS.indexOf(verdict) > VERDICTS.indexOf(found)) found = verdict;
  }
  return found;
}

/** A run in which this verdict was not foreseen does not end with exit code 0. */
export function isFinding(verdict: Verdict): boolean {
  return VERDICTS.indexOf(verdict) > VERDICTS.indexOf('non-strict');
}
