import type { Happening } from '../trace.ts';
import { lost } from './memory-quirks.ts';
import type { Replace } from './replace.ts';

const LIMITATION = 'a limitation of this version';

/** Quirks over CAN and FDCAN that change when or whether the bootloader answers, or what it stores, as replacements by name. */
export function canQuirks(emit: (happening: Happening) => void): Readonly<Record<string, Replace>> {
  return {
    'can-write-unprotect-broken': {
      memory: (memory, { bus }) =>
        bus === 'CAN'
          ? { ...memory, writeUnprotect: () => lost(emit, 'write unprotect', 0, 0) }
          : memory,
    },
    'fdcan-long-write-fails': {
      memory: (memory, { bus }) => ({
        ...memory,
        write: (address, data) =>
          bus === 'FDCAN' && data.length > 63
            ? { refused: 'length', detail: `${data.length} bytes; this ROM takes 63` }
            : memory.write(address, data),
      }),
    },
    'fdcan-get-counts-13': {
      wire: (wire, { bus }) =>
        bus === 'FDCAN'
          ? {
              ...wire,
              *replyCounted(bytes) {
                for (const byte of [13, ...bytes]) yield* wire.reply(Uint8Array.of(byte));
              },
            }
          : wire,
    },
    'fdcan-protected-read-silent': {
      wire: (wire, { bus }) =>
        bus === 'FDCAN'
          ? {
              ...wire,
              *refuse(why, at) {
                if (why.refused !== 'protected' || at.command !== 'read-memory') {
                  return yield* wire.refuse(why, at);
                }
                emit({ kind: 'dropped', what: 'NACK of read-memory', why: LIMITATION });
              },
            }
          : wire,
    },
  };
}
