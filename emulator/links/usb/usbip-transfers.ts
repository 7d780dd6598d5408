import type { Setup } from '../../interfaces/usb/pins.ts';
import type { ExportedDevice } from './bus.ts';
import {
  DEVICE_DESCRIPTOR,
  DEVICE_TO_HOST,
  GET_DESCRIPTOR,
  SET_CONFIGURATION,
  type Cancel,
  type TransferDone,
  type TransferResult,
} from './device.ts';
import { STATUS, submitted, unlinked, type Submit, type Unlink } from './usbip-messages.ts';

/** Transfers of one host that wait for the device at a time, and the bytes that they hold together. */
const MOST_PENDING = { transfers: 1024, bytes: 16 << 20 };

/** `PORT_RESET` for a hub's port (USB 2.0 table 11-16): the way by which Linux passes a reset on over USB/IP. */
const RESET = { bmRequestType: 0x23, bRequest: 3, wValue: 4 } as const;

/** What Linux and Windows ask for right after each reset of the port, and at no other time. */
const FIRST_LOOK = { wValue: DEVICE_DESCRIPTOR << 8, wLength: 64 } as const;

/** The transfers of one host on the device that it has imported. */
export class UsbipTransfers {
  readonly #exported: ExportedDevice;
  readonly #send: (message: Uint8Array) => void;
  readonly #pending = new Map<number, { readonly cancel: Cancel; readonly bytes: number }>();
  #bytes = 0;

  constructor(exported: ExportedDevice, send: (message: Uint8Array) => void) {
    this.#exported = exported;
    this.#send = send;
  }

  /** Starts a transfer; returns what is wrong with it when no host would ask for it. */
  submit(submit: Submit, data: Uint8Array): string | undefined {
    const { seqnum, endpoint, packets } = submit;
    if (packets !== 0) return 'an isochronous transfer';
    if (endpoint > 15) return `endpoint ${endpoint}`;
    if (this.#pending.has(seqnum)) return `transfer ${seqnum} twice`;
    if (
      this.#pending.size >= MOST_PENDING.transfers ||
      this.#bytes + data.length > MOST_PENDING.bytes
    ) {
      return 'too many transfers at once';
    }
    let result: TransferResult | undefined;
    const cancel = this.#start(submit, data, (ended) => {
      result = ended;
      const pending = this.#pending.get(seqnum);
      if (pending !== undefined) this.#forget(seqnum, pending.bytes);
      this.#reply(submit, ended, data.length);
    });
    if (result !== undefined) return undefined;
    this.#pending.set(seqnum, { cancel, bytes: data.length });
    this.#bytes += data.length;
    return undefined;
  }

  /** Takes a transfer back, unless it has been answered. */
  unlink({ seqnum, victim }: Unlink): void {
    const pending = this.#pending.get(victim);
    if (pending === undefined) return this.#send(unlinked(seqnum, STATUS.ok));
    pending.cancel();
    this.#forget(victim, pending.bytes);
    this.#send(unlinked(seqnum, STATUS.unlinked));
  }

  /** Takes all of them back without an answer: the host has gone. */
  cancelAll(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
    this.#bytes = 0;
  }

  #start(submit: Submit, data: Uint8Array, done: TransferDone): Cancel {
    const { device } = this.#exported;
    const { endpoint, toHost, length } = submit;
    if (endpoint === 0) return this.#control(submit, data, done);
    return toHost
      ? device.transferIn(endpoint, length, done)
      : device.transferOut(endpoint, data, done);
  }

  #control({ setup, length, toHost }: Submit, data: Uint8Array, done: TransferDone): Cancel {
    if (isReset(setup)) {
      this.#exported.reset();
      done(new Uint8Array());
      return () => {};
    }
    const fits = setup.wLength === 0 || (isToHost(setup) === toHost && length >= setup.wLength);
    if (!fits) {
      done('stall');
      return () => {};
    }
    // vhci_hcd keeps resets of the port to itself.
    if (isFirstLook(setup) && this.#exported.touched) this.#exported.reset();
    this.#exported.touched = true;
    return this.#exported.device.control(setup, data.subarray(0, setup.wLength), (result) => {
      if (setup.bmRequestType === 0 && setup.bRequest === SET_CONFIGURATION && result !== 'stall')
        this.#exported.configuration = setup.wValue & 0xff;
      done(result);
    });
  }

  #reply({ seqnum, toHost, length, shortIsError }: Submit, result: TransferResult, sent: number) {
    if (result === 'stall') return this.#send(submitted(seqnum, STATUS.stall));
    if (result === 'gone') return this.#send(submitted(seqnum, STATUS.gone));
    if (!toHost) return this.#send(submitted(seqnum, STATUS.ok, sent));
    const data = result.subarray(0, length); // more would be a babble, which no chip of ours makes
    const short = shortIsError && data.length < length;
    this.#send(submitted(seqnum, short ? STATUS.short : STATUS.ok, data.length, data));
  }

  #forget(seqnum: number, bytes: number): void {
    this.#pending.delete(seqnum);
    this.#bytes -= bytes;
  }
}

function isToHost({ bmRequestType }: Setup): boolean {
  return (bmRequestType & DEVICE_TO_HOST) !== 0;
}

function isReset({ bmRequestType, bRequest, wValue }: Setup): boolean {
  return (
    bmRequestType === RESET.bmRequestType && bRequest === RESET.bRequest && wValue === RESET.wValue
  );
}

function isFirstLook({ bmRequestType, bRequest, wValue, wLength }: Setup): boolean {
  return (
    bmRequestType === DEVICE_TO_HOST &&
    bRequest === GET_DESCRIPTOR &&
    wValue === FIRST_LOOK.wValue &&
    wLength === FIRST_LOOK.wLength
  );
}
