import type { Complement, OptionArea } from '../../families/index.ts';

/** Values of the option words by name: the data bits without complements. */
export type OptionValues = ReadonlyMap<string, number>;

/** All data bits of a word. */
export function allOnes(width: 16 | 32): number {
  return 2 ** width - 1;
}

/** Bytes of an area that hold data bit 0 to 7, 8 to 15, … of a word, and their complements. */
function places(complement: Complement, offset: number, width: 16 | 32): [number, number?][] {
  const bytes = width / 8;
  return Array.from({ length: bytes }, (_, byte): [number, number?] => {
    switch (complement) {
      case 'none':
        return [offset + byte];
      case 'bytes':
        return [offset + 2 * byte, offset + 2 * byte + 1];
      case 'half-words':
        return [offset + byte, offset + 2 + byte];
      case 'words':
        return [offset + byte, offset + 4 + byte];
    }
  });
}

/** The bytes of an area that holds these values; unused ones are 0xFF. */
export function encode(area: OptionArea, values: OptionValues): Uint8Array {
  const image = new Uint8Array(area.length).fill(0xff);
  for (const word of area.words) {
    const value = values.get(word.name)!;
    places(area.complement, word.offset, word.width).forEach(([at, complementAt], byte) => {
      image[at] = value >>> (8 * byte);
      if (complementAt !== undefined) image[complementAt] = ~(value >>> (8 * byte));
    });
  }
  return image;
}

/** The words of an area. A byte that does not fit its complement reads as erased (RM0008, option byte loading). */
export function decode(area: OptionArea, image: Uint8Array): OptionValues {
  const fits = (data: number, complement: number | undefined): boolean =>
    complement === undefined || complement === (data ^ 0xff);
  return wordsOf(area, image, fits);
}

/** The words that a host writes: the flash interface makes the complements itself (RM0008 §2.4.4). */
export function decodeWritten(area: OptionArea, image: Uint8Array): OptionValues {
  return wordsOf(area, image, () => true);
}

function wordsOf(
  area: OptionArea,
  image: Uint8Array,
  fits: (data: number, complement: number | undefined) => boolean,
): OptionValues {
  const values = new Map<string, number>();
  for (const word of area.words) {
    let value = 0;
    places(area.complement, word.offset, word.width).forEach(([at, complementAt], byte) => {
      const data = image[at]!;
      const valid = fits(data, complementAt === undefined ? undefined : image[complementAt]);
      value += (valid ? data : 0xff) * 2 ** (8 * byte);
    });
    values.set(word.name, value);
  }
  return values;
}
