import type { OptionBytes as OptionTable } from '../../families/index.ts';
import type { FlashArray } from './flash.ts';
import { immediate, inSequence } from './operation.ts';
import type { Operation, Refused } from './operation.ts';
import type { OptionBytes } from './option-bytes.ts';
import { rdpByte } from './protection.ts';
import { writeProtectFields, writeUnprotectFields } from './write-protection.ts';

/** What a step down of the readout protection wipes. */
export interface Wiped {
  readonly flash: FlashArray;
  /** Data EEPROM, and RAM where `ram` says so. */
  readonly clear: (ram: boolean) => void;
}

/** Changes of the protection: option bytes that are written, and what is erased with them; effective at the next reset. */
export class ProtectionChanges {
  readonly #table: OptionTable | undefined;
  readonly #options: OptionBytes | undefined;
  readonly #wiped: Wiped;

  constructor(table: OptionTable | undefined, options: OptionBytes | undefined, wiped: Wiped) {
    this.#table = table;
    this.#options = options;
    this.#wiped = wiped;
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
    const { flash, clear } = this.#wiped;
    return inSequence('readout unprotect', [
      flash.regressionErase(),
      immediate('clear', 0, 0, () => clear(clearRam)),
      change,
    ]);
  }

  /** Stores option fields. */
  changeOptions(fields: Readonly<Record<string, number>>): Operation | Refused {
    const options = this.#options;
    const missing = Object.keys(fields).find((name) => options?.field(name) === undefined);
    if (options === undefined || missing !== undefined) {
      return { refused: 'unsupported', detail: `no option ${missing ?? 'bytes'}` };
    }
    return options.write(options.changed(fields));
  }

  /** Protects exactly these sector codes; a second call replaces the first (AN3155 §3.9). */
  writeProtect(codes: readonly number[]): Operation | Refused {
    return this.#rewrite((table) => writeProtectFields(table, codes));
  }

  writeUnprotect(): Operation | Refused {
    return this.#rewrite(writeUnprotectFields);
  }

  #rewrite(
    fields: (table: OptionTable) => Record<string, number> | undefined,
  ): Operation | Refused {
    const changed = this.#table && fields(this.#table);
    if (changed === undefined) return { refused: 'unsupported', detail: 'no write protection' };
    return this.changeOptions(changed);
  }
}
