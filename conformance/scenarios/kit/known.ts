import type { Excusable } from '../../run/excuses.ts';

/** Limitations that show where RAM is written. */
export const RAM: readonly Excusable[] = ['ram-write-corrupted', 'ram-write-refused'];

/** Limitations that show where a list of pages is erased. */
export const LISTS: readonly Excusable[] = [
  'multi-page-erase-broken',
  'bank-2-multi-page-erase-broken',
];

/** Limitations that show where one bank is erased. */
export const BANKS: readonly Excusable[] = ['bank-erase-broken', 'bank-erase-refused'];
