/** What a user of the emulator did wrong or lacks, in one line that says what to do. */
export class EmulatorError extends Error {
  /** Exit code of the command line: 2 usage, 3 environment, 130 and 143 ended by SIGINT and SIGTERM. */
  readonly exitCode: 2 | 3 | 130 | 143;

  constructor(
    message: string,
    options: { exitCode?: EmulatorError['exitCode']; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EmulatorError';
    this.exitCode = options.exitCode ?? 2;
  }
}
