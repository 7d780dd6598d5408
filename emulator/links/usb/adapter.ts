import type { Clock } from '../../clock.ts';
import type { Setup } from '../../interfaces/usb/pins.ts';
import type { Pacer } from '../pacer.ts';
import { descriptionOf, descriptorOf, type UsbIdentity } from './descriptors.ts';
import {
  DEVICE_TO_HOST,
  GET_DESCRIPTOR,
  SET_CONFIGURATION,
  type Cancel,
  type TransferDone,
  type UsbDescription,
  type UsbDevice,
} from './device.ts';
import type { InEndpoint } from './in-endpoint.ts';

/** The answer to a control transfer: the bytes of its IN stage (empty for OUT), or a STALL. */
export type ControlAnswer = Uint8Array | 'stall';

/** What an adapter is beyond what every USB device is. */
export interface AdapterFunction {
  readonly identity: UsbIdentity;
  /** Endpoints to the host by their numbers, 1 to 15. */
  readonly inputs?: ReadonlyMap<number, InEndpoint>;
  /** Endpoints from the host: what each does with the bytes of one transfer. */
  readonly outputs?: ReadonlyMap<number, (data: Uint8Array) => void>;
  /** A class or vendor request; `signal` tells that the host no longer wants the answer. */
  request(
    setup: Setup,
    data: Uint8Array,
    signal: AbortSignal,
  ): ControlAnswer | Promise<ControlAnswer>;
  /** The bus was reset, a configuration set, or nobody has the device any more: lets go of all that its host held. */
  reset(): void;
}

/** What an adapter is connected to, beside the pins of its bus. */
export interface AdapterSurroundings {
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Says what a user may want to know. */
  readonly note: (text: string) => void;
}

/** Standard requests (USB 2.0 table 9-4) that adapters answer beside those that the links look at. */
const REQUEST = {
  getStatus: 0,
  clearFeature: 1,
  getConfiguration: 8,
  getInterface: 10,
  setInterface: 11,
} as const;

/** Bits 5 and 6 of bmRequestType: class or vendor, where both are 0 for a standard request. */
const NOT_STANDARD = 0x60;

const NOTHING = new Uint8Array();

interface Transfer {
  readonly setup: Setup;
  readonly data: Uint8Array;
  readonly done: TransferDone;
  readonly given: AbortController;
}

/** A USB device beside the board that brings one of its buses to a host: it is always on the bus. */
export class UsbAdapter implements UsbDevice {
  readonly description: UsbDescription;
  readonly attached = true;
  readonly #function: AdapterFunction;
  readonly #queue: Transfer[] = [];
  #serving = false;
  #configuration = 0;

  constructor(adapter: AdapterFunction) {
    this.#function = adapter;
    this.description = descriptionOf(adapter.identity);
  }

  busReset(): void {
    this.#configuration = 0;
    this.#function.reset();
  }

  released(): void {
    this.#function.reset();
  }

  control(setup: Setup, data: Uint8Array, done: TransferDone): Cancel {
    const transfer: Transfer = { setup, data, done, given: new AbortController() };
    this.#queue.push(transfer);
    void this.#serve();
    return () => {
      const index = this.#queue.indexOf(transfer);
      if (index >= 0) this.#queue.splice(index, 1);
      transfer.given.abort();
    };
  }

  transferOut(endpoint: number, data: Uint8Array, done: TransferDone): Cancel {
    const output = this.#configuration === 0 ? undefined : this.#function.outputs?.get(endpoint);
    output?.(data);
    done(output === undefined ? 'stall' : NOTHING);
    return () => {};
  }

  transferIn(endpoint: number, length: number, done: TransferDone): Cancel {
    const input = this.#configuration === 0 ? undefined : this.#function.inputs?.get(endpoint);
    if (input !== undefined) return input.transfer(length, done);
    done('stall');
    return () => {};
  }

  /** An adapter never leaves the bus. */
  onAttach(): void {}

  /** Carries transfers out one after the other; an answer that is there at once is given at once. */
  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    for (;;) {
      const transfer = this.#queue.shift();
      if (transfer === undefined) break;
      const answer = this.#answer(transfer);
      const result = answer instanceof Promise ? await answer : answer;
      if (transfer.given.signal.aborted) continue;
      transfer.done(result === 'stall' ? result : result.subarray(0, transfer.setup.wLength));
    }
    this.#serving = false;
  }

  #answer({ setup, data, given }: Transfer): ControlAnswer | Promise<ControlAnswer> {
    return (setup.bmRequestType & NOT_STANDARD) === 0
      ? this.#standard(setup)
      : this.#function.request(setup, data, given.signal);
  }

  #standard({ bmRequestType, bRequest, wValue }: Setup): ControlAnswer {
    if ((bmRequestType & DEVICE_TO_HOST) !== 0) {
      switch (bRequest) {
        case GET_DESCRIPTOR:
          return descriptorOf(this.#function.identity, wValue) ?? 'stall';
        case REQUEST.getConfiguration:
          return Uint8Array.of(this.#configuration);
        case REQUEST.getInterface:
          return Uint8Array.of(0);
        case REQUEST.getStatus:
          return Uint8Array.of(0, 0);
        default:
          return 'stall';
      }
    }
    switch (bRequest) {
      case SET_CONFIGURATION:
        if (wValue > 1) return 'stall';
        this.#function.reset();
        this.#configuration = wValue;
        return NOTHING;
      case REQUEST.setInterface:
        return wValue === 0 ? NOTHING : 'stall';
      case REQUEST.clearFeature:
        return NOTHING;
      default:
        return 'stall';
    }
  }
}
