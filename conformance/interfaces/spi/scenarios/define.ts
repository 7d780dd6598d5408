import { spi } from '../index.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = spi.waiting;
