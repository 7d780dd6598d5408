import type { Entry } from '../../../run/entry.ts';
import type { Part } from '../../../part/part.ts';
import { fdcan } from '../index.ts';
import type { Step } from '../../../run/script.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = fdcan.waiting;

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...WAITING, 'write-protected', 'rdp-1'];

/** A new session behind the reset; power comes anew where a ROM does not load its option bytes before (AN2606, L5). */
export function again(part: Part, then: readonly Step[] = []): readonly Step[] {
  const [first, ...rest] = fdcan.connect(part, then) as [Step, ...Step[]];
  const cycled = part.quirks.has('fdcan-options-after-power-on');
  return [cycled ? { ...first, restart: true } : first, ...rest];
}
