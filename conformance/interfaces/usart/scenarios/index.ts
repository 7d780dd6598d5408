import type { Scenario } from '../../../run/scenario.ts';
import connection from './connection.ts';
import erase from './erase.ts';
import extendedErase from './extended-erase.ts';
import get from './get.ts';
import getChecksum from './get-checksum.ts';
import go from './go.ts';
import protection from './protection.ts';
import readMemory from './read-memory.ts';
import special from './special.ts';
import writeMemory from './write-memory.ts';

/** Every scenario of AN3155 in the order of its sections. */
export const usartScenarios: readonly Scenario[] = [
  ...connection,
  ...get,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...erase,
  ...extendedErase,
  ...protection,
  ...getChecksum,
  ...special,
];
