import { ACK, NACK } from '../host.ts';
import type { Reply, Step } from '../../../run/script.ts';

/** Refusals of an address in which nothing may be read or written; `later` is what the host would send next. */
export function addressRefused(
  refusedAt: 'address' | 'length' | 'block',
  later: readonly Step[],
): readonly Reply[] {
  if (refusedAt === 'address') return [NACK];
  const says = `this ROM acknowledges the address and refuses at the ${refusedAt} (seen on silicon)`;
  return [NACK, { ...ACK, verdict: 'non-strict', says, goOn: later }];
}
