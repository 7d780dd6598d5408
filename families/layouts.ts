import { pagesOf } from './sizes.ts';
import type { Bank, PageRun } from './family.ts';

const FLASH = 0x0800_0000;

/** Main flash of one bank, from its start on. */
export function oneBank(...pages: readonly PageRun[]): readonly Bank[] {
  return [{ start: FLASH, first: 0, pages }];
}

/** Main flash of two banks alike: the second follows on the first, and its page numbers too. */
export function twoBanks(...pages: readonly PageRun[]): readonly Bank[] {
  const [bank] = oneBank(...pages);
  const sizes = pagesOf(bank!);
  const start = sizes.reduce((at, size) => at + size, FLASH);
  return [bank!, { start, first: sizes.length, pages }];
}
