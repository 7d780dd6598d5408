import type { UsbSerial } from '../../../families/index.ts';

/** The three words of a unique ID. */
export type UidWords = readonly [number, number, number];

/** iSerialNumber of a ROM: 12 upper-case hex digits made of the unique ID, or a fixed text. */
export function usbSerial(rule: UsbSerial, [w0, w1, w2]: UidWords): string {
  if ('fixed' in rule) return rule.fixed;
  const last = high(rule.last === 2 ? w2 : w1);
  if (rule.sum === 'words') return hex((w0 + w2) % 2 ** 32, 8) + hex(last, 4);
  const upper = (high(w0) + high(w2)) & 0xffff;
  const lower = (low(w0) + low(w2) + (rule.plus ?? 0)) & 0xffff;
  return hex(upper, 4) + hex(lower, 4) + hex(last, 4);
}

const high = (word: number): number => word >>> 16;

const low = (word: number): number => word & 0xffff;

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');
