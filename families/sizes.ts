import type { Bank, Device } from './family.ts';

export const KiB = 1024;

/** RAM in KiB, all regions together, at a flash size in KiB. */
export function ramKiB(
  { ram, ramBySize }: Pick<Device, 'ram' | 'ramBySize'>,
  flashKiB: number,
): number {
  const all = ram.reduce((sum, { length }) => sum + length, 0) / 1024;
  return ramBySize?.[flashKiB] ?? all;
}

/** Flash sizes of a line in KiB, smallest first. */
export function flashSizes(device: Device): readonly number[] {
  return Object.keys(device.flash.layouts)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Sizes in bytes of the erase units of a bank, in the order of their addresses. */
export function pagesOf(bank: Bank): readonly number[] {
  return bank.pages.flatMap((run) => {
    const match = /^(\d+)\*(\d+)(K?)$/.exec(run);
    if (!match) throw new Error(`unreachable: ${run} is not a run of pages`);
    const bytes = Number(match[2]) * (match[3] === 'K' ? 1024 : 1);
    return Array.from<number>({ length: Number(match[1]) }).fill(bytes);
  });
}
