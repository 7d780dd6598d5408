import { dfuRequests, usbRequests } from '../../../families/index.ts';
import type { Alarm, Clock } from '../../clock.ts';
import type { UsbAnswer } from './device.ts';
import type { Setup, UsbPins } from './pins.ts';
import type { Hold } from '../../pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { BusPort } from '../../bootloader/bus-port.ts';

/** The chip's side of a USB port. */
export interface UsbFunction {
  control(setup: Setup, data: Uint8Array): UsbAnswer;
  busReset(): void;
}

/** The full-speed USB port of the chip: on the bus while something is connected to it inside. */
export class UsbPort implements BusPort, UsbPins {
  readonly name: string;
  readonly #trace: Trace;
  readonly #retry: (() => void)[] = [];
  readonly #attach: ((attached: boolean) => void)[] = [];
  #function: UsbFunction | undefined;
  /** The device is about to come onto the bus. */
  #pullUp: Alarm | undefined;
  /** The transfer that is answered with NAKs. */
  #held: { readonly setup: Setup; readonly data: Uint8Array } | undefined;

  constructor(name: string, trace: Trace) {
    this.name = name;
    this.#trace = trace;
  }

  get attached(): boolean {
    return this.#function !== undefined;
  }

  busReset(): void {
    if (this.#function === undefined) return;
    this.#giveUp('the bus was reset');
    this.#trace.emit({ kind: 'bus-reset', port: this.name });
    this.#function.busReset();
  }

  control(setup: Setup, data: Uint8Array): Uint8Array | 'stall' | Hold {
    const device = this.#function;
    if (device === undefined) return { hold: true }; // nobody is there to answer
    if (!this.#isHeld(setup, data)) {
      this.#giveUp('the host began another transfer');
      this.#trace.emit({
        kind: 'setup',
        port: this.name,
        request: requestName(setup),
        setup,
        bytes: data,
      });
    }
    this.#held = { setup, data };
    const answer = device.control(setup, data);
    if ('hold' in answer) return answer;
    if (this.#function === device) this.#held = undefined;
    if ('stall' in answer) {
      const { stall: reason, ...state } = answer;
      const bytes = new Uint8Array();
      const stalled = { answer: 'stall', reason, bytes, ...state } as const;
      this.#trace.emit({ kind: 'answer', port: this.name, setup, ...stalled });
      return 'stall';
    }
    this.#trace.emit({ kind: 'answer', port: this.name, setup, answer: 'done', bytes: answer });
    return answer;
  }

  onRetry(listener: () => void): void {
    this.#retry.push(listener);
  }

  onAttach(listener: (attached: boolean) => void): void {
    this.#attach.push(listener);
  }

  /**
   * The pull-up goes on: the device is on the bus. That is an event of its own, so that a host which
   * answers it at once finds every port of the chip ready.
   */
  connect(device: UsbFunction, clock: Clock): void {
    this.#pullUp = clock.work(0, () => {
      this.#pullUp = undefined;
      this.#function = device;
      this.#announce(true);
    });
  }

  /** The device drops off the bus; a transfer that is held is never answered. */
  disconnect(): void {
    this.#pullUp?.cancel();
    this.#pullUp = undefined;
    if (this.#function === undefined) return;
    this.#giveUp('the device dropped off the bus');
    this.#function = undefined;
    this.#announce(false);
  }

  /** What was held may be asked for again. */
  retry(): void {
    for (const listener of this.#retry) listener();
  }

  #announce(on: boolean): void {
    this.#trace.emit({ kind: 'attach', port: this.name, on });
    for (const listener of this.#attach) listener(on);
  }

  #giveUp(reason: string): void {
    if (this.#held === undefined) return;
    const { setup } = this.#held;
    this.#held = undefined;
    const bytes = new Uint8Array();
    this.#trace.emit({ kind: 'answer', port: this.name, setup, answer: 'none', reason, bytes });
  }

  #isHeld(setup: Setup, data: Uint8Array): boolean {
    const held = this.#held;
    return (
      held !== undefined &&
      held.setup.bmRequestType === setup.bmRequestType &&
      held.setup.bRequest === setup.bRequest &&
      held.setup.wValue === setup.wValue &&
      held.setup.wIndex === setup.wIndex &&
      held.setup.wLength === setup.wLength &&
      held.data.length === data.length &&
      held.data.every((byte, at) => byte === data[at])
    );
  }
}

/** The request as its specification calls it. */
function requestName({ bmRequestType, bRequest }: Setup): string {
  const type = bmRequestType & 0x60;
  const known = type === 0x20 ? dfuRequests : type === 0 ? usbRequests : {};
  const [found] = Object.entries(known).find(([, value]) => value === bRequest) ?? [];
  return found ?? `${type === 0 ? '' : type === 0x20 ? 'class ' : 'vendor '}request ${bRequest}`;
}
