import type { BootRow, BootRules, BootTarget } from '../../families/index.ts';
import type { RdpLevel } from './protection.ts';

/** What a chip looks at when it leaves reset. */
export interface BootInputs {
  readonly BOOT0: 0 | 1;
  readonly BOOT1: 0 | 1;
  readonly rdp: RdpLevel;
  /** Loaded value of an option field; undefined where the line has none of that name. */
  readonly option: (name: string) => number | undefined;
  /** The flag of the empty check, where the line has one. */
  readonly flashEmpty: boolean;
  /** Bank 1 or 2 starts with a plausible stack pointer. */
  readonly bankValid: (bank: 0 | 1) => boolean;
  readonly bankStart: (bank: 0 | 1) => number;
  /** The area that holds an address. */
  readonly areaAt: (address: number) => BootTarget | undefined;
}

/** The area a chip boots from, and the sentence that says why. */
export interface BootMode {
  /** The secure ROM (`rss`) starts the bootloader (AN2606 pattern 12). */
  readonly area: 'main-flash' | 'system-memory' | 'sram' | 'rss';
  /** Address of the vector table, where it is not the start of the area. */
  readonly address?: number;
  /** Only Get, Get Version and Get ID answer (F74x/F75x under level 2). */
  readonly limited?: boolean;
  readonly why: string;
  /** Row of the boot table that decided; undefined under level 2. */
  readonly row?: BootRow;
}

/** One condition of a row of the boot table, and what the chip found. */
export interface BootCondition {
  readonly name: string;
  readonly wanted: number;
  readonly is: number | undefined;
}

/** The conditions of a row, one by one: it matches when each `is` what is `wanted`. */
export function conditionsOf(row: BootRow, inputs: BootInputs): readonly BootCondition[] {
  return Object.entries(row.when).map(([name, wanted]) => ({
    name,
    wanted,
    is: input(name, inputs),
  }));
}

/** Evaluates the line's boot table: the first row whose conditions all hold (AN2606 table 2). */
export function bootMode(rules: BootRules, inputs: BootInputs): BootMode {
  if (inputs.rdp === 2 && rules.rdpLevel2 !== 'system-memory-limited') {
    return { area: 'main-flash', why: 'RDP level 2 boots main flash only' };
  }
  const row = rules.table.find((each) =>
    conditionsOf(each, inputs).every(({ wanted, is }) => is === wanted),
  );
  if (row === undefined) return { area: 'main-flash', why: 'no row of the boot table matches' };
  const mode = resolve(row, inputs);
  if (inputs.rdp !== 2 || mode.area === 'main-flash') return mode;
  if (mode.area === 'system-memory') return { ...mode, limited: true };
  return { area: 'main-flash', why: 'RDP level 2 boots main flash only', row };
}

function input(name: string, inputs: BootInputs): number | undefined {
  if (name === 'BOOT0' || name === 'BOOT1') return inputs[name];
  if (name === 'FLASH_EMPTY') return inputs.flashEmpty ? 1 : 0;
  return inputs.option(name);
}

function resolve(row: BootRow, inputs: BootInputs): BootMode {
  const { boots } = row;
  const conditions = Object.entries(row.when).map(([name, value]) => `${name}=${value}`);
  const why = conditions.join(', ') || 'nothing else applies';
  if (boots === 'banks') return validBank(row, why, inputs);
  if (typeof boots === 'string') return { area: boots, why, row };
  const address = (inputs.option(boots.address) ?? 0) * boots.unit;
  const area = inputs.areaAt(address);
  const said = `${why}; ${boots.address} says 0x${address.toString(16).padStart(8, '0')}`;
  if (boots.banks === true) {
    if (area === 'main-flash') return validBank(row, said, inputs);
    return { area: 'system-memory', why: `${said}, which is not in main flash`, row };
  }
  const known = area === undefined || area === 'banks' ? 'main-flash' : area;
  return { area: known, address, why: said, row };
}

/** Bank 2 if it is valid, else bank 1 if it is, else the bootloader (AN2606 §4, dual-bank boot). */
function validBank(row: BootRow, why: string, inputs: BootInputs): BootMode {
  for (const bank of [1, 0] as const) {
    if (!inputs.bankValid(bank)) continue;
    const address = inputs.bankStart(bank);
    return { area: 'main-flash', address, why: `${why}; bank ${bank + 1} is valid`, row };
  }
  return { area: 'system-memory', why: `${why}; neither bank is valid`, row };
}
