import type { CommandName, CommandsOf } from '../../part/commands.ts';

/** AN3154 table 2. */
const ALL: readonly CommandName[] = [
  'get',
  'get-version',
  'get-id',
  'speed',
  'read-memory',
  'go',
  'write-memory',
  'erase',
  'write-protect',
  'write-unprotect',
  'readout-protect',
  'readout-unprotect',
];

/** The same in every version. */
export const canCommands: CommandsOf = () => ALL;
