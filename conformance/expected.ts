import { ConformanceError } from './errors.ts';
import { caseName } from './run.ts';
import type { CaseResult } from './run.ts';
import type { TargetReport } from './results.ts';
import { isUnexpected } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** What is expected of one case that does not simply pass. */
export interface Expectation {
  readonly verdict: Verdict;
  /** Why it deviates; a run against an expectation without one is refused. */
  readonly reason: string;
  /** It passes at times. */
  readonly intermittent?: true;
}

/** The deviations expected of one device, by the names of its cases; fields are only added. */
export interface Expected {
  readonly format: 'vstm32-expected';
  readonly version: 1;
  readonly device: string;
  readonly bootloader: string;
  readonly cases: Readonly<Record<string, Expectation>>;
}

/** A case that came out otherwise than expected. */
export interface Surprise {
  readonly name: string;
  readonly expected: Verdict;
  readonly came: Verdict;
}

/** The deviations of a run as what is expected from now on; reasons given before are kept. */
export function bless(report: TargetReport, before?: Expected): Expected {
  const { device, bootloader, results } = report;
  const deviating = results.filter(deviates).map((result): [string, Expectation] => {
    const name = caseName(result);
    const old = before?.cases[name];
    const { verdict } = result;
    return [name, old?.verdict === verdict ? old : { verdict, reason: old?.reason ?? '' }];
  });
  const asked = new Set(results.map(caseName));
  const kept = Object.entries(before?.cases ?? {}).filter(([name]) => !asked.has(name));
  const cases = Object.fromEntries([...kept, ...deviating]);
  return { format: 'vstm32-expected', version: 1, device, bootloader, cases };
}

/** Cases that came out otherwise than expected; a pass where a deviation is expected is one of them. */
export function surprises({ results }: TargetReport, { cases }: Expected): readonly Surprise[] {
  return results.flatMap((result) => {
    const name = caseName(result);
    const came = result.verdict;
    const wanted = cases[name];
    if (wanted === undefined) {
      return isUnexpected(came) ? [{ name, expected: 'pass', came } as const] : [];
    }
    const fine = came === wanted.verdict || (wanted.intermittent === true && came === 'pass');
    return fine ? [] : [{ name, expected: wanted.verdict, came }];
  });
}

/** Reads what is expected. @throws ConformanceError for another kind of text, and for deviations without a reason. */
export function parseExpected(text: string, from: string): Expected {
  const expected = parsed(text);
  if (expected?.format !== 'vstm32-expected' || expected.version !== 1) {
    throw new ConformanceError(`${from} is not a file that vstm32 conform --bless wrote`);
  }
  const [silent] = Object.entries(expected.cases).find(([, { reason }]) => reason === '') ?? [];
  if (silent === undefined) return expected;
  throw new ConformanceError(`${from}: write the reason why ${silent} deviates`);
}

/** The same for a file that is to be blessed anew: reasons may still be missing. */
export function parsed(text: string): Expected | undefined {
  try {
    return JSON.parse(text) as Expected;
  } catch {
    return undefined;
  }
}

function deviates({ verdict }: CaseResult): boolean {
  return verdict !== 'pass' && verdict !== 'unsupported' && verdict !== 'skipped';
}
