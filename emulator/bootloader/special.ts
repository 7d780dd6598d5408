import type { Operation, Refused } from '../chip/operation.ts';
import type { Environment, Rom } from './rom.ts';

/** What a sub-operation of Special or Extended Special does. */
export type SpecialOperation = (
  environment: Environment,
  data: Uint8Array,
) => { readonly operation?: Operation; readonly reset: boolean } | Refused;

/** AN2606, special commands of H5 and C5: sub-operation 0x0002 resets the chip. */
const systemReset: SpecialOperation = () => ({ reset: true });

const BY_CODE: ReadonlyMap<number, SpecialOperation> = new Map([[0x0002, systemReset]]);

/** Sub-operations of this ROM by code: those its data names and the model has. */
export function specials(rom: Rom): ReadonlyMap<number, SpecialOperation> {
  const codes = rom.bootloader.specials ?? [];
  return new Map([...BY_CODE].filter(([code]) => codes.includes(code)));
}
