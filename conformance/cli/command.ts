import type { CommandModule } from 'yargs';

/** One command of the command line. */
export type Command<Arguments> = CommandModule<object, Arguments>;

/** A command whose arguments only it knows. */
// oxlint-disable-next-line typescript/no-explicit-any -- yargs hands each command what it declared
export type AnyCommand = Command<any>;
