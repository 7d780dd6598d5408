import type { Scenario } from '../../../run/scenario.ts';
import connection from './connection.ts';
import erase from './erase.ts';
import get from './get.ts';
import go from './go.ts';
import readMemory from './read-memory.ts';
import settings from './settings.ts';
import speed from './speed.ts';
import writeMemory from './write-memory.ts';
import protection from './protection.ts';

/** The scenarios of AN3154 in the order of its sections. */
export const canScenarios: readonly Scenario[] = [
  ...connection,
  ...settings,
  ...get,
  ...speed,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...erase,
  ...protection,
];
