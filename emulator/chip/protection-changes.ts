import type { OptionBytes as OptionTable } from '../../families/index.ts';
import type { Trace } from '../trace/trace.ts';
import type { FlashArray } from './flash.ts';
import { immediate, inSequence } from './operation.ts';
import type { Operation, Refused } from './operation.ts';
import type { OptionBytes } from './option-bytes.ts';
import { rdpByte } from './protection.ts';
import type { RdpLevel } from './protection.ts';
import { codesPassedOver, writeProtectFields, writeUnprotectFields } from './write-protection.ts';

/** What changes of the protection ask of the rest of the chip. */
export interface ProtectionSurroundings {
  /** The loaded level of the readout protection. */
  readonly level: () => RdpLevel;
  /** What a step down of it wipes. */
  readonly flash: FlashArray;
  /** Data EEPROM, and RAM where `ram` says so. */
  readonly clear: (ram: boolean) => void;
  readonly trace: Trace;
}

/**
 * Every change of the option bytes, and what is erased with it; effective at the next reset. At level 2,
 * and in a product state that is final, none is made, whoever asks (RM0090 §3.7.3).
 */
export class ProtectionChanges {
  readonly #table: OptionTable | undefined;
  readonly #options: OptionBytes | undefined;
  readonly #around: ProtectionSurroundings;

  constructor(
    table: OptionTable | undefined,
    options: OptionBytes | undefined,
    around: ProtectionSurroundings,
  ) {
    this.#table = table;
    this.#options = options;
    this.#around = around;
  }

  /** Sets level 1 (AN3155 §3.11). */
  readoutProtect(): Operation | Refused {
    const rdp = this.#table?.rdp;
    if (rdp === undefined) return { refused: 'unsupported', detail: 'no readout protection' };
    return this.changeOptions({ [rdp.field]: rdp.written });
  }

  /** Back to level 0: flash is erased and RAM cleared before the RDP byte changes (AN3155 §3.12). */
  readoutUnprotect(clearRam: boolean, clearPcrop: boolean): Operation | Refused {
    const table = this.#table;
    if (table?.rdp === undefined) {
      return { refused: 'unsupported', detail: 'no readout protection' };
    }
    const rule = table.writeProtection;
    const pcrop = rule?.kind === 'bits' ? rule.pcropField : undefined;
    const open =
      pcrop === undefined || !clearPcrop ? {} : { [pcrop]: 0, ...writeUnprotectFields(table) };
    return this.regress({ ...open, [table.rdp.field]: rdpByte(table.rdp, 0)! }, clearRam);
  }

  /** A step down of the readout protection: main flash is erased before the fields change. */
  regress(fields: Readonly<Record<string, number>>, clearRam: boolean): Operation | Refused {
    const change = this.changeOptions(fields);
    if ('refused' in change) return change;
    const { flash, clear } = this.#around;
    return inSequence('readout unprotect', [
      flash.regressionErase(),
      immediate('clear', 0, 0, () => clear(clearRam)),
      change,
    ]);
  }

  /** A host's write to an address of the option bytes. */
  writeOptions(address: number, data: Uint8Array): Operation | Refused {
    return this.#frozen() ?? this.#options!.writeRaw(address, data);
  }

  /** Stores option fields. */
  changeOptions(fields: Readonly<Record<string, number>>): Operation | Refused {
    const frozen = this.#frozen();
    if (frozen !== undefined) return frozen;
    const options = this.#options;
    const missing = Object.keys(fields).find((name) => options?.field(name) === undefined);
    if (options === undefined || missing !== undefined) {
      return { refused: 'unsupported', detail: `no option ${missing ?? 'bytes'}` };
    }
    return options.write(options.changed(fields));
  }

  /** Protects exactly these sector codes; a second call replaces the first (AN3155 §3.9). */
  writeProtect(codes: readonly number[]): Operation | Refused {
    const none = this.#table === undefined ? [] : codesPassedOver(this.#table, codes);
    if (none.length > 0 && this.#frozen() === undefined) {
      const what = `write protection of ${none.join(', ')}`;
      this.#around.trace.emit({ kind: 'dropped', what, why: 'there is no such sector' });
    }
    return this.#rewrite((table) => writeProtectFields(table, codes));
  }

  writeUnprotect(): Operation | Refused {
    return this.#rewrite(writeUnprotectFields);
  }

  /** Why the option bytes can never be changed again; undefined while they can. */
  #frozen(): Refused | undefined {
    const final = this.#table?.final;
    const locked = final !== undefined && this.#options?.field(final.field) === final.value;
    if (!locked && this.#around.level() !== 2) return undefined;
    const why = locked ? `${final.field} is final` : 'readout protection level 2 is for good';
    return { refused: 'protected', detail: why };
  }

  #rewrite(
    fields: (table: OptionTable) => Record<string, number> | undefined,
  ): Operation | Refused {
    const changed = this.#table && fields(this.#table);
    if (changed === undefined) return { refused: 'unsupported', detail: 'no write protection' };
    return this.changeOptions(changed);
  }
}
