import type { Bootloader, Device, OperationTimes, Range } from '../../families/index.ts';
import type { Trace } from '../trace/trace.ts';
import { AddressMap } from './address-map.ts';
import { Cells } from './cells.ts';
import type { KeptCells } from './cells.ts';
import { deviceInfo } from './device-info.ts';
import type { EraseUnit } from './erase-units.ts';
import { FlashArray } from './flash.ts';
import type { UnitProtection } from './flash.ts';
import { OptionBytes } from './option-bytes.ts';
import type { Held } from './option-bytes.ts';
import { immediate } from './operation.ts';
import type { Operation, Refused } from './operation.ts';
import { OtpMemory } from './otp.ts';
import { ProtectionChanges } from './protection-changes.ts';
import { rdpLevel, unitProtection } from './protection.ts';
import type { RdpLevel } from './protection.ts';
import { RamMemories } from './ram.ts';
import { eepromOf } from './regions.ts';
import type { Access, Region } from './regions.ts';
import { systemMemory, vectorTables } from './system-memory.ts';

/** What an Erase command names: units by number, one bank, or all. */
export type Erase =
  { readonly pages: readonly number[] } | { readonly bank: 0 | 1 } | { readonly mass: true };

/** The first two words of a vector table. */
export interface Vector {
  readonly stack: number;
  readonly entry: number;
}

export interface ChipOptions {
  /** The ROM version: its ID byte and the RAM it keeps for itself. */
  readonly bootloader: Bootloader;
  /** RAM that the bootloader refuses to hosts (protocol 2.2 on). */
  readonly reservedRam: readonly Range[];
  /** Option words and fields that the bootloader cannot change. */
  readonly heldOptions?: Held;
  /** 12 bytes. */
  readonly uid: Uint8Array;
  readonly trace: Trace;
}

/** The content of a chip. */
export interface KeptChip {
  readonly memories: readonly KeptCells[];
  readonly damaged: ReadonlySet<number>;
}

/** The simulated silicon: bytes with rules. Addresses are absolute, lengths in bytes. */
export class Chip {
  readonly device: Device;
  readonly flashKiB: number;
  readonly flash: FlashArray;
  readonly options: OptionBytes | undefined;
  readonly eeprom: Cells | undefined;
  readonly protection: ProtectionChanges;
  readonly #trace: Trace;
  readonly #otp: OtpMemory | undefined;
  readonly #ram: RamMemories;
  readonly #system: readonly Cells[];
  readonly #info: (address: number) => number | undefined;
  readonly #map: AddressMap;
  /** What the option bytes loaded last protect units from, of those that were asked for; undefined before the first reset. */
  #protected: Map<EraseUnit, UnitProtection> | undefined;
  #level: RdpLevel = 0;
  #supplyCode = 0;

