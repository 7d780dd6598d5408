import type { Setup, UsbPins } from '../../interfaces/usb/pins.ts';
import { ControlPipe } from './control-pipe.ts';
import type { Cancel, TransferDone, UsbDevice, UsbDescription } from './device.ts';

/** The chip itself as a USB device: its bootloader has endpoint 0 only. */
export class UsbChip implements UsbDevice {
  readonly description: UsbDescription;
  readonly #pins: UsbPins;
  readonly #settle: (action: () => void) => void;
  readonly #pipe: ControlPipe;

  /** `settle` lets an action happen on the pins, and what follows from it. */
  constructor(pins: UsbPins, description: UsbDescription, settle: (action: () => void) => void) {
    this.description = description;
    this.#pins = pins;
    this.#settle = settle;
    this.#pipe = new ControlPipe(pins, settle);
  }

  get attached(): boolean {
    return this.#pins.attached;
  }

  busReset(): void {
    this.#settle(() => this.#pins.busReset());
  }

  control(setup: Setup, data: Uint8Array, done: TransferDone): Cancel {
    return this.#pipe.transfer(setup, data, done);
  }

  transferOut(_endpoint: number, _data: Uint8Array, done: TransferDone): Cancel {
    done('stall');
    return () => {};
  }

  transferIn(_endpoint: number, _length: number, done: TransferDone): Cancel {
    done('stall');
    return () => {};
  }

  onAttach(listener: (attached: boolean) => void): void {
    this.#pins.onAttach(listener);
  }
}
