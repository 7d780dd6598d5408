import type { Entry } from '../../../run/entry.ts';

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
