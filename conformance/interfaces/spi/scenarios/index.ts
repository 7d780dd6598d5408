import type { Scenario } from '../../../run/scenario.ts';
import connection from './connection.ts';
import erase from './erase.ts';
import frames from './frames.ts';
import getChecksum from './get-checksum.ts';
import get from './get.ts';
import go from './go.ts';
import readMemory from './read-memory.ts';
import special from './special.ts';
import writeMemory from './write-memory.ts';
import protection from './protection.ts';

/** Every scenario of AN4286 in the order of its sections. */
export const spiScenarios: readonly Scenario[] = [
  ...connection,
  ...frames,
  ...get,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...erase,
  ...protection,
  ...getChecksum,
  ...special,
];
