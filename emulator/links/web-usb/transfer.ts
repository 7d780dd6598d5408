import type { Setup } from '../../interfaces/usb/pins.ts';
import type { ExportedDevice } from '../usb/bus.ts';
import type { TransferDone, TransferResult } from '../usb/device.ts';

/** A control transfer to its end. @throws DOMException `NetworkError` when the device drops off the bus */
export async function control(
  { device }: ExportedDevice,
  setup: Setup,
  data: Uint8Array,
): Promise<Uint8Array | 'stall'> {
  return await ended((done) => device.control(setup, data, done));
}

/** The end of a transfer that `start` begins. @throws DOMException as `control` does */
export async function ended(start: (done: TransferDone) => void): Promise<Uint8Array | 'stall'> {
  const result = await new Promise<TransferResult>((resolve) => start(resolve));
  if (result === 'gone') throw failure('NetworkError', 'the device was disconnected');
  return result;
}

/** An error by the name that WebUSB gives it. */
export function failure(name: string, message: string): DOMException {
  return new DOMException(message, name);
}

/** The same bytes as a page gets them. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
