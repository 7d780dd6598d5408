import type { At, Wire } from './wire.ts';

/** Whether a packet is to be refused whose checksum or complement is wrong in these bits: 0 is a right one. */
export function isDamaged(wire: Wire, wrong: number, at: At): boolean {
  return wrong !== 0 && wire.tolerates?.(wrong, at) !== true;
}
