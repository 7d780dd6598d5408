import type { ResetCause } from '../../trace/trace.ts';
import type { Operation, Refused } from '../../chip/operation.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Environment } from './command.ts';

/** What a sub-operation of Special or Extended Special does. */
export type SpecialOperation = (
  environment: Environment,
  data: Uint8Array,
) => { readonly operation?: Operation; readonly reset?: ResetCause } | Refused;

/** AN2606, special commands of H5: the state is stored, a reset makes it effective. */
const setProductState: SpecialOperation = ({ memory }, data) => {
  const state = word(data);
  if (state === undefined || state > 0xff)
    return { refused: 'value', detail: 'four bytes: 0 to FF' };
  const operation = memory.changeOptions({ PRODUCT_STATE: state });
  return 'refused' in operation ? operation : { operation };
};

/** AN2606, special commands of H5 and C5. */
const systemReset: SpecialOperation = () => ({ reset: 'special 2' });

/** AN2606, special commands of H5: what is provisioned is kept in a secure area that the model does not have. */
const provisionData: SpecialOperation = ({ host }) => {
  host.emit({ kind: 'dropped', what: 'provisioned data', why: 'the model has no place for it' });
  return {};
};

/** AN2606, special commands of L5 and U5: 0 leaves TrustZone, 1 goes from RDP level 1 to 0.5. */
const leaveLevel1: SpecialOperation = ({ memory, rom }, data) => {
  const rdp = rom.device.options?.rdp;
  if (rdp?.level05 === undefined || memory.level !== 1 || memory.option('TZEN') !== 1) {
    return { refused: 'value', detail: 'TZEN = 1 and readout protection level 1 are needed' };
  }
  const wanted = [
    { TZEN: 0, [rdp.field]: rdp.level0 }, // hardware clears TZEN only with a regression to level 0
    { [rdp.field]: rdp.level05 },
  ][word(data) ?? -1];
  if (wanted === undefined) {
    return { refused: 'unsupported', detail: 'only 0 (TZEN off) and 1 (RDP 0.5)' };
  }
  const operation = memory.regress(wanted, true);
  return 'refused' in operation ? operation : { operation, reset: 'special 82' };
};

const BY_CODE: ReadonlyMap<number, SpecialOperation> = new Map([
  [0x0001, setProductState],
  [0x0002, systemReset],
  [0x0082, leaveLevel1],
  [0x0083, provisionData],
]);

/** Sub-operations of this ROM by code: those its data names and the model has. */
export function specials(rom: Rom): ReadonlyMap<number, SpecialOperation> {
  const codes = rom.bootloader.specials ?? [];
  return new Map([...BY_CODE].filter(([code]) => codes.includes(code)));
}

/** Four data bytes, most significant first as everything else in the protocol. */
function word(data: Uint8Array): number | undefined {
  if (data.length !== 4) return undefined;
  return new DataView(data.buffer, data.byteOffset).getUint32(0);
}