  constructor(device: Device, flashKiB: number, options: ChipOptions) {
    const { trace } = options;
    this.device = device;
    this.flashKiB = flashKiB;
    this.#trace = trace;
    this.flash = new FlashArray(device, flashKiB, {
      times: () => this.times(),
      protection: (unit) => this.protectionOf(unit),
      trace,
    });
    const { overwrite, programUnit } = device.flash;
    const isHeld = options.heldOptions ?? (() => false);
    this.options = device.options && new OptionBytes(device.options, { trace, isHeld });
    this.#otp = device.otp && new OtpMemory(device.otp, overwrite ?? 'refuse', programUnit, trace);
    const eeprom = eepromOf(device, flashKiB);
    this.eeprom = eeprom && new Cells('eeprom', eeprom.start, eeprom.end - eeprom.start, 0);
    this.#ram = new RamMemories(device, flashKiB);
    this.#system = systemMemory(device, options.bootloader);
    this.#info = deviceInfo(device, flashKiB, options.uid);
    this.#map = new AddressMap(device, flashKiB, this, {
      reserved: options.reservedRam,
      accessible: options.bootloader.ramAccessible,
    });
    this.protection = new ProtectionChanges(device.options, this.options, {
      level: () => this.#level,
      flash: this.flash,
      clear: (ram) => {
        this.eeprom?.erase(0, this.eeprom.length);
        if (ram) this.#ram.clear();
      },
      trace,
    });
  }

  /** Memories whose content outlives power. */
  get nonVolatile(): readonly Cells[] {
    const { flash, options, eeprom } = this;
    return [flash.cells, ...(options?.areas ?? []), this.#otp?.cells, eeprom].filter(
      (cells) => cells !== undefined,
    );
  }

  /** Memories that a host or a program can change. */
  get changeable(): readonly Cells[] {
    return [...this.nonVolatile, ...this.#ram.cells];
  }

  /** A copy of all content, for `restore`. */
  keep(): KeptChip {
    return {
      memories: this.changeable.map((cells) => cells.keep()),
      damaged: this.flash.damaged,
    };
  }

  /** Puts back what `keep` gave, whatever protects it; a reset must follow. */
  restore({ memories, damaged }: KeptChip): void {
    this.changeable.forEach((cells, index) => cells.restore(memories[index]!));
    this.flash.damaged = damaged;
  }

  get level(): RdpLevel {
    return this.#level;
  }

  /** Level that the stored RDP byte will give at the next reset. */
  get storedLevel(): RdpLevel {
    const rdp = this.device.options?.rdp;
    return rdp === undefined ? 0 : rdpLevel(rdp, this.options?.storedField(rdp.field));
  }

  /** Times of flash operations at the supply range told (AN2606, bootloader memory management). */
  times(): OperationTimes {
    const { byParallelism, operations } = this.device.timing;
    if (byParallelism === undefined) return operations;
    return byParallelism[([8, 16, 16, 32, 64] as const)[this.#supplyCode]!];
  }

  /** A reset: option bytes are loaded, error flags and the supply code are gone; RAM keeps its content unless power was lost. */
  reset(powerLost: boolean, loadsOptions = true): void {
    if (powerLost) this.#ram.clear();
    this.#supplyCode = 0;
    this.flash.reset();
    if (!loadsOptions) return;
    this.options?.load();
    const rdp = this.device.options?.rdp;
    const level = rdp === undefined ? 0 : rdpLevel(rdp, this.options?.field(rdp.field));
    if (level !== this.#level) {
      this.#trace.emit({ kind: 'protection', from: this.#level, to: level });
      this.#level = level;
    }
    this.flash.map((name) => this.options?.field(name));
    this.#protected = new Map();
  }

  /** The start of main flash is blank: what the empty check looks at (AN2606 §4); one word where no source tells how much. */
  get flashEmpty(): boolean {
    const { cells } = this.flash;
    const looked = this.device.boot.emptyCheck?.reads ?? 4;
    return cells.isBlank(0, looked);
  }

  bankStart(bank: 0 | 1): number {
    return this.flash.units.find((unit) => unit.bank === bank)!.address;
  }

  /** Bank of the erase unit with this number: 0, 1, or undefined where there is none. */
  bankOf(page: number): number | undefined {
    return this.flash.units.find((unit) => unit.number === page)?.bank;
  }

  /** The bank starts with a stack pointer that lies in RAM (AN2606 §4, dual-bank boot). */
  bankValid(bank: 0 | 1): boolean {
    const first = this.flash.units.find((unit) => unit.bank === bank);
    const vector = first && this.vector(first.address);
    return vector !== undefined && this.#ram.below(vector.stack) !== undefined;
  }

  /** The area that a boot address lies in. */
  bootArea(address: number): 'main-flash' | 'system-memory' | 'sram' | undefined {
    const kind = this.regionAt(this.#map.plain(address))?.kind;
    return kind === 'main-flash' || kind === 'system-memory' || kind === 'sram' ? kind : undefined;
  }

  /** Addresses of the bootloader's vector tables. */
  get bootloaderTables(): readonly number[] {
    return vectorTables(this.device);
  }

  /** A vector table of the bootloader lies there. */
  entersBootloader(address: number): boolean {
    return this.bootloaderTables.includes(this.#map.plain(address));
  }

  /** Region that holds the address; undefined where there is none. */
  regionAt(address: number): Region | undefined {
    return this.#map.regionAt(address);
  }

  /** Judges an address, and with `length` the range behind it, as the bootloader does; undefined means it is allowed. */
  check(access: Access, address: number, length?: number): Refused | undefined {
    return this.#map.check(access, address, length);
  }

  /** Reading the range is a bus error, which no bootloader survives. */
  unreadable(address: number, length: number): boolean {
    return this.flash.unreadable(address, length);
  }

  /** Reads a range that `check` allowed. */
  read(address: number, length: number): Uint8Array {
    const first = this.regionAt(address);
    if (first !== undefined && address + length <= first.end) {
      return this.#readRegion(first, address, length);
    }
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const region = this.regionAt(address + at)!;
      const count = Math.min(region.end - address - at, length - at);
      bytes.set(this.#readRegion(region, address + at, count), at);
      at += count;
    }
    return bytes;
  }

  /** Writes a block; what the memory makes of it is its own rule. Refused where nothing can be written. */
  write(address: number, data: Uint8Array): Operation | Refused {
    const refused = this.check('write', address, data.length);
    if (refused !== undefined) return refused;
    switch (this.regionAt(address)!.kind) {
      case 'main-flash':
        return this.flash.program(address, data);
      case 'option-bytes':
        return this.protection.writeOptions(address, data);
      case 'otp':
        return this.#otp!.program(address, data);
      case 'supply-register':
        return this.#setSupply(address, data);
      case 'eeprom':
        return immediate('program', address, data.length, () => {
          this.eeprom!.set(address - this.eeprom!.start, data);
          this.#trace.emit({ kind: 'program', address, length: data.length });
        });
      default:
        return this.writeRam(address, data);
    }
  }

  /** Writes RAM, whether or not `check` opens it to hosts. */
  writeRam(address: number, data: Uint8Array): Operation {
    return immediate('write', address, data.length, () => this.#writeRam(address, data));
  }

  /** Erases main flash. Refused where the line has no such erase (AN3155 §3.8). */
  erase(what: Erase): Operation | Refused {
    if ('pages' in what) return this.flash.erasePages(what.pages);
    if (!this.device.massErase) return { refused: 'unsupported', detail: 'no mass erase here' };
    if ('mass' in what) return this.flash.massErase();
    if (this.flash.banks < 2) return { refused: 'unsupported', detail: 'one bank only' };
    return this.flash.massErase(what.bank);
  }

  /** The vector table at an address; undefined where no memory holds it. */
  vector(address: number): Vector | undefined {
    const at = this.#map.plain(address);
    if (this.regionAt(at) === undefined || this.regionAt(at + 7) === undefined) return undefined;
    const words = new DataView(this.read(at, 8).buffer);
    return { stack: words.getUint32(0, true), entry: words.getUint32(4, true) };
  }

  /** Bytes from a stack pointer to the end of the RAM it points into; undefined outside RAM. */
  stackRoom(stack: number): number | undefined {
    const ram = this.#ram.below(stack);
    return ram && ram.start + ram.length - stack;
  }

  /** Why a core could not run from this vector; undefined when it could. `ccmOff`: the clock of the CCM RAM is stopped. */
  vectorFault({ stack, entry }: Vector, ccmOff = false): string | undefined {
    const ram = this.#ram.below(stack);
    if (ram === undefined) return `the stack pointer 0x${hex8(stack)} is not in RAM`;
    if (ccmOff && ram.name === 'CCM') {
      return `the stack is in CCM RAM, whose clock the bootloader stopped`;
    }
    if (entry % 2 === 0) return `the reset handler 0x${hex8(entry)} has no thumb bit`;
    const kind = this.bootArea(entry - 1);
    if (kind !== 'main-flash' && kind !== 'sram') {
      return `the reset handler 0x${hex8(entry)} is not in flash or RAM`;
    }
    return undefined;
  }

  /** What the option bytes loaded last protect an erase unit from. */
  protectionOf(unit: EraseUnit): UnitProtection {
    if (this.#protected === undefined) return 'none';
    let protection = this.#protected.get(unit);
    if (protection === undefined) {
      protection = unitProtection(this.device.options, this.options, unit);
      this.#protected.set(unit, protection);
    }
    return protection;
  }

  #readRegion(region: Region, address: number, length: number): Uint8Array {
    const from = (cells: Cells | undefined): Uint8Array =>
      cells!.read(address - cells!.start, length);
    switch (region.kind) {
      case 'main-flash':
        return this.flash.read(address, length);
      case 'sram':
        return this.#ram.startingAt(region.start).read(address - region.start, length);
      case 'system-memory': // on F0, F1, F3 and F7 the unique ID lies in its address range
        return from(this.#system.find((cells) => cells.contains(address))).map(
          (byte, index) => this.#info(address + index) ?? byte,
        );
      case 'option-bytes':
        return from(this.options?.areas.find((cells) => cells.contains(address)));
      case 'otp':
        return from(this.#otp?.cells);
      case 'eeprom':
        return from(this.eeprom);
      case 'supply-register':
        return Uint8Array.of(this.#supplyCode, 0xff, 0xff, 0xff).subarray(
          address - region.start,
          address - region.start + length,
        );
      case 'device-info':
        return Uint8Array.from({ length }, (_, index) => this.#info(address + index) ?? 0xff);
    }
  }

  #writeRam(address: number, data: Uint8Array): void {
    for (let at = 0; at < data.length;) {
      const region = this.regionAt(address + at)!;
      const count = Math.min(region.end - address - at, data.length - at);
      const cells = this.#ram.startingAt(region.start);
      cells.set(address + at - region.start, data.subarray(at, at + count));
      at += count;
    }
  }

  /** Byte 0 is the supply code 0 to 4, the others must stay 0xFF (AN2606, bootloader memory management). */
  #setSupply(address: number, data: Uint8Array): Operation | Refused {
    const wanted = Uint8Array.of(this.#supplyCode, 0xff, 0xff, 0xff);
    wanted.set(data, address - this.device.supplyRegister!);
    if (wanted[0]! > 4 || wanted.subarray(1).some((byte) => byte !== 0xff)) {
      return { refused: 'value', detail: 'supply codes are 0 to 4, then FF FF FF' };
    }
    return immediate('write', address, data.length, () => {
      this.#supplyCode = wanted[0]!;
    });
  }
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}
