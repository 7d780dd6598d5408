import type { Device, OperationTimes } from '../../families/index.ts';
import type { Trace } from '../trace/trace.ts';
import { Cells } from './cells.ts';
import { eraseUnits, unitHolding } from './erase-units.ts';
import type { EraseUnit } from './erase-units.ts';
import { eraseTime, massEraseTime } from './flash-times.ts';
import { inSteps, mix } from './operation.ts';
import type { Operation, OperationName, Step } from './operation.ts';
import { damaged, programmed } from './programmed.ts';

/** What protects a unit: nothing, its write protection, or PCROP, which hides it from reading too. */
export type UnitProtection = 'none' | 'write' | 'pcrop';

/** What the flash asks of the rest of the chip. */
export interface FlashSurroundings {
  times(): OperationTimes;
  protection(unit: EraseUnit): UnitProtection;
  readonly trace: Trace;
}

/** Main flash: cells by erase unit, and what programming and erasing do to them in this family. */
export class FlashArray {
  readonly cells: Cells;
  readonly #device: Device;
  readonly #flashKiB: number;
  readonly #around: FlashSurroundings;
  #units: readonly EraseUnit[] = [];
  /** A misaligned program raised an error flag that no bootloader clears: later ones fail until reset. */
  #spoiled = false;
  /** Offsets of program units whose ECC was damaged by programming them twice. */
  #damaged = new Set<number>();

  constructor(device: Device, flashKiB: number, around: FlashSurroundings) {
    this.#device = device;
    this.#flashKiB = flashKiB;
    this.#around = around;
    const start = device.flash.layouts[flashKiB]![0]!.start;
    this.cells = new Cells('flash', start, flashKiB * 1024, device.flash.eraseValue);
    this.map(() => undefined);
  }

