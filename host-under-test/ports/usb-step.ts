import { dfuRequests, dfuSeOpcodes, usbRequests } from '../../families/index.ts';
import type { Setup } from '../../emulator/index.ts';
import type { DnloadCommand, UsbRequest, UsbStep } from '../faults/steps.ts';

/** Names the step of the protocol that each control transfer is, from those before it. */
export class UsbSteps {
  #command: DnloadCommand | undefined;
  #polls = 0;

  next(setup: Setup, data: Uint8Array): UsbStep {
    const request = requestOf(setup);
    if (request === 'DNLOAD') {
      this.#command = commandOf(setup, data);
      this.#polls = 0;
      return `${this.#command}: DNLOAD`;
    }
    if (request === 'GETSTATUS' && this.#command !== undefined) {
      this.#polls++;
      return `${this.#command}: GETSTATUS ${this.#polls}`;
    }
    this.#command = undefined;
    return request;
  }
}

/** A class or standard request by name. */
export function requestOf({ bmRequestType, bRequest }: Setup): UsbRequest {
  const type = bmRequestType & 0x60;
  const known = type === 0x20 ? dfuRequests : type === 0 ? usbRequests : {};
  const [name] =
    (Object.entries(known) as [UsbRequest, number][]).find(([, value]) => value === bRequest) ?? [];
  return name ?? `request ${bRequest}`;
}

/** What a DNLOAD asks for (AN3156): block 0 is a command, no data at all a leave. */
function commandOf({ wValue, wLength }: Setup, data: Uint8Array): DnloadCommand {
  if (wLength === 0) return 'leave';
  if (wValue !== 0) return 'write';
  switch (data[0]) {
    case dfuSeOpcodes.get:
      return 'get';
    case dfuSeOpcodes['set-address-pointer']:
      return 'set-address-pointer';
    case dfuSeOpcodes.erase:
      return data.length > 1 ? 'erase' : 'mass-erase';
    case dfuSeOpcodes['read-unprotect']:
      return 'read-unprotect';
    default:
      return 'unknown';
  }
}
