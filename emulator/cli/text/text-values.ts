import { EmulatorError } from '../../errors.ts';
import type { Level } from '../../pins.ts';

/** Reads 0 or 1. */
export function parseLevel(option: string, text: string): Level {
  if (text === '0') return 0;
  if (text === '1') return 1;
  throw new EmulatorError(`${option} ${text}: the level is 0 or 1`);
}

/** Reads a whole number, decimal or 0x… */
export function parseWhole(option: string, text: string): number {
  if (!/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) {
    throw new EmulatorError(`${option}: ${text} is not a whole number (12 or 0x0C)`);
  }
  return Number(text);
}

/** Reads NAME=VALUE. */
export function parsePair(option: string, text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) {
    throw new EmulatorError(`${option} ${text}: write it as NAME=VALUE`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Reads a span of time, `60s`, `500ms`, `2m`, in ms; without a unit it is seconds, as in timeout(1). */
export function parseSpanMs(option: string, text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new EmulatorError(`${option} ${text}: write a span of time as 60s, 500ms or 2m`);
  }
  const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit]!;
  return Number(digits) * unitMs;
}

/** Reads `instant`, `real`, or a factor such as `10x`. */
export function parseSpeed(text: string): 'instant' | 'real' | number {
  if (text === 'instant' || text === 'real') return text;
  const factor = /^(\d+(?:\.\d+)?)x$/.exec(text)?.[1];
  if (factor === undefined || !(Number(factor) > 0)) {
    throw new EmulatorError(`--speed ${text}: write instant, real, or a factor such as 10x`);
  }
  return Number(factor);
}

/** Reads the 96 bits of a unique ID: 24 hex digits, in the order of the addresses. */
export function parseUid(text: string): Uint8Array {
  const digits = text.replace(/^0x/i, '');
  if (!/^[0-9a-f]{24}$/i.test(digits)) {
    throw new EmulatorError(`--uid ${text}: the unique ID is 24 hex digits (96 bits)`);
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
