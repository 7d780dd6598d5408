import type { Line } from './pins.ts';

/** How characters are framed on a line: what a UART at one end is set to. */
export interface Frame {
  /** Bits per second. */
  readonly baud: number;
  readonly dataBits: number;
  readonly parity: boolean;
  readonly stopBits: number;
}

/** The bootloader's own framing, 8E1, at the rate it measured (AN3155 §1). */
export function bootloaderFrame(baud: number): Frame {
  return { baud, dataBits: 8, parity: true, stopBits: 1 };
}

/** The framing of a host's line; undefined while its rate is not known. What else is unknown is taken as 8E1. */
export function hostFrame(line: Line): Frame | undefined {
  if (line.baud === undefined || line.baud <= 0) return undefined;
  return {
    baud: line.baud,
    dataBits: line.dataBits ?? 8,
    parity: line.parity !== 'none',
    stopBits: line.stopBits ?? 1,
  };
}

/** µs that so many characters take. */
export function charactersTake(count: number, frame: Frame): number {
  return (count * (bitsBeforeStop(frame) + frame.stopBits) * 1e6) / frame.baud;
}

/** Rates closer than this are read without error (AN3155 §1: the total deviation must stay below 2.5 %). */
const TOLERANCE = 0.025;

/** Where a bit is sampled, in bits: the middle one of the samples 8, 9 and 10 of 16 that an STM32 takes. */
const SAMPLED = 8.5 / 16;

/** A UART set to `receiver` reads whatever is sent with `sender`, byte for byte, at any pace. */
export function fits(sender: Frame, receiver: Frame): boolean {
  const read = bitsBeforeStop(receiver) + SAMPLED;
  return agree(sender, receiver) && bitsBeforeStop(sender) + sender.stopBits > read;
}

/**
 * What a host's UART makes of a burst of the chip. Where only parity and stop bits differ it has every
 * byte: what it takes for a stop bit and finds low it reads as the next start bit (PC16550D).
 */
export function asReceived(bytes: Uint8Array, sender: Frame, receiver: Frame): Uint8Array {
  if (agree(sender, receiver)) return bytes;
  const uart = new UartReceiver(receiver);
  uart.hear(bytes, sender, 0);
  return Uint8Array.from(uart.read(Number.POSITIVE_INFINITY), ({ byte }) => byte);
}

/** As people write it: `115200 8E1`. */
export function frameText({ baud, dataBits, parity, stopBits }: Frame): string {
  return `${baud} ${dataBits}${parity ? 'E' : 'N'}${stopBits}`;
}

function agree(sender: Frame, receiver: Frame): boolean {
  const close = Math.abs(sender.baud / receiver.baud - 1) <= TOLERANCE;
  return close && sender.dataBits === receiver.dataBits;
}

function bitsBeforeStop({ dataBits, parity }: Frame): number {
  return 1 + dataBits + (parity ? 1 : 0);
}

/** A character as a UART read it; with a framing error its stop bit was low. */
export interface Character {
  readonly byte: number;
  readonly framingError: boolean;
}

/**
 * A UART that finds start bits and samples the bits behind them at its own rate. Parity errors are
 * ignored. Behind a framing error it looks for the next falling edge.
 */
export class UartReceiver {
  readonly #frame: Frame;
  /** When the line falls, rises, falls …, in µs; it is high before and behind them. */
  #edges: number[] = [];
  /** The first edge that is still ahead: a falling one. */
  #first = 0;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Bytes that come from `start` µs on, behind all that came before. */
  hear(bytes: Uint8Array, sender: Frame, start: number): void {
    this.#edges.splice(0, this.#first);
    this.#first = 0;
    const took = 1e6 / sender.baud;
    let at = start;
    let high = true;
    const bit = (level: boolean, bits = 1): void => {
      if (level !== high) this.#edges.push(at);
      high = level;
      at += bits * took;
    };
    for (const byte of bytes) {
      let odd = false;
      bit(false);
      for (let index = 0; index < sender.dataBits; index++) {
        const one = ((byte >> index) & 1) === 1;
        odd = odd !== one;
        bit(one);
      }
      if (sender.parity) bit(odd);
      bit(true, sender.stopBits);
    }
  }

  /** When the character that is coming in will have been read; undefined while the line is idle. */
  get nextAt(): number | undefined {
    const start = this.#edges[this.#first];
    return start === undefined ? undefined : this.#sampledAt(start, bitsBeforeStop(this.#frame));
  }

  /** The characters that have been read by then. */
  read(until: number): Character[] {
    const characters: Character[] = [];
    for (;;) {
      const start = this.#edges[this.#first];
      const end = this.nextAt;
      if (start === undefined || end === undefined || end > until) return characters;
      let byte = 0;
      for (let index = 0; index < this.#frame.dataBits; index++) {
        byte |= (this.#highAt(this.#sampledAt(start, 1 + index)) ? 1 : 0) << index;
      }
      const framingError = !this.#highAt(end);
      characters.push({ byte, framingError });
      this.#first += this.#passed(end) + (framingError ? 1 : 0); // only a falling edge starts a character
    }
  }

  #sampledAt(start: number, bits: number): number {
    return start + ((bits + SAMPLED) * 1e6) / this.#frame.baud;
  }

  #highAt(at: number): boolean {
    return this.#passed(at) % 2 === 0;
  }

  /** Edges ahead up to then. */
  #passed(at: number): number {
    let next = this.#first;
    while (next < this.#edges.length && this.#edges[next]! <= at) next++;
    return next - this.#first;
  }
}
