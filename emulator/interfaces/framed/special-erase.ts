import { eraseCodes } from '../../../families/index.ts';
import type { Erase } from '../../chip/chip.ts';

/** What the special codes of Erase Memory do. */
export const SPECIAL_ERASES: ReadonlyMap<number, Erase> = new Map<number, Erase>([
  [eraseCodes.all, { mass: true }],
  [eraseCodes.bank1, { bank: 0 }],
  [eraseCodes.bank2, { bank: 1 }],
]);
