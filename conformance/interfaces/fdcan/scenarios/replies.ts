import { SILENCE, nack } from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Reply } from '../../../run/script.ts';

/** Refusals of Read Memory because of readout protection. */
export function protectedReadReplies(part: Part): readonly Reply[] {
  if (!part.quirks.has('fdcan-protected-read-silent')) return [nack('read-memory')];
  const says = 'this ROM does not answer a read under readout protection (seen on silicon)';
  return [nack('read-memory'), { ...SILENCE, verdict: 'non-strict', says }];
}
