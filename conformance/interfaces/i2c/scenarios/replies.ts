import { ACK, NACK } from '../host.ts';
import type { Part } from '../../../part/part.ts';
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

/** Why bytes below 0x100 that are no commands cannot be told: the list of the product is not known. */
export function noList(part: Part): string | undefined {
  return part.commands === undefined
    ? 'from protocol 2.0 on the list differs by product, and that of this line is not known'
    : undefined;
}
