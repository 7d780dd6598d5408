import type { Bootloader, Device } from '../../families/index.ts';
import type { Chip } from '../chip/chip.ts';
import type { ProtectionChanges } from '../chip/protection-changes.ts';
import type { Happening, ResetCause } from '../trace/trace.ts';

/** What the commands do to the chip; a mutant replaces some of it. */
export type Memory = Pick<
  Chip,
  'check' | 'read' | 'write' | 'writeRam' | 'erase' | 'regionAt' | 'unreadable' | 'bankOf'
> &
  Omit<Pick<ProtectionChanges, keyof ProtectionChanges>, 'writeOptions'> & {
    readonly level: Chip['level'];
    /** Loaded value of an option field; undefined where the line has none of that name. */
    option(name: string): number | undefined;
    /** Puts bytes of one bank into main flash whatever protects it and however it is programmed: what no right device does. */
    load(address: number, bytes: Uint8Array): void;
  };

/** One bootloader version on one line. */
export interface RomVersion {
  readonly device: Device;
  readonly bootloader: Bootloader;
  /** Level 2 that leaves only Get, Get Version and Get ID (F74x/F75x). */
  readonly limited: boolean;
  /** A quirk is in force. */
  readonly quirk: (name: string) => boolean;
}

/** The bootloader version as one of its ports sees it: its quirks are those that are seen on it. */
export interface Rom extends RomVersion {
  /** Version of the protocol spoken on this port: `3.1`. */
  readonly protocol: string;
  /** This protocol has what came with that version of USART's; every other one has it from its first version on. */
  readonly since: (usartVersion: string) => boolean;
}

/** What a dialogue asks of the board beyond memory. */
export interface RomHost {
  readonly emit: (happening: Happening) => void;
  /** This port was selected: every other one is off until reset (AN2606 §4). */
  readonly lock: () => void;
  /** Leaves the bootloader for the vector table at `address`; false where this ROM stays. */
  readonly jump: (address: number) => boolean;
  /** `keepsOptions`: the stored option bytes are not loaded before the next power-on. */
  readonly systemReset: (cause: ResetCause, keepsOptions?: boolean) => void;
}

/** `2.2` and `3.0` in order. */
export function atLeast(protocol: string, version: string): boolean {
  return Number.parseFloat(protocol) >= Number.parseFloat(version);
}

/** The memory of a chip as a plain object, so that single functions of it can be replaced. */
export function memoryOf(chip: Chip): Memory {
  const { protection } = chip;
  return {
    check: (access, address, length) => chip.check(access, address, length),
    read: (address, length) => chip.read(address, length),
    write: (address, data) => chip.write(address, data),
    writeRam: (address, data) => chip.writeRam(address, data),
    erase: (what) => chip.erase(what),
    readoutProtect: () => protection.readoutProtect(),
    readoutUnprotect: (clearRam, clearPcrop) => protection.readoutUnprotect(clearRam, clearPcrop),
    regress: (fields, clearRam) => protection.regress(fields, clearRam),
    writeProtect: (codes) => protection.writeProtect(codes),
    writeUnprotect: () => protection.writeUnprotect(),
    regionAt: (address) => chip.regionAt(address),
    changeOptions: (fields) => protection.changeOptions(fields),
    option: (name) => chip.options?.field(name),
    load: (address, bytes) => chip.flash.cells.set(chip.flash.offsetOf(address), bytes),
    bankOf: (page) => chip.bankOf(page),
    unreadable: (address, length) => chip.unreadable(address, length),
    get level() {
      return chip.level;
    },
  };
}
