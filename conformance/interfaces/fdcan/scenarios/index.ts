import type { Scenario } from '../../../run/scenario.ts';
import eraseMemory from './erase-memory.ts';
import get from './get.ts';
import go from './go.ts';
import readMemory from './read-memory.ts';
import settings from './settings.ts';
import special from './special.ts';
import start from './start.ts';
import writeMemory from './write-memory.ts';
import protection from './protection.ts';

/** The scenarios of AN5405 in the order of its sections. */
export const fdcanScenarios: readonly Scenario[] = [
  ...start,
  ...settings,
  ...get,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...eraseMemory,
  ...protection,
  ...special,
];
