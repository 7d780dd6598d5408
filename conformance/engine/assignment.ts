import type { CaseResult, RunOptions } from '../run/run.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { About } from '../results/results.ts';

/** A target to be examined, and how: plain JSON, handed over by vitest. */
export interface Assignment {
  readonly spec: TargetSpec;
  /** Names of the cases; default all. */
  readonly cases?: readonly string[];
  readonly options: RunOptions;
}

/** An assignment in the hands of a worker. */
export interface Assigned extends Assignment {
  /** Its place among those of the round. */
  readonly at: number;
}

/** What a worker says of the cases of a test. */
export interface Told {
  /** Place of the assignment among those of the round. */
  readonly at: number;
  readonly about: About;
  /** Of those that were run. */
  readonly results: readonly CaseResult[];
  /** Why the device could not be examined any further. */
  readonly insane?: string;
}

/** Why a target could not be opened. */
export interface NotOpened {
  /** Place of the assignment among those of the round. */
  readonly at: number;
  readonly says: string;
  readonly exitCode: 2 | 3;
}

declare module 'vitest' {
  interface ProvidedContext {
    assigned?: readonly Assigned[];
  }
  interface TaskMeta {
    told?: Told;
    notOpened?: NotOpened;
  }
}
