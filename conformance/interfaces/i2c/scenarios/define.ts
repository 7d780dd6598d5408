import { i2c } from '../index.ts';
import type { Entry } from '../../../run/entry.ts';
import { noAddress } from '../part.ts';
import type { Scenario } from '../../../run/scenario.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = i2c.waiting;

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...WAITING, 'write-protected', 'rdp-1'];

/** The scenarios, none of which a host can play where it does not know the address. */
export function reachable(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.map((each) => ({
    ...each,
    unsupported: (part) => noAddress(part) ?? each.unsupported?.(part),
  }));
}
