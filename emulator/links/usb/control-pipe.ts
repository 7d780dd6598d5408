import type { Setup, UsbPins } from '../../interfaces/usb/pins.ts';
import type { Hold } from '../../pins.ts';
import type { Cancel, TransferDone } from './device.ts';

interface Transfer {
  readonly setup: Setup;
  readonly data: Uint8Array;
  readonly done: TransferDone;
}

/**
 * Endpoint 0 of a chip: transfers wait for their turn, and one that the chip answers with NAK is offered
 * again whenever the chip asks for it.
 */
export class ControlPipe {
  readonly #pins: UsbPins;
  readonly #settle: (action: () => void) => void;
  readonly #queue: Transfer[] = [];
  #serving = false;
  /** The first transfer was answered with NAK, and the chip has not asked for it since. */
  #held = false;

  /** `settle` lets an action happen on the pins, and what follows from it. */
  constructor(pins: UsbPins, settle: (action: () => void) => void) {
    this.#pins = pins;
    this.#settle = settle;
    pins.onRetry(() => {
      this.#held = false;
      this.#serve();
    });
    pins.onAttach((attached) => {
      if (!attached) this.#fail();
    });
  }

  /** Starts a control transfer, or refuses it as `gone` when the chip is not on the bus. */
  transfer(setup: Setup, data: Uint8Array, done: TransferDone): Cancel {
    const transfer: Transfer = { setup, data, done };
    this.#queue.push(transfer);
    this.#serve();
    return () => {
      const index = this.#queue.indexOf(transfer);
      if (index < 0) return;
      this.#queue.splice(index, 1);
      if (index > 0) return;
      this.#held = false;
      this.#serve();
    };
  }

  #serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    try {
      while (this.#queue.length > 0 && !this.#held) this.#settle(() => this.#offer());
    } finally {
      this.#serving = false;
    }
  }

  #offer(): void {
    const transfer = this.#queue[0];
    if (transfer === undefined) return;
    if (!this.#pins.attached) return this.#fail();
    this.#held = true;
    const result = this.#pins.control(transfer.setup, transfer.data);
    if (this.#queue[0] !== transfer) return; // the chip dropped off the bus instead of answering
    if (isHold(result)) return;
    this.#held = false;
    this.#queue.shift();
    // Before the chip does what it does next: a reply that precedes a disconnect has to leave.
    transfer.done(result);
  }

  #fail(): void {
    this.#held = false;
    for (const { done } of this.#queue.splice(0)) done('gone');
  }
}

function isHold(result: Uint8Array | 'stall' | Hold): result is Hold {
  return typeof result === 'object' && 'hold' in result;
}
