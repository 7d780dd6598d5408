import type { AnyCommand } from './command.ts';
import { conform } from './conform.ts';

/** The conformance suite's part of the command line. */
export const commands: readonly AnyCommand[] = [conform];
