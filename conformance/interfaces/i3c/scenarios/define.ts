import { i3c } from '../index.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = i3c.waiting;
