import type { Alarm, Clock, Micros } from '../../clock.ts';
import type { CanFrame, CanPins, CanRate } from '../../interfaces/can/pins.ts';

/** A frame that nobody acknowledges is repeated after so many µs: about its own length. */
const REPEAT_AFTER: Micros = 500;
/** After so many repetitions the bus is taken to be empty, and is tried in bursts that are so far apart. */
const STEADY = 200;
const BURST = 20;
const PAUSE: Micros = 250_000;

/** Frames that a host may have on their way. */
const MOST_WAITING = 64;

/** How a host is on the bus. */
export interface AdapterSettings {
  /** Bits per second; undefined follows the chip. */
  readonly rate?: CanRate | undefined;
  /** Never acknowledges and never sends. */
  readonly listenOnly?: boolean;
}

/**
 * A CAN controller on the host's end of the bus: while it is open it acknowledges what it hears, and
 * repeats what nobody acknowledges, as hardware does. Called inside `pacer.input`.
 */
export class CanAdapter {
  readonly #pins: CanPins;
  readonly #clock: Clock;
  readonly #receivers: ((frame: CanFrame) => void)[] = [];
  #settings: AdapterSettings | undefined;
  #waiting: { readonly frame: CanFrame; readonly sent: () => void }[] = [];
  #attempts = 0;
  #again: Alarm | undefined;

  constructor(pins: CanPins, clock: Clock) {
    this.#pins = pins;
    this.#clock = clock;
    pins.onTransmit((frame, rate) => this.#heard(frame, rate));
  }

  get isOpen(): boolean {
    return this.#settings !== undefined;
  }

  get listenOnly(): boolean {
    return this.#settings?.listenOnly === true;
  }

  /** Goes onto the bus. */
  open(settings: AdapterSettings = {}): void {
    this.#settings = settings;
    this.#pins.repeat();
  }

  /** Leaves the bus; what waits is lost. */
  close(): void {
    this.#settings = undefined;
    this.#waiting = [];
    this.#again?.cancel();
    this.#again = undefined;
  }

  /** Calls `receiver` with each frame of the chip. */
  onReceive(receiver: (frame: CanFrame) => void): void {
    this.#receivers.push(receiver);
  }

  /** Sends a frame behind those that wait, and calls `sent` when somebody has acknowledged it; false where it cannot. */
  send(frame: CanFrame, sent: () => void = () => {}): boolean {
    if (!this.isOpen || this.listenOnly || this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push({ frame, sent });
    if (this.#waiting.length === 1) this.#sendNext();
    return true;
  }

  #sendNext(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || this.#settings === undefined) return;
      if (this.#pins.receive(next.frame, this.#settings.rate) !== 'acknowledged') break;
      this.#attempts = 0;
      this.#waiting.shift();
      next.sent();
    }
    const pauses = this.#attempts > STEADY && this.#attempts % BURST === 0;
    this.#attempts++;
    this.#repeatAfter(pauses ? PAUSE : REPEAT_AFTER);
  }

  /**
   * A repetition waits until the bus and the chip are at rest: each is work for them, and where work takes
   * no wall time, repetitions in the middle of it would follow each other for ever.
   */
  #repeatAfter(span: Micros): void {
    this.#again = this.#clock.wait(span, () => {
      this.#again = undefined;
      if (this.#clock.working) this.#repeatAfter(REPEAT_AFTER);
      else this.#sendNext();
    });
  }

  #heard(frame: CanFrame, rate: CanRate): boolean {
    const settings = this.#settings;
    if (settings === undefined || !fits(settings.rate, rate, frame)) return false;
    for (const receiver of this.#receivers) receiver(frame);
    return settings.listenOnly !== true;
  }
}

/** The chip's rate is ours. A classic controller is given no data rate, and spoils no CAN FD frame here. */
function fits(own: CanRate | undefined, chip: CanRate, { brs }: CanFrame): boolean {
  if (own === undefined) return true;
  if (!near(own.nominal, chip.nominal)) return false;
  return !brs || own.data === undefined || chip.data === undefined || near(own.data, chip.data);
}

/** Within the 1.5 % that sampling allows. */
function near(one: number, other: number): boolean {
  return Math.abs(one / other - 1) <= 0.015;
}
