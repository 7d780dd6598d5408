import type { OperationTimes } from '../../families/index.ts';
import type { EraseUnit } from './erase-units.ts';

/** µs to erase one unit of so many bytes. */
export function eraseTime(times: OperationTimes, length: number): number {
  const exact = times.erase.find((row) => row.KiB * 1024 === length);
  if (exact !== undefined) return exact.ms.typ * 1000;
  // no figure for this size: in proportion to the nearest larger or the last one
  const nearest = times.erase.find((row) => row.KiB * 1024 > length) ?? times.erase.at(-1);
  if (nearest === undefined) return 0;
  return (nearest.ms.typ * 1000 * length) / (nearest.KiB * 1024);
}

/** µs to erase all of these units at once: one bank, or the whole flash of `flashKiB`. */
export function massEraseTime(
  times: OperationTimes,
  flashKiB: number,
  units: readonly EraseUnit[],
  oneBank: boolean,
): number {
  const KiB = units.reduce((sum, unit) => sum + unit.length, 0) / 1024;
  const ofBank = oneBank ? times.bankErase?.[KiB] : undefined;
  if (ofBank !== undefined) return ofBank.typ * 1000;
  if (times.massErase !== 'sum') {
    const printed = 'any' in times.massErase ? times.massErase.any : times.massErase[flashKiB];
    // F42x: erasing one bank takes as long as both, which run in parallel (datasheet tBE = tME)
    if (printed !== undefined) return printed.typ * 1000;
  }
  return units.reduce((sum, unit) => sum + eraseTime(times, unit.length), 0);
}
