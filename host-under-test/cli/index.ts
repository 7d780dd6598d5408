import type { CommandModule } from 'yargs';
import { judge } from './judge.ts';

/** The part of the command line that judges flashing tools. */
// oxlint-disable-next-line typescript/no-explicit-any -- yargs hands each command what it declared
export const commands: readonly CommandModule<object, any>[] = [judge];
