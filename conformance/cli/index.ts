import type { AnyCommand } from './command.ts';
import { compare } from './compare.ts';
import { conform } from './conform.ts';
import { fuzz } from './fuzz.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';

/** The conformance suite's part of the command line. */
export const commands: readonly AnyCommand[] = [conform, record, compare, fuzz, replay];
