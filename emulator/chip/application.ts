import type { Micros } from '../clock.ts';
import { EmulatorError } from '../errors.ts';

/** What runs after Go, or when the chip boots flash or RAM with a plausible vector. */
export interface Application {
  /**
   * `silent` says nothing; `banner` prints a line every 500 ms on its USART at 115200 8N1; `echo`
   * returns what it gets; `jump` jumps to the vector table at `address` when it gets `trigger`.
   */
  readonly kind: 'silent' | 'banner' | 'echo' | 'jump';
  /** Of the vector table to which `jump` jumps. */
  readonly address?: number;
  /** The byte on which `jump` jumps. */
  readonly trigger?: number;
  /** Period of the independent watchdog that the application has started and feeds, in µs. */
  readonly watchdog?: Micros;
}

export const SILENT: Application = { kind: 'silent' };

/** `R`, the byte on which many firmwares reboot into the bootloader. */
const TRIGGER = 0x52;

const UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6 };

/** Reads `silent`, `banner`, `echo` or `jump:0x1FFF0000[@0x52]`, with `,iwdg:26s` behind it for a running watchdog. @throws EmulatorError for anything else */
export function parseApplication(text: string): Application {
  let application: Application = SILENT;
  for (const part of text.split(',')) {
    const [name, value] = splitOnce(part.trim());
    if (name === 'iwdg') application = { ...application, watchdog: parseSpan(text, value) };
    else if (name === 'jump') application = { ...application, ...parseJump(text, value) };
    else if ((name === 'silent' || name === 'banner' || name === 'echo') && value === undefined) {
      application = { ...application, kind: name };
    } else throw unclear(text);
  }
  return application;
}

function parseJump(text: string, value: string | undefined): Application {
  const [address, trigger] = (value ?? '').split('@');
  const [at, byte] = [Number(address || NaN), trigger === undefined ? TRIGGER : Number(trigger)];
  if (!Number.isInteger(at) || !Number.isInteger(byte) || byte > 0xff) throw unclear(text);
  return { kind: 'jump', address: at, trigger: byte };
}

function parseSpan(text: string, value: string | undefined): Micros {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(value ?? '');
  if (match === null) throw unclear(text);
  return Number(match[1]) * UNITS[match[2]!]!;
}

function splitOnce(part: string): [string, string?] {
  const colon = part.indexOf(':');
  return colon < 0 ? [part] : [part.slice(0, colon), part.slice(colon + 1)];
}

function unclear(text: string): EmulatorError {
  return new EmulatorError(
    `no application '${text}': use silent, banner, echo or jump:0x1FFF0000, each with ,iwdg:26s for a running watchdog`,
  );
}
