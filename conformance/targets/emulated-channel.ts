import type { Board, UsartPins, UsbPins } from '../../emulator/index.ts';
import { ANSWER, REQUESTS } from '../host/dfu.ts';
import type { InterfaceName } from '../protocol.ts';
import type { Channel } from '../target.ts';

/** The device's ends of the lines, as a wrong device has them. */
export interface WrongPins {
  readonly pins?: (pins: UsartPins) => UsartPins;
  readonly usb?: (pins: UsbPins) => UsbPins;
}

/** A line to a board in memory. */
export interface MemoryChannel extends Channel {
  /** Forgets what came and was not asked for: the board was restarted. */
  clear(): void;
}

/** The line to a board on one of its interfaces. */
export function memoryChannel(over: InterfaceName, board: Board, wrong: WrongPins): MemoryChannel {
  switch (over) {
    case 'usart': {
      const pins = board.usart();
      return new ByteChannel(wrong.pins?.(pins) ?? pins, board);
    }
    case 'usb': {
      const pins = board.usb();
      return new ControlChannel(wrong.usb?.(pins) ?? pins, board);
    }
  }
}

/** What came and was not taken yet. */
class Heard {
  #bytes: readonly number[] = [];
  #at = 0;

  add(bytes: Iterable<number>): void {
    this.#bytes = [...this.#bytes.slice(this.#at), ...bytes];
    this.#at = 0;
  }

  async next(): Promise<number | undefined> {
    return this.#bytes[this.#at] === undefined ? undefined : this.#bytes[this.#at++];
  }

  clear(): void {
    this.#bytes = [];
    this.#at = 0;
  }
}

/** Bytes go in, the board runs until it waits for the host, and what it said lies ready. */
class ByteChannel extends Heard implements MemoryChannel {
  readonly #pins: UsartPins;
  readonly #board: Board;

  constructor(pins: UsartPins, board: Board) {
    super();
    this.#pins = pins;
    this.#board = board;
    pins.onTransmit((bytes) => this.add(bytes));
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#pins.receive(bytes);
    this.#board.run();
  }
}

/**
 * Each burst is a control transfer: its SETUP and the data of its OUT stage. While the device holds it the
 * board runs; behind a GETSTATUS the host waits the poll time that it was told.
 */
class ControlChannel extends Heard implements MemoryChannel {
  readonly #pins: UsbPins;
  readonly #board: Board;
  #detached = 0;
  /** What the host has noticed of that: a handle to a device that went away is of no more use. */
  #noticed = 0;
  /** The poll time last told, in ms. */
  #pollMs = 0;

  constructor(pins: UsbPins, board: Board) {
    super();
    this.#pins = pins;
    this.#board = board;
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
    const polls = (setup.bmRequestType & 0x60) === 0x20 && setup.bRequest === REQUESTS.GETSTATUS;
    if (polls) this.#waitAsTold(answer);
  }

  #transfer(setup: Parameters<UsbPins['control']>[0], data: Uint8Array): readonly number[] {
    // work may be followed by a drop off the bus, which is work of its own
    for (let tries = 0; tries < 3; tries++) {
      if (!this.#pins.attached || this.#detached !== this.#noticed) return this.#gone();
      const answer = this.#pins.control(setup, data);
      if (answer === 'stall') return [ANSWER.STALL];
      if (answer instanceof Uint8Array) return [ANSWER.DATA, ...answer];
      this.#board.run();
    }
    return [];
  }

  /** The host looks for the device again when it is back, if it comes back. */
  #gone(): readonly number[] {
    this.#board.run();
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
