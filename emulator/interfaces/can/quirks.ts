import type { Happening } from '../../trace/trace.ts';
import { lost } from '../memory-quirks.ts';
import type { Replace } from '../replace.ts';

/** Quirks in what the bootloader does over CAN, as replacements by name. */
export function canQuirks(emit: (happening: Happening) => void): Readonly<Record<string, Replace>> {
  return {
    'can-write-unprotect-broken': {
      memory: (memory) => ({
        ...memory,
        writeUnprotect: () => lost(emit, 'write unprotect', 0, 0),
      }),
    },
  };
}
