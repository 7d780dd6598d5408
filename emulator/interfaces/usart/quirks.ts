import type { Happening } from '../../trace/trace.ts';
import type { At, Wire } from '../framed/wire.ts';
import type { Replace } from '../replace.ts';

/** Quirks over USART that change when or whether the bootloader answers, as replacements by name. */
export function usartQuirks(
  emit: (happening: Happening) => void,
): Readonly<Record<string, Replace>> {
  return {
    'two-nacks': { wire: twoNacks },
    'two-nacks-at-length': { wire: twoNacksAtLength },
    'missing-nack': { wire: (wire) => missingNack(wire, emit) },
    'two-acks-at-connect': { wire: twoAcksAtConnect },
  };
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
