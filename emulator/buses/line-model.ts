import type { Line } from '../pins.ts';

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

/** Whole µs that so many characters take. */
export function charactersTake(count: number, frame: Frame): number {
  const bits = 1 + frame.dataBits + (frame.parity ? 1 : 0) + frame.stopBits;
  return Math.round((count * bits * 1e6) / frame.baud);
}

/** Rates closer than this are read without error (AN3155 §1: the total deviation must stay below 2.5 %). */
const TOLERANCE = 0.025;

/** What a UART set to `receiver` makes of bytes sent with `sender`: the same bytes when the ends agree, else what it samples. */
export function asReceived(bytes: Uint8Array, sender: Frame, receiver: Frame): Uint8Array {
  const agree =
    Math.abs(sender.baud / receiver.baud - 1) <= TOLERANCE && sender.dataBits === receiver.dataBits;
  return agree ? bytes : sample(waveform(bytes, sender), sender.baud, receiver);
}

/** Levels of the line, one for each half bit of the sender, so that 1.5 stop bits fit. */
function waveform(bytes: Uint8Array, sender: Frame): (0 | 1)[] {
  const levels: (0 | 1)[] = [];
  const bit = (level: number, halves = 2): void => {
    for (let half = 0; half < halves; half++) levels.push(level === 0 ? 0 : 1);
  };
  for (const byte of bytes) {
    let ones = 0;
    bit(0);
    for (let index = 0; index < sender.dataBits; index++) {
      const value = (byte >> index) & 1;
      ones += value;
      bit(value);
    }
    if (sender.parity) bit(ones % 2); // even
    bit(1, 2 * sender.stopBits);
  }
  return levels;
}

/** Finds start bits and samples the middle of each bit at the receiver's rate; parity and framing errors are ignored. */
function sample(levels: readonly (0 | 1)[], baud: number, receiver: Frame): Uint8Array {
  const halves = (2 * baud) / receiver.baud; // sender half bits in one receiver bit
  const level = (at: number): 0 | 1 => levels[Math.floor(at)] ?? 1;
  const bytes: number[] = [];
  for (let at = 0; at < levels.length;) {
    if (levels[at] === 1) {
      at++;
      continue;
    }
    let byte = 0;
    for (let index = 0; index < receiver.dataBits; index++) {
      byte |= level(at + (1.5 + index) * halves) << index;
    }
    bytes.push(byte);
    const bits = 1 + receiver.dataBits + (receiver.parity ? 1 : 0);
    at = Math.ceil(at + (bits + 0.5) * halves); // the stop bit is looked at in its middle
    while (at < levels.length && levels[at] === 0 && levels[at - 1] === 0) at++; // wait for the line to idle
  }
  return Uint8Array.from(bytes);
}
