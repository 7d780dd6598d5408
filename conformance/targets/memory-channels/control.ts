import { dfuRequests } from '../../../families/index.ts';
import type { Board, UsbPins } from '../../../emulator/index.ts';
import { ANSWER } from '../../interfaces/usb/host.ts';
import { Heard } from './heard.ts';
import type { MemoryChannel, Passing } from './heard.ts';

/** µs in which a device that dropped off the bus is back, if it comes back. */
const AGAIN = 2_000_000;

/**
 * Each burst is a control transfer: its SETUP and the data of its OUT stage. While the device holds it the
 * board runs; behind a GETSTATUS the host waits the poll time that it was told.
 */
export class ControlChannel extends Heard implements MemoryChannel {
  readonly #pins: UsbPins;
  readonly #board: Board;
  readonly #passing: Passing;
  #detached = 0;
  /** What the host has noticed of that: a handle to a device that went away is of no more use. */
  #noticed = 0;
  /** The poll time last told, in ms. */
  #pollMs = 0;

  constructor(pins: UsbPins, board: Board, passing: Passing) {
    super();
    this.#pins = pins;
    this.#board = board;
    this.#passing = passing;
    pins.onAttach((attached) => {
      if (!attached) this.#detached++;
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const setup = {
      bmRequestType: view.getUint8(0),
      bRequest: view.getUint8(1),
      wValue: view.getUint16(2, true),
      wIndex: view.getUint16(4, true),
      wLength: view.getUint16(6, true),
    };
    const answer = this.#transfer(setup, bytes.subarray(8));
    this.add(answer);
    const polls = (setup.bmRequestType & 0x60) === 0x20 && setup.bRequest === dfuRequests.GETSTATUS;
    if (polls) this.#waitAsTold(answer);
  }

  async busReset(): Promise<void> {
    this.#pins.busReset();
    this.#board.run();
  }

  #transfer(setup: Parameters<UsbPins['control']>[0], data: Uint8Array): readonly number[] {
    // work may be followed by a drop off the bus, which is work of its own
    for (let tries = 0; tries < 3; tries++) {
      if (!this.#pins.attached || this.#detached !== this.#noticed) return this.#gone();
      const answer = this.#pins.control(setup, data);
      if (answer === 'stall') return [ANSWER.STALL];
      if (answer instanceof Uint8Array) return [ANSWER.DATA, ...answer];
      this.#work();
    }
    return [];
  }

  /** The device holds the transfer until its work is done, or drops off the bus. */
  #work(): void {
    const { clock } = this.#board;
    if (this.#passing === 'at once') this.#board.run();
    while (clock.working && this.#detached === this.#noticed) clock.step();
  }

  /** The host looks for the device again when it is back, if it comes back. */
  #gone(): readonly number[] {
    const { clock } = this.#board;
    const end = clock.now + AGAIN;
    if (this.#passing === 'at once') this.#board.run();
    while (!this.#pins.attached && clock.working && clock.nextAt! <= end) clock.step();
    this.#noticed = this.#detached;
    return [ANSWER.GONE];
  }

  override clear(): void {
    super.clear();
    this.#noticed = this.#detached;
  }

  /** A device that stalls is asked again behind the time that it told before (dfu-util). */
  #waitAsTold([tag, , low = 0, middle = 0, high = 0]: readonly number[]): void {
    if (tag === ANSWER.DATA) this.#pollMs = low | (middle << 8) | (high << 16);
    const { clock } = this.#board;
    clock.advanceTo(clock.now + this.#pollMs * 1000);
  }
}
