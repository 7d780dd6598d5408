import { z } from 'zod';
import { ConformanceError } from '../errors.ts';
import { baselineOf, isExpected, withoutReason } from '../reports/baseline.ts';
import type { Baseline, Expectation } from '../reports/baseline.ts';
import { parsedAs } from '../reports/parsed-as.ts';
import { caseName } from '../run/run.ts';
import type { CaseResult } from '../run/run.ts';
import type { TargetReport } from './results.ts';
import { VERDICTS, isUnexpected } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';

/** The deviations expected of one device, by the names of its cases; fields are only added. */
export interface Expected {
  readonly format: 'vstm32-expected';
  readonly version: 1;
  readonly device: string;
  readonly bootloader: string;
  readonly cases: Baseline<Verdict>;
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
  const deviating = results.filter(deviates).map((result): [string, Expectation<Verdict>] => {
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
    if (isExpected(name, came, cases, isUnexpected)) return [];
    return [{ name, expected: cases[name]?.verdict ?? 'pass', came }];
  });
}

const expectedSchema: z.ZodType<Expected> = z.object({
  format: z.literal('vstm32-expected'),
  version: z.literal(1),
  device: z.string(),
  bootloader: z.string(),
  cases: baselineOf(VERDICTS),
});

/** Reads what is expected. @throws ConformanceError for another kind of text, and for deviations without a reason. */
export function parseExpected(text: string, from: string): Expected {
  const expected = parseBlessed(text, from);
  const silent = withoutReason(expected.cases);
  if (silent === undefined) return expected;
  throw new ConformanceError(`${from}: write the reason why ${silent} deviates`);
}

/** The same for a file that is to be blessed anew: reasons may still be missing. @throws ConformanceError */
export function parseBlessed(text: string, from: string): Expected {
  return parsedAs(expectedSchema, text, from, 'a file that vstm32 conform --bless wrote');
}

/** What is expected of one device says nothing of another. @throws ConformanceError */
export function checkSameDevice({ device, bootloader }: Expected, report: TargetReport): void {
  if (device === report.device && bootloader === report.bootloader) return;
  throw new ConformanceError(
    `what is expected is of ${device} with bootloader ${bootloader}, and ${report.target} is ${report.device} with ${report.bootloader}`,
  );
}

function deviates({ verdict }: CaseResult): boolean {
  return verdict !== 'pass' && verdict !== 'unsupported' && verdict !== 'skipped';
}
