import type { Operation, OperationName } from '../../chip/operation.ts';
import type { Happening } from '../../trace/trace.ts';
import type { Memory, Rom } from '../../bootloader/rom.ts';

/** Bytes of a double-word. */
const DOUBLE_WORD = 8;

const ERASES: ReadonlySet<OperationName> = new Set(['erase', 'bank erase', 'mass erase']);

/** How MISO is driven while the chip works. */
export type MisoWhileBusy = 'busy' | 'last-byte';

/** AN4286 §2.8, note: with the CPU stalled by the flash, a circular DMA sends the last byte again, which was an ACK. */
export function misoWhileBusy(operation: Operation, { quirk }: Rom): MisoWhileBusy {
  const erases = ERASES.has(operation.name);
  const early = erases && quirk('spi-erase-acknowledged-early');
  return early || quirk('spi-last-byte-repeated') ? 'last-byte' : 'busy';
}

/**
 * Memory in which a host that goes on clocking while a write is programmed leaves double-words of it
 * blank (AN2606, limitations of L47x V9.2, whose workaround is to wait that long). How many is not
 * printed: here each has one chance in eight. `chance` is a number from -1 to 1, another each time.
 */
export function leavingBlanks(
  memory: Memory,
  { device }: Rom,
  {
    clocked,
    chance,
    emit,
  }: { clocked: () => boolean; chance: () => number; emit: (happening: Happening) => void },
): Memory {
  const write: Memory['write'] = (address, data) => {
    const whole = memory.write(address, data);
    if ('refused' in whole || memory.regionAt(address)?.kind !== 'main-flash') return whole;
    const holed = data.slice();
    for (let at = 0; at < holed.length; at += DOUBLE_WORD) {
      if (chance() > 0.75) holed.fill(device.flash.eraseValue, at, at + DOUBLE_WORD);
    }
    const gappy = memory.write(address, holed);
    if ('refused' in gappy) return gappy;
    const { length } = data;
    return {
      ...whole,
      commit() {
        if (!clocked()) return whole.commit();
        gappy.commit();
        const why = 'the host clocked while it was programmed';
        emit({ kind: 'lost', operation: 'program', address, length, why });
      },
    };
  };
  return { ...memory, write };
}
