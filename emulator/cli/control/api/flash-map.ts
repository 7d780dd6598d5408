import type { Chip } from '../../../chip/chip.ts';
import type { TraceEvent } from '../../../trace/trace.ts';
import type { FlashMap, FlashUnit } from './schemas.ts';

/** Parts that a map has at most: as many as a page can show side by side. */
const MOST_CELLS = 256;

/** Main flash as a map: its erase units, and which parts of them hold something. */
export function flashMap(chip: Chip): FlashMap {
  return { units: flashUnits(chip), ...flashContent(chip) };
}

/** Which parts of main flash hold something. */
export function flashContent(chip: Chip): Pick<FlashMap, 'cell' | 'content'> {
  const { cells } = chip.flash;
  const cell = cellLength(cells.length);
  let content = '';
  for (let offset = 0; offset < cells.length; offset += cell) {
    const length = Math.min(cell, cells.length - offset);
    content += cells.isBlank(offset, length) ? '0' : '1';
  }
  return { cell, content };
}

/** Erase units as they are mapped and protected now. */
export function flashUnits(chip: Chip): FlashUnit[] {
  return chip.flash.units.map((unit) => {
    const { number, bank, address, offset, length } = unit;
    return { number, bank, address, offset, length, protection: chip.protectionOf(unit) };
  });
}

function cellLength(flash: number): number {
  return 2 ** Math.ceil(Math.log2(flash / MOST_CELLS));
}

/** Ranges of main flash that a host works on, as offsets: what its command names until that is over, and what was changed. */
export class WorkedOn {
  readonly #chip: Chip;
  #asked: readonly (readonly [from: number, end: number])[] = [];
  #changed: (readonly [from: number, end: number])[] = [];

  constructor(chip: Chip) {
    this.#chip = chip;
  }

  event(event: TraceEvent): void {
    switch (event.kind) {
      case 'request':
        this.#asked = this.#rangesOf(event);
        return;
      case 'done':
      case 'nack':
      case 'reset':
      case 'power':
        this.#asked = [];
        return;
      case 'program':
      case 'erase':
        this.#changed.push(...this.#range(event.address, event.length));
        return;
      default:
    }
  }

  /** The ranges; what was changed is named once. */
  take(): readonly (readonly [from: number, end: number])[] {
    const ranges = [...this.#asked, ...this.#changed].toSorted(([one], [other]) => one - other);
    this.#changed = [];
    const joined: [number, number][] = [];
    for (const [from, end] of ranges) {
      const last = joined.at(-1);
      if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([from, end]);
    }
    return joined;
  }

  #rangesOf({
    address,
    length,
    pages,
    bank,
  }: TraceEvent & { readonly kind: 'request' }): readonly (readonly [number, number])[] {
    const { flash } = this.#chip;
    if (address !== undefined) return this.#range(address, length ?? 1);
    const named = new Set(pages);
    return flash.units
      .filter((unit) => bank === 'all' || unit.bank === bank || named.has(unit.number))
      .map(({ offset, length: all }) => [offset, offset + all] as const);
  }

  #range(address: number, length: number): readonly (readonly [number, number])[] {
    const { flash } = this.#chip;
    const unit = flash.unitAt(address);
    if (unit === undefined) return [];
    const from = unit.offset + address - unit.address;
    return [[from, Math.min(from + length, flash.cells.length)]];
  }
}
