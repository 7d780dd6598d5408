import type { OptionArea } from '../../families/index.ts';
import { factoryValue } from '../part/part.ts';
import type { Part } from '../part/part.ts';

/** Content of one stretch of memory. */
export interface Piece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** The option bytes that a host can read and write where they lie; empty for a line that has them in registers. */
export function optionAreas(part: Part): readonly OptionArea[] {
  const { options } = part.device;
  return options === undefined || options.access === 'registers' ? [] : options.areas;
}

/** Option bytes with some fields at other values, complements included; a field that there is not is left out. */
export function withFields(
  part: Part,
  image: readonly Piece[],
  fields: Readonly<Record<string, number>>,
): readonly Piece[] {
  return image.map(({ address, bytes }) => {
    const changed = Uint8Array.from(bytes);
    for (const [name, value] of Object.entries(fields)) {
      for (const { at, bit, opposite } of placesOf(part, address, name)) {
        const one = Math.floor(value / 2 ** bit.ofField) % 2 === 1;
        setBit(changed, at, bit.ofByte, one);
        if (opposite !== undefined) setBit(changed, opposite, bit.ofByte, !one);
      }
    }
    return { address, bytes: changed };
  });
}

/**
 * Whether the bits of write protection mean protection from reading (RM0090 §3.7.5), which nothing but
 * an erase of the whole chip lifts.
 */
export function readsAreProtected(part: Part, image: readonly Piece[]): boolean {
  const rule = part.device.options?.writeProtection;
  if (rule?.kind !== 'bits' || rule.pcropField === undefined) return false;
  const off = withFields(part, image, { [rule.pcropField]: 0 });
  return image.some(({ bytes }, at) => Buffer.compare(bytes, off[at]!.bytes) !== 0);
}

/** The bits of the option bytes that say what is write-protected, complements included, by address. */
export function writeProtectionBits(part: Part): ReadonlyMap<number, number> {
  const names = writeProtectionFields(part);
  const bits = new Map<number, number>();
  for (const { start } of optionAreas(part)) {
    for (const { at, bit, opposite } of names.flatMap((name) => placesOf(part, start, name))) {
      for (const each of opposite === undefined ? [at] : [at, opposite]) {
        bits.set(start + each, (bits.get(start + each) ?? 0) | (1 << bit.ofByte));
      }
    }
  }
  return bits;
}

/** Values of the option fields with which nothing is write-protected, as a part leaves the factory. */
export function protectingNothing(part: Part): Readonly<Record<string, number>> {
  return Object.fromEntries(
    writeProtectionFields(part).flatMap((name) => {
      const value = factoryValue(part.device, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function writeProtectionFields(part: Part): readonly string[] {
  const rule = part.device.options?.writeProtection;
  if (rule === undefined) return [];
  return rule.kind === 'bits' ? rule.fields : rule.areas.flatMap((each) => [each.start, each.end]);
}

interface Place {
  /** Offset in the area. */
  readonly at: number;
  readonly opposite?: number;
  readonly bit: { readonly ofField: number; readonly ofByte: number };
}

/** Where the bits of a field lie in the area at `start`; nothing for a field of another area. */
function placesOf(part: Part, start: number, name: string): readonly Place[] {
  const area = optionAreas(part).find((each) => each.start === start);
  const field = part.device.options?.fields.find((each) => each.name === name);
  const word = area?.words.find((each) => each.name === field?.word);
  if (area === undefined || field === undefined || word === undefined) return [];
  return Array.from({ length: field.width }, (_, ofField) => {
    const byte = Math.floor((field.bit + ofField) / 8);
    const bit = { ofField, ofByte: (field.bit + ofField) % 8 };
    switch (area.complement) {
      case 'none':
        return { at: word.offset + byte, bit };
      case 'bytes':
        return { at: word.offset + 2 * byte, opposite: word.offset + 2 * byte + 1, bit };
      case 'half-words':
        return { at: word.offset + byte, opposite: word.offset + byte + 2, bit };
      case 'words':
        return { at: word.offset + byte, opposite: word.offset + byte + 4, bit };
    }
  });
}

function setBit(bytes: Uint8Array, at: number, bit: number, one: boolean): void {
  bytes[at] = one ? bytes[at]! | (1 << bit) : bytes[at]! & ~(1 << bit);
}
