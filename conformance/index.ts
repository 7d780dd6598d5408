/** Reading what `vstm32 conform --json` wrote, from a program. */
export { ConformanceError } from './errors.ts';
export { readReport } from './results/read-report.ts';
export type { About, Report, TargetReport } from './results/results.ts';
export type { CaseResult } from './run/run.ts';
export { isUnexpected, VERDICTS } from './reports/verdict.ts';
export type { Strength, Verdict } from './reports/verdict.ts';
