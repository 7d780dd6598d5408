import type { OptionBytes as OptionTable, OptionField } from '../../families/index.ts';
import type { Trace } from '../trace/trace.ts';
import { Cells } from './cells.ts';
import type { Operation } from './operation.ts';
import { allOnes, decode, encode, overwritten } from './option-image.ts';
import type { OptionValues } from './option-image.ts';

/** µs to erase and write the option bytes; no document prints a figure, one short page erase and a few words. */
const TOOK = 30_000;

/** Tells whether a host's write leaves a word or field as it is; `rdp`: the same write changes the RDP byte. */
export type Held = (name: string, rdp: boolean) => boolean;

/** What the option bytes ask of the rest of the chip. */
export interface OptionSurroundings {
  readonly trace: Trace;
  readonly isHeld: Held;
}

/** Option bytes as they stand in memory, and as the chip loaded them at its last reset. */
export class OptionBytes {
  readonly areas: readonly Cells[];
  readonly #table: OptionTable;
  readonly #trace: Trace;
  readonly #isHeld: Held;
  #loaded: OptionValues;

  constructor(table: OptionTable, { trace, isHeld }: OptionSurroundings) {
    this.#table = table;
    this.#trace = trace;
    this.#isHeld = isHeld;
    this.areas = table.areas.map((area, index) => {
      const name = index === 0 ? 'options' : `options${index + 1}`;
      const cells = new Cells(name, area.start, area.length, 0xff);
      const factory = new Map(
        area.words.map((word) => [word.name, word.factory ?? allOnes(word.width)]),
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
      values.set(field.word, withField(this.#programmed(field.word, values), field, value));
    }
    return values;
  }

  /** Stores values at once: the state of a chip before it is powered on. */
  preset(values: OptionValues): void {
    this.areas.forEach((cells, index) => cells.set(0, encode(this.#table.areas[index]!, values)));
  }

  /** A host's write may start here: at a base of an area; where the area is registers, at any word. */
  startsAt(address: number): boolean {
    const { access, areas } = this.#table;
    return areas.some(({ start, length, bases = [] }) => {
      const offset = address - start;
      if (offset < 0 || offset >= length) return false;
      if (access === 'registers') return offset % 4 === 0;
      return offset === 0 || bases.includes(offset);
    });
  }

  /**
   * A host's write. Option bytes that are flash are erased first, and what `bytes` do not reach stays
   * erased (AN3155 §3.6); of all others just the words that they reach change.
   */
  writeRaw(address: number, bytes: Uint8Array): Operation {
    const index = this.areas.findIndex((cells) => cells.contains(address));
    const area = this.#table.areas[index]!;
    const stored = this.areas[index]!.read(0, area.length);
    const before = this.#table.access === 'flash' ? erased(area.length) : stored;
    const image = overwritten(area, before, address - area.start, bytes);
    const wanted = new Map([...this.#stored(), ...decode(area, image)]);
    const held = this.#held(wanted);
    if (held.size > 0) {
      const why = 'this version of the bootloader cannot change them';
      this.#trace.emit({
        kind: 'dropped',
        what: `option bytes ${[...held.keys()].join(', ')}`,
        why,
      });
    }
    const beyond = address - area.start + bytes.length - area.length;
    if (beyond > 0) {
      const why = 'they lie behind the area';
      this.#trace.emit({ kind: 'dropped', what: `${beyond} option bytes`, why });
    }
    return this.#rewrite([[index, held.size === 0 ? image : encode(area, held, image)]]);
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
          this.areas[index]!.set(0, this.#cut(this.areas[index]!.read(0, image.length), image));
        }
      },
    };
  }

  /** What a rewrite leaves that is cut behind its erase: nothing, or all but the words that were to change. */
  #cut(old: Uint8Array, wanted: Uint8Array): Uint8Array {
    if (this.#table.access !== 'words') return erased(wanted.length);
    const left = Uint8Array.from(old);
    wanted.forEach((byte, at) => {
      if (byte !== old[at]) left.fill(0xff, at - (at % 4), at - (at % 4) + 4);
    });
    return left;
  }

  /** Words that this chip's bootloader cannot change as wanted, with the values that they get. */
  #held(wanted: OptionValues): OptionValues {
    const { rdp, fields } = this.#table;
    const stored = this.#stored();
    const rdpField = rdp && this.#field(rdp.field);
    const changes =
      rdpField !== undefined && this.#extract(stored, rdpField) !== this.#extract(wanted, rdpField);
    const values = new Map<string, number>();
    for (const [word, old] of stored) if (this.#isHeld(word, changes)) values.set(word, old);
    for (const field of fields) {
      if (!this.#isHeld(field.name, changes)) continue;
      const value = values.get(field.word) ?? wanted.get(field.word)!;
      values.set(field.word, withField(value, field, this.#extract(stored, field)));
    }
    return values;
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
    return value === allOnes(width);
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

/** Bytes of option memory that was erased. */
function erased(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xff);
}

function withField(word: number, field: OptionField, value: number): number {
  const mask = (2 ** field.width - 1) * 2 ** field.bit;
  return ((word & ~mask) | ((value * 2 ** field.bit) & mask)) >>> 0;
}
