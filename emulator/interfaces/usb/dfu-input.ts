import { dfuRequests } from '../../../families/index.ts';
import type { Setup } from './pins.ts';
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
    case dfuRequests.DETACH:
      return 'DETACH';
    case dfuRequests.DNLOAD:
      if (toHost && wLength > 0) return undefined; // its data cannot come
      if (data.length === 0) return 'DNLOAD of nothing';
      if (data.length > transferSize) return 'DNLOAD of too much';
      return wValue === 1 ? 'DNLOAD of block 1' : 'DNLOAD';
    case dfuRequests.UPLOAD:
      if (wLength === 0) return 'UPLOAD of nothing';
      if (wValue === 0) return wLength > 3 ? 'UPLOAD of block 0' : 'UPLOAD of part of block 0';
      return wValue === 1 ? 'UPLOAD of block 1' : 'UPLOAD';
    case dfuRequests.GETSTATUS:
      return 'GETSTATUS';
    case dfuRequests.CLRSTATUS:
      return 'CLRSTATUS';
    case dfuRequests.GETSTATE:
      return 'GETSTATE';
    case dfuRequests.ABORT:
      return 'ABORT';
    default:
      return undefined;
  }
}
