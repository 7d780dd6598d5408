import { i3c } from '../index.ts';
import type { Entry } from '../../../run/entry.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = i3c.waiting;

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...WAITING, 'write-protected', 'rdp-1'];
