import { bootOptions } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Area } from '../../run/script.ts';

/** The first area of option bytes as the factory leaves it, but with what starts the bootloader; complements included. */
export function factoryImage(part: Part): number[] {
  const area = part.device.options!.areas[0]!;
  const image = Array.from({ length: area.length }, () => 0xff);
  for (const { name, offset, width, factory } of area.words) {
    const word = startingBootloader(part, name, factory!);
    for (let byte = 0; byte < width / 8; byte++) {
      const value = Math.floor(word / 2 ** (8 * byte)) % 256;
      const [at, opposite] = {
        none: [offset + byte, undefined],
        bytes: [offset + 2 * byte, offset + 2 * byte + 1],
        'half-words': [offset + byte, offset + 2 + byte],
        words: [offset + byte, offset + 4 + byte],
      }[area.complement] as [number, number | undefined];
      image[at] = value;
      image[at + (area.writtenAt ?? 0)] = value;
      if (opposite !== undefined) image[opposite] = value ^ 0xff;
    }
  }
  return image;
}

/** A word in which the fields are set by which the part starts its bootloader: a board would not come back otherwise. */
function startingBootloader(part: Part, name: string, factory: number): number {
  const set = bootOptions(part);
  const fields = part.device.options!.fields.filter(
    (field) => field.word === name && set[field.name] !== undefined,
  );
  return fields.reduce((word, { name: field, bit, width }) => {
    const old = Math.floor(word / 2 ** bit) % 2 ** width;
    return word + (set[field]! - old) * 2 ** bit;
  }, factory);
}

/** The first option word as the factory leaves it, with what belongs to it: complement, register to write. */
export function firstOptionWord(part: Part): number[] {
  const { complement, writtenAt } = part.device.options!.areas[0]!;
  const two = complement === 'words' || writtenAt !== undefined;
  return factoryImage(part).slice(0, two ? 8 : 4);
}

/** The option bytes, which a script may change. */
export function optionAreas(part: Part): readonly Area[] {
  return (part.device.options?.areas ?? []).map(({ start, length }) => ({
    start,
    end: start + length,
  }));
}

/** An address in the option bytes at which none of their areas starts; undefined where there is none. */
export function insideOptions(part: Part): number | undefined {
  const { options } = part.device;
  if (options === undefined || options.access === 'registers') return undefined;
  return options.areas.find(({ length }) => length > 4)!.start + 4;
}

/** Why the factory image cannot be written in one block; undefined when it can. */
export function optionsHidden(part: Part): string | undefined {
  const [area] = part.device.options!.areas;
  const known = area?.words.every((each) => each.factory !== undefined) === true;
  if (!known) return 'the factory values of the option bytes are not known';
  return area!.length > 256 ? 'the option bytes do not fit one block' : undefined;
}

/** Where the option bytes tell the level of readout protection, and the byte that says that it is off; undefined where that is not known. */
export function readoutByte(part: Part): { address: number; value: number } | undefined {
  const { options } = part.device;
  const field = options?.fields.find(({ name }) => name === options.rdp?.field);
  if (field === undefined || field.width !== 8 || field.bit % 8 !== 0) return undefined;
  for (const { start, complement, words } of options!.areas) {
    const word = words.find(({ name }) => name === field.word);
    if (word === undefined) continue;
    const byte = (field.bit / 8) * (complement === 'bytes' ? 2 : 1);
    return { address: start + word.offset + byte, value: options!.rdp!.level0 };
  }
  return undefined;
}
