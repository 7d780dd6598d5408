import { identify } from '../run/identify.ts';
import { aboutOf, targetReport } from '../results/results.ts';
import type { TargetReport } from '../results/results.ts';
import { runCase } from '../run/run.ts';
import type { Case, CaseResult, RunOptions } from '../run/run.ts';
import type { Target } from '../run/target.ts';

/** What some cases come to on a target in memory, for tests of what is made of that. */
export async function examined(
  target: Target,
  cases: readonly Case[],
  options: RunOptions,
): Promise<TargetReport> {
  await identify(target);
  const results: CaseResult[] = [];
  for (const each of cases) results.push(await runCase(target, each, options));
  return targetReport(aboutOf(target), options, results, { tookMs: 0 });
}
