import type { AssertionRow } from '../../results/assertion.ts';

const BOTH = 'AN2606, the notes of the protocols';

/** What the notes of all protocols require alike. */
export const commonAssertions: readonly AssertionRow[] = [
  ['common-1', 'must', BOTH, 'What is written is what memory holds, there and nowhere else.'],
  ['common-2', 'must', BOTH, 'What memory holds is what is read.'],
  ['common-3', 'must', BOTH, 'Where there is no memory, reads and writes are refused.'],
  ['common-4', 'must', BOTH, 'The erase of a page takes all of it and nothing else.'],
  ['common-5', 'must', BOTH, 'The erase of all takes all of main flash.'],
  ['common-6', 'must', BOTH, 'A write to a write-protected page is no error and has no effect.'],
  [
    'common-7',
    'must',
    BOTH,
    'Under readout protection memory is neither read, written nor erased.',
  ],
  ['common-8', 'must', BOTH, 'The readout protection is taken off at the price of all of flash.'],
  ['common-9', 'must', BOTH, 'An application can be started, and the bootloader is left.'],
  [
    'common-10',
    'must',
    `${BOTH}, OPENBL`,
    'Of the option bytes a write changes what it reaches, and erases the rest where they are flash.',
  ],
  ['common-11', 'must', BOTH, 'A write-protected page is erased by nothing.'],
  ['common-12', 'must', BOTH, 'A write to the option bytes ends in a reset, which loads them.'],
];