  /** Maps the banks as the loaded option bytes say (DB1M, DBANK); `field` tells an option field's value. */
  map(field: (name: string) => number | undefined): void {
    const { layouts, alternative } = this.#device.flash;
    const swapped = alternative !== undefined && field(alternative.field) === alternative.value;
    const banks =
      (swapped ? alternative.layouts[this.#flashKiB] : undefined) ?? layouts[this.#flashKiB]!;
    this.#units = eraseUnits(banks);
  }

  /** The error flags that spoil programming are cleared by a reset. */
  reset(): void {
    this.#spoiled = false;
  }

  /** Offsets of program units whose ECC is damaged: what they hold is not all that is to be known of them. */
  get damaged(): ReadonlySet<number> {
    return new Set(this.#damaged);
  }

  set damaged(offsets: ReadonlySet<number>) {
    this.#damaged = new Set(offsets);
  }

  get units(): readonly EraseUnit[] {
    return this.#units;
  }

  get banks(): number {
    return this.#units.at(-1)!.bank + 1;
  }

  /** The unit that holds the address; undefined outside main flash and in the gap between banks. */
  unitAt(address: number): EraseUnit | undefined {
    return unitHolding(this.#units, address);
  }

  /** Offset of an address in the array; the address must lie in a unit. */
  offsetOf(address: number): number {
    const unit = this.unitAt(address);
    if (unit === undefined) throw new Error(`unreachable: no flash at 0x${address.toString(16)}`);
    return unit.offset + address - unit.address;
  }

  /** What a bus master reads: PCROP units read as zeros (RM0090 §3.7.4). */
  read(address: number, length: number): Uint8Array {
    const first = this.unitAt(address);
    const inOne = first !== undefined && address + length <= first.address + first.length;
    if (inOne && this.#around.protection(first) !== 'pcrop') {
      return this.cells.read(first.offset + address - first.address, length);
    }
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const unit = this.unitAt(address + at)!;
      const from = address + at - unit.address;
      const count = Math.min(unit.length - from, length - at);
      if (this.#around.protection(unit) !== 'pcrop') {
        bytes.set(this.cells.read(unit.offset + from, count), at);
      }
      at += count;
    }
    return bytes;
  }

  /** The range holds a program unit whose ECC is damaged: reading it is a bus error (overwrite rule `ecc`). */
  unreadable(address: number, length: number): boolean {
    if (this.#damaged.size === 0) return false;
    const { programUnit } = this.#device.flash;
    for (let at = address - (address % programUnit); at < address + length; at += programUnit) {
      const unit = this.unitAt(at);
      if (unit !== undefined && this.#damaged.has(unit.offset + at - unit.address)) return true;
    }
    return false;
  }

  /** Programs `data` at `address`; alignment, protection and used cells decide what of it lands. */
  program(address: number, data: Uint8Array): Operation {
    const { writeAlign, programUnit, eraseValue, overwrite } = this.#device.flash;
    const { program } = this.#around.times();
    const aligned = address % writeAlign === 0;
    if (!aligned || this.#spoiled) {
      const why = aligned
        ? 'an earlier misaligned write left an error flag; it stays until reset'
        : `the address is not a multiple of ${writeAlign}`;
      return this.#lost('program', address, data.length, program.us.typ, why, () => {
        this.#spoiled = true;
      });
    }
    const { start, padded } = filled(address, data, programUnit, eraseValue);
    const us = (program.us.typ * programUnit) / program.bytes;
    const parts = this.#writable(start, padded);
    if (parts.length === 0) {
      const why = 'the sector is write-protected';
      return this.#lost('program', address, data.length, us, why);
    }
    const after = (part: Part): Uint8Array =>
      programmed(overwrite ?? 'refuse', this.#before(part), part.wanted, eraseValue, programUnit);
    return {
      name: 'program',
      address: start,
      length: padded.length,
      took: (padded.length / programUnit) * us,
      commit: () => {
        for (const part of parts) {
          if (overwrite === 'ecc') this.#damage(part);
          const stored = after(part);
          this.cells.set(part.offset, stored);
          const wrong = part.wanted.findIndex((byte, at) => byte !== stored[at]);
          if (wrong >= 0) {
            const rest = part.wanted.length - wrong;
            this.#trace('program', start + part.at + wrong, rest, 'it was not erased');
          }
        }
        this.#around.trace.emit({ kind: 'program', address: start, length: padded.length });
        const written = parts.reduce((sum, { wanted }) => sum + wanted.length, 0);
        if (written === padded.length) return;
        const left = this.#reaching(start, padded.length) - written;
        if (left > 0) this.#trace('program', start, left, 'the sector is write-protected');
      },
      cut: (done, mask) => {
        const finished = Math.floor(done / us);
        const whole = finished * programUnit;
        for (const part of parts) {
          const from = Math.min(Math.max(whole - part.at, 0), part.wanted.length);
          const bits = new Uint8Array(part.wanted.length).fill(0xff, 0, from);
          const inFlight = part.at <= whole && done > finished * us;
          if (inFlight) bits.set(repeat(mask, Math.min(programUnit, bits.length - from)), from);
          this.cells.set(part.offset, mix(this.#before(part), after(part), bits));
        }
      },
    };
  }

  /** Erases the units with these numbers, in their order; unknown and write-protected ones are passed over (AN3155 §3.8). */
  erasePages(numbers: readonly number[]): Operation {
    const steps: Step[] = [];
    const erased: EraseUnit[] = [];
    for (const number of numbers) {
      const unit = this.#units.find((candidate) => candidate.number === number);
      if (unit === undefined) {
        const what = `erase of page ${number}`;
        this.#around.trace.emit({ kind: 'dropped', what, why: 'there is no such page' });
        continue;
      }
      if (this.#around.protection(unit) !== 'none') {
        this.#trace('erase', unit.address, unit.length, 'the sector is write-protected');
        continue;
      }
      erased.push(unit);
      steps.push(this.#eraseStep(unit));
    }
    return inSteps('erase', erased[0]?.address ?? 0, 0, steps, () => {
      for (const unit of erased) {
        this.#around.trace.emit({ kind: 'erase', address: unit.address, length: unit.length });
      }
    });
  }

  /** Erases all units, or those of one bank, at once; a write-protected one among them keeps all (RM0090 §3.6.3). */
  massErase(bank?: number): Operation {
    const units =
      bank === undefined ? this.#units : this.#units.filter((unit) => unit.bank === bank);
    const first = units[0]!;
    const length = units.reduce((sum, unit) => sum + unit.length, 0);
    if (units.some((unit) => this.#around.protection(unit) !== 'none')) {
      return this.#lost('mass erase', first.address, length, 0, 'a sector is write-protected');
    }
    const took = massEraseTime(this.#around.times(), this.#flashKiB, units, bank !== undefined);
    return this.#wipe(units, took);
  }

  /** The mass erase of a readout-protection regression, which no write protection holds up (AN3155 §3.12). */
  regressionErase(): Operation {
    const took = massEraseTime(this.#around.times(), this.#flashKiB, this.#units, false);
    return this.#wipe(this.#units, took);
  }

  #wipe(units: readonly EraseUnit[], took: number): Operation {
    const first = units[0]!;
    const length = units.reduce((sum, unit) => sum + unit.length, 0);
    return {
      name: 'mass erase',
      address: first.address,
      length,
      took,
      commit: () => {
        this.cells.erase(first.offset, length);
        this.#mend(first.offset, length);
        this.#around.trace.emit({ kind: 'erase', address: first.address, length });
      },
      cut: (done, mask) => {
        if (done <= 0) return;
        const blank = new Uint8Array(length).fill(this.cells.blank);
        this.cells.set(first.offset, mix(this.cells.read(first.offset, length), blank, mask));
      },
    };
  }

  #eraseStep(unit: EraseUnit): Step {
    const blank = new Uint8Array(unit.length).fill(this.cells.blank);
    return {
      took: eraseTime(this.#around.times(), unit.length),
      before: () => this.cells.read(unit.offset, unit.length),
      after: () => blank,
      store: (bytes) => {
        if (bytes !== blank && bytes.some((byte) => byte !== this.cells.blank)) {
          this.cells.set(unit.offset, bytes);
        } else {
          this.cells.erase(unit.offset, unit.length);
          this.#mend(unit.offset, unit.length);
        }
      },
    };
  }

  #damage(part: Part): void {
    const { programUnit, eraseValue } = this.#device.flash;
    for (const at of damaged(this.#before(part), part.wanted, eraseValue, programUnit)) {
      this.#damaged.add(part.offset + at);
    }
  }

  #mend(offset: number, length: number): void {
    for (const at of this.#damaged) {
      if (at >= offset && at < offset + length) this.#damaged.delete(at);
    }
  }

  /** The parts of a block that lie in units which take it, one for each erase unit. */
  #writable(address: number, block: Uint8Array): Part[] {
    const parts: Part[] = [];
    for (let at = 0; at < block.length;) {
      const unit = this.unitAt(address + at);
      if (unit === undefined) break; // the padding of the last block may reach behind the array
      const from = address + at - unit.address;
      const count = Math.min(unit.length - from, block.length - at);
      if (this.#around.protection(unit) === 'none') {
        parts.push({ at, offset: unit.offset + from, wanted: block.subarray(at, at + count) });
      }
      at += count;
    }
    return parts;
  }

  /** How many of so many bytes lie in main flash. */
  #reaching(address: number, length: number): number {
    const last = this.#units.findLast((unit) => unit.address < address + length);
    return last === undefined ? 0 : Math.min(length, last.address + last.length - address);
  }

  #before(part: Part): Uint8Array {
    return this.cells.read(part.offset, part.wanted.length);
  }

  #lost(
    name: OperationName,
    address: number,
    length: number,
    took: number,
    why: string,
    then: () => void = () => {},
  ): Operation {
    const commit = (): void => {
      then();
      this.#trace(name, address, length, why);
    };
    return { name, address, length, took, commit, cut: () => {} };
  }

  #trace(operation: string, address: number, length: number, why: string): void {
    this.#around.trace.emit({ kind: 'lost', operation, address, length, why });
  }
}

/** A run of a block within one erase unit: `at` in the block, `offset` in the array. */
interface Part {
  readonly at: number;
  readonly offset: number;
  readonly wanted: Uint8Array;
}

function repeat(mask: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => mask[index % mask.length]!);
}

/** The block with the rest of its first and last program unit, which is programmed blank. */
function filled(
  address: number,
  data: Uint8Array,
  unit: number,
  blank: number,
): { start: number; padded: Uint8Array } {
  const start = address - (address % unit);
  const length = Math.ceil((address + data.length - start) / unit) * unit;
  if (length === data.length) return { start, padded: data };
  const padded = new Uint8Array(length).fill(blank);
  padded.set(data, address - start);
  return { start, padded };
}
