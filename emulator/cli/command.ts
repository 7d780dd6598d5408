import type { CommandModule } from 'yargs';

/** One command of the command line. */
export interface Command<Arguments> extends CommandModule<object, Arguments> {
  /** Exit code for everything that vstm32 itself fails in, where 2 and 3 could be another program's. */
  readonly ownFailure?: number;
  /** What is wrong when it does not understand its arguments and there is no `--` among them. */
  readonly withoutDashes?: string;
}

/** A command whose arguments only it knows. */
// oxlint-disable-next-line typescript/no-explicit-any -- yargs hands each command what it declared
export type AnyCommand = Command<any>;
