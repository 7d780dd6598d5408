import type { Setup } from '../../emulator/index.ts';

/** bRequest of DFU by name (DFU 1.1 table 3.2), and of the standard requests that hosts use (USB 2.0 table 9-4). */
const DFU_REQUESTS = ['DETACH', 'DNLOAD', 'UPLOAD', 'GETSTATUS', 'CLRSTATUS', 'GETSTATE', 'ABORT'];
const STANDARD: Readonly<Record<number, string>> = {
  0: 'GET_STATUS',
  1: 'CLEAR_FEATURE',
  6: 'GET_DESCRIPTOR',
  8: 'GET_CONFIGURATION',
  9: 'SET_CONFIGURATION',
  10: 'GET_INTERFACE',
  11: 'SET_INTERFACE',
};

/** Names the step of the protocol that each control transfer is, from those before it. */
export class UsbSteps {
  #command = '';
  #polls = 0;

  next(setup: Setup, data: Uint8Array): string {
    const request = requestOf(setup);
    if (request === 'DNLOAD') {
      this.#command = commandOf(setup, data);
      this.#polls = 0;
      return `${this.#command}: DNLOAD`;
    }
    if (request === 'GETSTATUS' && this.#command !== '') {
      this.#polls++;
      return `${this.#command}: GETSTATUS ${this.#polls}`;
    }
    this.#command = '';
    return request;
  }
}

/** A class or standard request by name. */
export function requestOf({ bmRequestType, bRequest }: Setup): string {
  const type = bmRequestType & 0x60;
  const name = type === 0x20 ? DFU_REQUESTS[bRequest] : type === 0 ? STANDARD[bRequest] : undefined;
  return name ?? `request ${bRequest}`;
}

/** What a DNLOAD asks for (AN3156): block 0 is a command, no data at all a leave. */
function commandOf({ wValue, wLength }: Setup, data: Uint8Array): string {
  if (wLength === 0) return 'leave';
  if (wValue !== 0) return 'write';
  switch (data[0]) {
    case 0x00:
      return 'get';
    case 0x21:
      return 'set-address-pointer';
    case 0x41:
      return data.length > 1 ? 'erase' : 'mass-erase';
    case 0x92:
      return 'read-unprotect';
    default:
      return 'unknown';
  }
}
