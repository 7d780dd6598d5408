import type { Scenario } from '../../../run/scenario.ts';
import commands from './commands.ts';
import erase from './erase.ts';
import get from './get.ts';
import go from './go.ts';
import protection from './protection.ts';
import readMemory from './read-memory.ts';
import special from './special.ts';
import start from './start.ts';
import writeMemory from './write-memory.ts';

/** What AN5927 says, command by command. */
export const i3cScenarios: readonly Scenario[] = [
  ...start,
  ...commands,
  ...get,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...erase,
  ...protection,
  ...special,
];
