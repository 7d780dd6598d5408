import type { Scenario } from '../../../run/scenario.ts';
import commands from './commands.ts';
import connection from './connection.ts';
import erase from './erase.ts';
import get from './get.ts';
import getChecksum from './get-checksum.ts';
import go from './go.ts';
import readMemory from './read-memory.ts';
import special from './special.ts';
import timeOuts from './time-outs.ts';
import writeMemory from './write-memory.ts';
import protection from './protection.ts';

/** What AN4221 says, command by command; both forms of a command stand together. */
export const i2cScenarios: readonly Scenario[] = [
  ...connection,
  ...timeOuts,
  ...commands,
  ...get,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...erase,
  ...protection,
  ...getChecksum,
  ...special,
];
