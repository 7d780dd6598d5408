import { ACK, BUSY, fetch, result } from '../host.ts';
import type { Step } from '../../../run/script.ts';

/** A no-stretch command whose result is asked for at once: busy, or done already. */
export function askedAtOnce(...sent: readonly Step[]): readonly Step[] {
  return [
    ...sent,
    fetch('its answer at once', 1, [BUSY, { ...ACK, goOn: [] }]),
    result('no-stretch', 'all'),
  ];
}
