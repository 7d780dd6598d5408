import type { Bootloader } from '../../families/index.ts';

/** Start-up time in ms of a bootloader for which no table has a figure, and the least that is waited for. */
const USUAL_MS = 100;

/** ms from a reset after which a host may count on the bootloader (AN2606, bootloader timing), with half of it to spare. */
export function startUpMs({ startupMs = 0 }: Pick<Bootloader, 'startupMs'>): number {
  return Math.max(USUAL_MS, 1.5 * startupMs);
}
