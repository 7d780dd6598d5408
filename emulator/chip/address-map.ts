import type { Device, Range } from '../../families/index.ts';
import type { FlashArray } from './flash.ts';
import type { Refused } from './operation.ts';
import type { OptionBytes } from './option-bytes.ts';
import { allows, fixedRegions, withoutAlias } from './regions.ts';
import type { Access, Region } from './regions.ts';

/** RAM that hosts may not touch. */
export interface KeptRam {
  /** What the bootloader uses. */
  readonly reserved: readonly Range[];
  /** All that is open, where it is less than the rest (AN2606 table 226). */
  readonly accessible: readonly Range[] | undefined;
}

/** What lies at each address, and what the bootloader does there for a host. */
export class AddressMap {
  readonly #device: Device;
  readonly #flash: FlashArray;
  readonly #options: OptionBytes | undefined;
  readonly #regions: readonly Region[];
  readonly #kept: KeptRam;

  constructor(
    device: Device,
    flashKiB: number,
    { flash, options }: { readonly flash: FlashArray; readonly options: OptionBytes | undefined },
    kept: KeptRam,
  ) {
    this.#device = device;
    this.#flash = flash;
    this.#options = options;
    this.#regions = fixedRegions(device, flashKiB);
    this.#kept = kept;
  }

  /** Region that holds the address; undefined where there is none. */
  regionAt(address: number): Region | undefined {
    const unit = this.#flash.unitAt(address);
    if (unit !== undefined) {
      return { kind: 'main-flash', start: unit.address, end: unit.address + unit.length };
    }
    return this.#regions.find((region) => address >= region.start && address < region.end);
  }

  /** The address that a boot address or a jump to a second address means. */
  plain(address: number): number {
    return withoutAlias(this.#device, this.#flash.units[0]!.address, address);
  }

  /** Judges an address, and with `length` the range behind it, as the bootloader does; undefined means it is allowed. */
  check(access: Access, address: number, length = 1): Refused | undefined {
    const kind = this.regionAt(address)?.kind;
    for (let at = address; at < address + length;) {
      const region = this.regionAt(at);
      if (region === undefined) return { refused: 'no-memory', detail: `nothing at ${hex8(at)}` };
      if (!allows(region, access) || (access === 'write' && region.kind !== kind)) {
        return { refused: 'no-memory', detail: `no ${access} in ${region.kind} at ${hex8(at)}` };
      }
      if (region.kind === 'sram' && !this.#open(at, Math.min(address + length, region.end))) {
        return { refused: 'no-memory', detail: `the bootloader keeps the RAM at ${hex8(at)}` };
      }
      at = region.end;
    }
    if (access === 'write' && kind === 'option-bytes' && !this.#options!.startsAt(address)) {
      return { refused: 'no-memory', detail: 'option bytes are written from their first address' };
    }
    return undefined;
  }

  /** No part of the RAM from `start` to `end` is kept from hosts. */
  #open(start: number, end: number): boolean {
    const { reserved, accessible } = this.#kept;
    const within = ({ start: from, end: to }: Range): boolean => start >= from && end <= to;
    const used = reserved.some((range) => start < range.end && end > range.start);
    return !used && (accessible === undefined || accessible.some(within));
  }
}

function hex8(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}
