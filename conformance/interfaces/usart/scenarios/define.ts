import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';

/** Why an address is not refused that later versions refuse. */
export const before21 = (part: Part): string | undefined =>
  since(part, '2.1') ? undefined : 'refused from protocol 2.1 on';

/** Why the RAM that the bootloader uses is not refused. */
export const before22 = (part: Part): string | undefined =>
  since(part, '2.2') ? undefined : 'RAM is refused from protocol 2.2 on';
