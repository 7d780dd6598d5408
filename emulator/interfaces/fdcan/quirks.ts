import type { Happening } from '../../trace/trace.ts';
import type { Replace } from '../replace.ts';

const LIMITATION = 'a limitation of this version';

/** Quirks over FDCAN that change when or whether the bootloader answers, or what it stores, as replacements by name. */
export function fdcanQuirks(
  emit: (happening: Happening) => void,
): Readonly<Record<string, Replace>> {
  return {
    'fdcan-long-write-fails': {
      memory: (memory) => ({
        ...memory,
        write: (address, data) =>
          data.length > 63
            ? { refused: 'length', detail: `${data.length} bytes; this ROM takes 63` }
            : memory.write(address, data),
      }),
    },
    'fdcan-get-counts-13': {
      wire: (wire) => ({
        ...wire,
        *replyCounted(bytes) {
          for (const byte of [13, ...bytes]) yield* wire.reply(Uint8Array.of(byte));
        },
      }),
    },
    'fdcan-protected-read-silent': {
      wire: (wire) => ({
        ...wire,
        *refuse(why, at) {
          if (why.refused !== 'protected' || at.command !== 'read-memory') {
            return yield* wire.refuse(why, at);
          }
          emit({ kind: 'dropped', what: 'NACK of read-memory', why: LIMITATION });
        },
      }),
    },
  };
}
