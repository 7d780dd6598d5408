/** What a user of the suite did wrong or lacks, in one line that says what to do. */
export class ConformanceError extends Error {
  /** Exit code of the command line: 2 usage, 3 environment. */
  readonly exitCode: 2 | 3;

  constructor(message: string, options: { exitCode?: 2 | 3; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConformanceError';
    this.exitCode = options.exitCode ?? 2;
  }
}

/** A file or folder that the system refuses, with the system's reason; `done` is what it cannot be. */
export function fileError(path: string, done: string, cause: unknown): ConformanceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ConformanceError(`${path} cannot be ${done}: ${why}`, { exitCode: 3, cause });
}
