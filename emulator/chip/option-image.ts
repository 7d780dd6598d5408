import type { OptionArea, OptionWord } from '../../families/index.ts';

/** Values of the option words by name: the data bits without complements. */
export type OptionValues = ReadonlyMap<string, number>;

/** All data bits of a word. */
export function allOnes(width: 16 | 32): number {
  return 2 ** width - 1;
}

/** Where the data bits 8n to 8n + 7 of a word lie in their area: offsets in bytes. */
interface Place {
  readonly shown: number;
  /** Their complement, where the area has one. */
  readonly complement?: number;
  /** Where a host writes them. */
  readonly written: number;
}

function places(area: OptionArea, { offset, width }: OptionWord): Place[] {
  return Array.from({ length: width / 8 }, (_, byte): Place => {
    const shown = offset + (area.complement === 'bytes' ? 2 * byte : byte);
    const behind = { none: undefined, bytes: 1, 'half-words': 2, words: 4 }[area.complement];
    const written = shown + (area.writtenAt ?? 0);
    return behind === undefined
      ? { shown, written }
      : { shown, written, complement: shown + behind };
  });
}

/** The bytes of an area that holds these values; those of other words are as in `image`, or else 0xFF. */
export function encode(
  area: OptionArea,
  values: OptionValues,
  image: Uint8Array = new Uint8Array(area.length).fill(0xff),
): Uint8Array {
  const bytes = Uint8Array.from(image);
  for (const word of area.words) {
    const value = values.get(word.name);
    if (value === undefined) continue;
    places(area, word).forEach((place, index) => store(bytes, place, value >>> (8 * index)));
  }
  return bytes;
}

/**
 * The bytes of an area behind a host's write at `offset`: words that it does not reach are as in `image`.
 * The flash interface makes the complements itself (RM0008 §2.4.4).
 */
export function overwritten(
  area: OptionArea,
  image: Uint8Array,
  offset: number,
  data: Uint8Array,
): Uint8Array {
  const bytes = Uint8Array.from(image);
  for (const place of area.words.flatMap((word) => places(area, word))) {
    const byte = data[place.written - offset];
    if (byte !== undefined) store(bytes, place, byte);
  }
  return bytes;
}

/** The words of an area. A byte that does not fit its complement reads as erased (RM0008, option byte loading). */
export function decode(area: OptionArea, image: Uint8Array): OptionValues {
  const values = new Map<string, number>();
  for (const word of area.words) {
    let value = 0;
    places(area, word).forEach(({ shown, complement }, index) => {
      const data = image[shown]!;
      const valid = complement === undefined || image[complement] === (data ^ 0xff);
      value += (valid ? data : 0xff) * 2 ** (8 * index);
    });
    values.set(word.name, value);
  }
  return values;
}

function store(bytes: Uint8Array, { shown, written, complement }: Place, byte: number): void {
  bytes[shown] = byte;
  bytes[written] = byte;
  if (complement !== undefined) bytes[complement] = ~byte;
}
