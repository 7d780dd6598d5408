import type { Setup } from './pins.ts';
import { DFU_REQUESTS } from './dfu-names.ts';
import type { DfuInput } from './dfu-table.ts';

/**
 * The request as the table tells it, for blocks of so many bytes; undefined for none of DFU. The direction
 * bit is not looked at twice.
 */
export function inputOf(
  setup: Setup,
  data: Uint8Array,
  transferSize: number,
): DfuInput | undefined {
  const { bRequest, wValue, wLength, bmRequestType } = setup;
  const toHost = (bmRequestType & 0x80) !== 0;
  switch (bRequest) {
    case DFU_REQUESTS.DETACH:
      return 'DETACH';
    case DFU_REQUESTS.DNLOAD:
      if (toHost && wLength > 0) return undefined; // its data cannot come
      if (data.length === 0) return 'DNLOAD of nothing';
      if (data.length > transferSize) return 'DNLOAD of too much';
      return wValue === 1 ? 'DNLOAD of block 1' : 'DNLOAD';
    case DFU_REQUESTS.UPLOAD:
      if (wLength === 0) return 'UPLOAD of nothing';
      if (wValue === 0) return wLength > 3 ? 'UPLOAD of block 0' : 'UPLOAD of part of block 0';
      return wValue === 1 ? 'UPLOAD of block 1' : 'UPLOAD';
    case DFU_REQUESTS.GETSTATUS:
      return 'GETSTATUS';
    case DFU_REQUESTS.CLRSTATUS:
      return 'CLRSTATUS';
    case DFU_REQUESTS.GETSTATE:
      return 'GETSTATE';
    case DFU_REQUESTS.ABORT:
      return 'ABORT';
    default:
      return undefined;
  }
}
