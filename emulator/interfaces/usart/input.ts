import type { Clock, Micros } from '../../clock.ts';
import { charactersTake, fits, UartReceiver } from './line-model.ts';
import type { Frame } from './line-model.ts';

/** The chip's UART behind its RX pin. */
export interface UsartReceiver {
  /** What it is set to; undefined while it measures, when it takes bytes as they are. */
  frame(): Frame | undefined;
  /** Bytes have come in; with a framing error it is one, whose stop bit was low. */
  receive(bytes: Uint8Array, framingError: boolean): void;
  /** What comes now is sent with other settings than the UART's, and need not be read as it was sent. */
  misfit(sender: Frame, receiver: Frame): void;
}

/** A burst of the host on its way. */
interface Burst {
  readonly bytes: Uint8Array;
  readonly frame: Frame;
  /** µs of virtual time, fractions of one included: what comes back to back has no gap. */
  readonly start: number;
}

/** The host's line into a USART: characters take their time one behind the other, and arrive as the UART reads them. */
export class UsartInput {
  readonly #clock: Clock;
  readonly #receiver: UsartReceiver;
  /** Bursts that are on the line or wait for it. */
  #bursts: Burst[] = [];
  #length = 0;
  #freeAt = 0;
  /** Reads what does not fit the UART's settings bit by bit. */
  #uart: UartReceiver | undefined;
  /** Counts resets: what is in flight across one is lost. */
  #epoch = 0;

  constructor(clock: Clock, receiver: UsartReceiver) {
    this.#clock = clock;
    this.#receiver = receiver;
  }

  /** Bytes that are on the line or wait for it. */
  get length(): number {
    return this.#length;
  }

  send(bytes: Uint8Array, frame: Frame): void {
    const start = Math.max(this.#clock.now, this.#freeAt);
    this.#freeAt = start + charactersTake(bytes.length, frame);
    this.#length += bytes.length;
    this.#bursts.push({ bytes, frame, start });
    if (this.#bursts.length === 1) this.#begin();
  }

  /** What is in flight is lost. */
  reset(): void {
    this.#epoch++;
    this.#bursts = [];
    this.#length = 0;
    this.#freeAt = 0;
    this.#uart = undefined;
  }

  /** The UART was set anew: a character that it was about to read is lost. */
  retune(): void {
    this.#uart = undefined;
  }

  #begin(): void {
    const burst = this.#bursts[0];
    if (burst === undefined) return;
    const { bytes, frame, start } = burst;
    const receiver = this.#receiver.frame();
    if (receiver === undefined && bytes.length > 1) {
      // its first character may set the UART, which then reads the others
      this.#at(start + charactersTake(1, frame), () => {
        this.#length--;
        this.#receiver.receive(bytes.subarray(0, 1), false);
        if (this.#bursts[0] !== burst) return; // it caused a reset
        const rest = { bytes: bytes.subarray(1), frame, start: start + charactersTake(1, frame) };
        this.#bursts[0] = rest;
        if (this.#receiver.frame() === undefined) this.#pass(rest);
        else this.#begin();
      });
    } else if (
      receiver === undefined ||
      (fits(frame, receiver) && this.#uart?.nextAt === undefined)
    ) {
      this.#pass(burst);
    } else {
      if (!fits(frame, receiver)) this.#receiver.misfit(frame, receiver);
      this.#uart ??= new UartReceiver(receiver);
      const idle = this.#uart.nextAt === undefined;
      this.#uart.hear(bytes, frame, start);
      if (idle) this.#read();
      this.#at(start + charactersTake(bytes.length, frame), () => this.#next());
    }
  }

  /** All of the burst arrives as it was sent, at its end. */
  #pass(burst: Burst): void {
    const { bytes, frame, start } = burst;
    this.#at(start + charactersTake(bytes.length, frame), () => {
      this.#receiver.receive(bytes, false);
      if (this.#bursts[0] === burst) this.#next(); // or it caused a reset
    });
  }

  #next(): void {
    this.#length -= this.#bursts.shift()!.bytes.length;
    this.#begin();
  }

  /** Hands over each character when its stop bit has been sampled. */
  #read(): void {
    const uart = this.#uart;
    const at = uart?.nextAt;
    if (uart === undefined || at === undefined) return;
    this.#at(at, () => {
      if (uart !== this.#uart) return;
      for (const { byte, framingError } of uart.read(this.#clock.now)) {
        if (uart !== this.#uart) return; // the one before it caused a reset
        this.#receiver.receive(Uint8Array.of(byte), framingError);
      }
      this.#read();
    });
  }

  /** Calls `then` in the first whole µs from `at` on, unless a reset comes first. */
  #at(at: Micros, then: () => void): void {
    const epoch = this.#epoch;
    this.#clock.work(Math.max(0, Math.ceil(at) - this.#clock.now), () => {
      if (epoch === this.#epoch) then();
    });
  }
}
