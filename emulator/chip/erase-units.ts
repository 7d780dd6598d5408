import type { Bank } from '../../families/index.ts';
import { pagesOf } from '../../families/index.ts';

/** One erase unit as it is mapped now; `offset` is its place in the array. */
export interface EraseUnit {
  readonly number: number;
  readonly bank: number;
  /** Place in its bank, from 0: what write-protection areas count. */
  readonly index: number;
  readonly address: number;
  readonly length: number;
  readonly offset: number;
}

/** Boards of one part share their units, of which a large one has a thousand. */
const known = new WeakMap<readonly Bank[], readonly EraseUnit[]>();

/** The erase units of the banks in the order of their addresses. */
export function eraseUnits(banks: readonly Bank[]): readonly EraseUnit[] {
  const before = known.get(banks);
  if (before !== undefined) return before;
  const units: EraseUnit[] = [];
  let offset = 0;
  banks.forEach((bank, number) => {
    let address = bank.start;
    pagesOf(bank).forEach((length, index) => {
      units.push({ number: bank.first + index, bank: number, index, address, length, offset });
      address += length;
      offset += length;
    });
  });
  known.set(banks, units);
  return units;
}

/** The unit that holds the address; undefined outside main flash and in the gap between banks. */
export function unitHolding(units: readonly EraseUnit[], address: number): EraseUnit | undefined {
  let low = 0;
  let high = units.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const unit = units[middle]!;
    if (address < unit.address) high = middle - 1;
    else if (address >= unit.address + unit.length) low = middle + 1;
    else return unit;
  }
  return undefined;
}
