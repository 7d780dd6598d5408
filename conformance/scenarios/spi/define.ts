import type { QuirkName } from '../../../families/index.ts';
import type { Entry } from '../../entry.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING: readonly Entry[] = [
  'synchronised',
  'after-nack',
  'aborted-write',
  'refused-go',
  'nss-low',
  'after-dummies',
];

/** All of them, a write-protected device included. */
export const READING: readonly Entry[] = [...WAITING, 'write-protected'];

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...READING, 'rdp-1'];

/** Older products of which a host hears an ACK before the work is done (AN4286, note on Erase). */
export const EARLY: readonly QuirkName[] = [
  'spi-last-byte-repeated',
  'spi-erase-acknowledged-early',
];
