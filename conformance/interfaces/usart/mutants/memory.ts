import { madeOf } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';
import {
  none,
  numbersOf,
  oneTooMany,
  protectedRefused,
  takesForAll,
} from '../../../mutants/memory/erases.ts';
import {
  lists,
  named,
  protectedCodes,
  protects,
  unprotects,
  upTo,
} from '../../../mutants/memory/faults.ts';

/** Devices whose memories are wrong as they can be here alone. */
export const memoryOnUsart: readonly Kind[] = [
  ...madeOf('erase', [protectedRefused]),
  ...madeOf('erase', [
    named('erase-v2-does-nothing', none),
    named('erase-v2-one-too-many', oneTooMany),
    takesForAll('global-erase-spares-first-page', 'FF 00 leaves the first page', (memory) => ({
      pages: numbersOf(memory).slice(1),
    })),
    lists('erase-v2-ends-at-protected', 'a list ends at a protected page', (pages, memory, rom) =>
      // a code of F103xB protects four pages
      upTo(pages, (page) => protectedCodes(memory, rom).includes(page >> 2)),
    ),
    lists('erase-v2-pages-in-six-bits', 'page numbers of Erase are taken modulo 64', (pages) =>
      pages.map((page) => page & 0x3f),
    ),
    lists('erase-v2-64-at-most', 'of a list of Erase the first 64 pages are erased', (pages) =>
      pages.slice(0, 64),
    ),
  ]),
  ...madeOf('erase', [
    unprotects('write-unprotect-frees-first-area', 'the first eight areas are freed', () => ({
      WRP0: 0xff,
    })),
    protects('write-protect-in-first-area', 'codes behind the first eight are lost', (codes) =>
      codes.filter((code) => code < 8),
    ),
  ]),
];
