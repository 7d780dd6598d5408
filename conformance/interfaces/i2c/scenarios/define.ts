import { i2c } from '../index.ts';
import { noAddress } from '../part.ts';
import type { Scenario } from '../../../run/scenario.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = i2c.waiting;

/** The scenarios, none of which a host can play where it does not know the address. */
export function reachable(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.map((each) => ({
    ...each,
    unsupported: (part) => noAddress(part) ?? each.unsupported?.(part),
  }));
}
