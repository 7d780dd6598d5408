import type { Scenario } from '../scenario.ts';
import connection from './usart/connection.ts';
import erase from './usart/erase.ts';
import extendedErase from './usart/extended-erase.ts';
import get from './usart/get.ts';
import getChecksum from './usart/get-checksum.ts';
import go from './usart/go.ts';
import protection from './usart/protection.ts';
import readMemory from './usart/read-memory.ts';
import special from './usart/special.ts';
import writeMemory from './usart/write-memory.ts';

/** Every scenario, in the order of the note's sections. */
export const scenarios: readonly Scenario[] = [
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
