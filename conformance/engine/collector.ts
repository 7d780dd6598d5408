import type {
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
  TestRunEndReason,
} from 'vitest/node';
import type { About } from '../results/results.ts';
import type { CaseResult } from '../run/run.ts';
import type { NotOpened } from './assignment.ts';

/** Hears of a case that ended. */
export type Heard = (result: CaseResult) => void;

/** What was collected of one target. */
export interface Collected {
  about?: About;
  notOpened?: NotOpened;
  insane?: string;
  /** Wall time until its last case ended, in ms. */
  tookMs: number;
  /** In the order in which they ended. */
  readonly results: CaseResult[];
}

/** vitest's reporter: takes what the workers say of each case out of the metadata of its test. */
export class Collector implements Reporter {
  /** In the order of the assignments. */
  readonly targets: readonly Collected[];
  /** The run was broken off. */
  interrupted = false;
  /** What went wrong outside of a case: the suite itself is at fault. */
  fault: Error | undefined;
  heard: Heard | undefined;
  readonly #began = performance.now();

  constructor(count: number) {
    this.targets = Array.from({ length: count }, () => ({ tookMs: 0, results: [] }));
  }

  onTestCaseResult(test: TestCase): void {
    const { told, notOpened } = test.meta();
    if (notOpened !== undefined) this.targets[notOpened.at]!.notOpened ??= notOpened;
    if (told === undefined) return;
    const target = this.targets[told.at]!;
    target.about ??= told.about;
    target.tookMs = Math.round(performance.now() - this.#began);
    if (told.insane !== undefined) target.insane ??= told.insane;
    target.results.push(...told.results);
    for (const result of told.results) this.heard?.(result);
  }

  onUserConsoleLog({ content }: { readonly content: string }): void {
    process.stderr.write(content); // standard output may be a report
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    this.interrupted = reason === 'interrupted';
    const [fault] = [...unhandled, ...modules.flatMap((each) => each.errors())];
    if (fault !== undefined && !this.interrupted) {
      this.fault = new Error(fault.message, { cause: fault });
    }
  }
}
