import type { Held } from '../chip/option-bytes.ts';
import type { Happening } from '../trace.ts';
import { canQuirks } from './can-quirks.ts';
import { dfuQuirks } from './dfu-quirks.ts';
import { i2cQuirks } from './i2c-quirks.ts';
import { memoryQuirks } from './memory-quirks.ts';
import type { Replace } from './replace.ts';
import type { At, Wire } from './wire.ts';

/**
 * Quirks that change when or whether the bootloader answers, and what it does to memory, as
 * replacements by name; the others are read where they act.
 */
export function quirkReplacements(
  emit: (happening: Happening) => void,
): Readonly<Record<string, Replace>> {
  return {
    'two-nacks': onUsart(twoNacks),
    'two-nacks-at-length': onUsart(twoNacksAtLength),
    'missing-nack': onUsart((wire) => missingNack(wire, emit)),
    'two-acks-at-connect': onUsart(twoAcksAtConnect),
    ...memoryQuirks(emit),
    ...canQuirks(emit),
    ...dfuQuirks(emit),
    ...i2cQuirks,
  };
}

/** AN2606 prints these limitations of the USART interface. */
function onUsart(wire: (wire: Wire) => Wire): Replace {
  return { wire: (inner, { bus }) => (bus === 'USART' ? wire(inner) : inner) };
}

/** What of the option bytes a ROM with these quirks cannot change. */
export function heldOptions(quirk: (name: string) => boolean): Held {
  const pcrop = quirk('pcrop-options-not-writable');
  const secure = quirk('rdp-and-secure-options-need-two-writes');
  const isSecure = (name: string): boolean =>
    name === 'TZEN' || name === 'BOOT_LOCK' || name.startsWith('SEC');
  return (name, rdp) => (pcrop && name.startsWith('PCROP')) || (secure && rdp && isSecure(name));
}

const READ_OR_WRITE = new Set<At['command']>(['read-memory', 'write-memory']);

/** The dispatcher refuses, and so does the routine it calls. */
function twoNacks(wire: Wire): Wire {
  return {
    ...wire,
    *refuse(why, at) {
      yield* wire.refuse(why, at);
      if (why.refused === 'protected' && READ_OR_WRITE.has(at.command)) yield* wire.refuse(why, at);
    },
  };
}

/** As `twoNacks`, of a Read that is refused at the length. */
function twoNacksAtLength(wire: Wire): Wire {
  return {
    ...wire,
    *refuse(why, at) {
      yield* wire.refuse(why, at);
      if (why.refused === 'no-memory' && at.step === 'length') yield* wire.refuse(why, at);
    },
  };
}

/** An invalid address with a right checksum ends the command without an answer; what follows is taken as commands. */
function missingNack(wire: Wire, emit: (happening: Happening) => void): Wire {
  return {
    ...wire,
    *refuse(why, at) {
      if (why.refused === 'no-memory' && at.step === 'address' && READ_OR_WRITE.has(at.command)) {
        const what = `NACK of ${at.command}`;
        emit({ kind: 'dropped', what, why: `a limitation of this version (${why.refused})` });
        return;
      }
      yield* wire.refuse(why, at);
    },
  };
}

function twoAcksAtConnect(wire: Wire): Wire {
  return {
    ...wire,
    *select() {
      yield* wire.select();
      yield* wire.accept();
    },
  };
}
