import type {
  Complement,
  OptionArea,
  OptionBytes as OptionTable,
  OptionField,
} from '../../families/index.ts';
import type { Trace } from '../trace.ts';
import { Cells } from './cells.ts';
import type { Operation } from './operation.ts';

/** µs to erase and write the option bytes; no document prints a figure, one short page erase and a few words. */
const TOOK = 30_000;

/** Values of the option words by name: the data bits without complements. */
export type OptionValues = ReadonlyMap<string, number>;

/** Option bytes as they stand in memory, and as the chip loaded them at its last reset. */
export class OptionBytes {
  readonly areas: readonly Cells[];
  readonly #table: OptionTable;
  readonly #trace: Trace;
  #loaded: OptionValues;

  constructor(table: OptionTable, trace: Trace) {
    this.#table = table;
    this.#trace = trace;
    this.areas = table.areas.map((area, index) => {
      const name = index === 0 ? 'options' : `options${index + 1}`;
      const cells = new Cells(name, area.start, area.length, 0xff);
      const factory = new Map(
        area.words.map((word) => [word.name, word.factory ?? erased(word.width)]),
      );
      cells.set(0, encode(area, factory));
      return cells;
    });
    this.#loaded = this.#stored();
  }

  /** Takes the stored values, as the chip does at reset. */
  load(): void {
    this.#loaded = this.#stored();
  }

  /** Loaded value of a field; undefined where the line has no such field. */
  field(name: string): number | undefined {
    const field = this.#field(name);
    return field === undefined ? undefined : this.#extract(this.#loaded, field);
  }

  /** Value that the field will have after the next reset. */
  storedField(name: string): number | undefined {
    const field = this.#field(name);
    return field === undefined ? undefined : this.#extract(this.#stored(), field);
  }

  /** All stored words with some fields changed: what a program reads, changes and writes back. */
  changed(fields: Readonly<Record<string, number>>): OptionValues {
    const values = new Map(this.#stored());
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#field(name);
      if (field === undefined) throw new Error(`unreachable: no option field ${name}`);
      const mask = (2 ** field.width - 1) * 2 ** field.bit;
      const old = this.#programmed(field.word, values);
      values.set(field.word, ((old & ~mask) | ((value * 2 ** field.bit) & mask)) >>> 0);
    }
    return values;
  }

  /** Stores values at once: the state of a chip before it is powered on. */
  preset(values: OptionValues): void {
    this.areas.forEach((cells, index) => cells.set(0, encode(this.#table.areas[index]!, values)));
  }

  /** Erases the whole area that starts at `address`, then writes `bytes`; what they do not reach stays erased (AN3155 §3.6). */
  writeRaw(address: number, bytes: Uint8Array): Operation {
    const index = this.areas.findIndex((cells) => cells.start === address);
    const area = this.#table.areas[index]!;
    const image = new Uint8Array(area.length).fill(0xff);
    image.set(bytes.subarray(0, area.length));
    return this.#rewrite([[index, encode(area, decode(area, image))]]);
  }

  /** Erases and writes every area whose content changes. */
  write(values: OptionValues): Operation {
    const images = this.#table.areas.map((area, index): [number, Uint8Array] => [
      index,
      encode(area, values),
    ]);
    return this.#rewrite(
      images.filter(([index, image]) => {
        const old = this.areas[index]!.read(0, image.length);
        return image.some((byte, at) => byte !== old[at]);
      }),
    );
  }

  #rewrite(images: readonly (readonly [number, Uint8Array])[]): Operation {
    const first = this.areas[images[0]?.[0] ?? 0]!;
    return {
      name: 'option bytes',
      address: first.start,
      length: first.length,
      took: TOOK,
      commit: () => {
        for (const [index, image] of images) {
          this.areas[index]!.set(0, image);
          this.#trace.emit({ kind: 'options', area: this.areas[index]!.start, bytes: image });
        }
      },
      cut: (done) => {
        if (done < TOOK / 2) return; // the erase has not happened yet; after it the words are erased
        for (const [index, image] of images) {
          this.areas[index]!.set(0, new Uint8Array(image.length).fill(0xff));
        }
      },
    };
  }

  /** The word as it must be programmed to mean what it means now: an erased one may mean more than its ones. */
  #programmed(word: string, values: OptionValues): number {
    const value = values.get(word)!;
    const fields = this.#table.fields.filter((field) => field.word === word);
    if (fields.every((field) => field.erased === undefined) || !this.#erased(word, value)) {
      return value;
    }
    return fields.reduce((sum, field) => sum + this.#extract(values, field) * 2 ** field.bit, 0);
  }

  #extract(values: OptionValues, field: OptionField): number {
    const value = values.get(field.word)!;
    if (field.erased !== undefined && this.#erased(field.word, value)) return field.erased;
    return Math.floor(value / 2 ** field.bit) % 2 ** field.width;
  }

  #erased(word: string, value: number): boolean {
    const { width } = this.#table.areas
      .flatMap((area) => area.words)
      .find(({ name }) => name === word)!;
    return value === erased(width);
  }

  #field(name: string): OptionField | undefined {
    return this.#table.fields.find((field) => field.name === name);
  }

  #stored(): OptionValues {
    const values = new Map<string, number>();
    this.#table.areas.forEach((area, index) => {
      const image = this.areas[index]!.read(0, area.length);
      for (const [name, value] of decode(area, image)) values.set(name, value);
    });
    return values;
  }
}

function erased(width: 16 | 32): number {
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

function encode(area: OptionArea, values: OptionValues): Uint8Array {
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

/** A byte that does not fit its complement reads as erased (RM0008, option byte loading). */
function decode(area: OptionArea, image: Uint8Array): OptionValues {
  const values = new Map<string, number>();
  for (const word of area.words) {
    let value = 0;
    places(area.complement, word.offset, word.width).forEach(([at, complementAt], byte) => {
      const data = image[at]!;
      const valid = complementAt === undefined || image[complementAt] === (data ^ 0xff);
      value += (valid ? data : 0xff) * 2 ** (8 * byte);
    });
    values.set(word.name, value);
  }
  return values;
}
