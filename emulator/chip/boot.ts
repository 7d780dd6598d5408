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
  readonly area: 'main-flash' | 'system-memory' | 'sram' | 'rss';
  /** Address of the vector table, where it is not the start of the area. */
  readonly address?: number;
  /** Only Get, Get Version and Get ID answer (F74x/F75x under level 2). */
  readonly limited?: boolean;
  readonly why: string;
  /** Row of the boot table that decided; undefined under level 2. */
  readonly row?: BootRow;
}

/** Evaluates the line's boot table: the first row whose conditions all hold (AN2606 table 2). */
export function bootMode(rules: BootRules, inputs: BootInputs): BootMode {
  if (inputs.rdp === 2 && rules.rdpLevel2 !== 'system-memory-limited') {
    return { area: 'main-flash', why: 'RDP level 2 boots main flash only' };
  }
  for (const row of rules.table) {
    if (!Object.entries(row.when).every(([name, value]) => input(name, inputs) === value)) continue;
    const why = Object.entries(row.when)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ');
    const mode = resolve(row, why, inputs);
    if (inputs.rdp !== 2 || mode.area === 'main-flash') return mode;
    if (mode.area === 'system-memory') return { ...mode, limited: true };
    return { area: 'main-flash', why: 'RDP level 2 boots main flash only', row };
  }
  return { area: 'main-flash', why: 'no row of the boot table matches' };
}

function input(name: string, inputs: BootInputs): number | undefined {
  if (name === 'BOOT0' || name === 'BOOT1') return inputs[name];
  if (name === 'FLASH_EMPTY') return inputs.flashEmpty ? 1 : 0;
  return inputs.option(name);
}

function resolve(row: BootRow, why: string, inputs: BootInputs): BootMode {
  const { boots } = row;
  if (typeof boots === 'object') {
    const address = (inputs.option(boots.address) ?? 0) * boots.unit;
    const area = inputs.areaAt(address) ?? 'main-flash';
    const said = `${why}; ${boots.address} says 0x${address.toString(16).padStart(8, '0')}`;
    return { area: area === 'banks' ? 'main-flash' : area, address, why: said, row };
  }
  if (boots !== 'banks') return { area: boots, why, row };
  for (const bank of [1, 0] as const) {
    if (!inputs.bankValid(bank)) continue;
    const address = inputs.bankStart(bank);
    return { area: 'main-flash', address, why: `${why}; bank ${bank + 1} is valid`, row };
  }
  return { area: 'system-memory', why: `${why}; neither bank is valid`, row };
}
