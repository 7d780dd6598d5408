import * as fc from 'fast-check';
import type { Part } from '../../part/part.ts';
import { holding } from '../../run/script.ts';
import type { Left } from '../../run/script.ts';
import { bytes } from './inputs.ts';

/** A block for RAM that the bootloader leaves to hosts. */
export interface RamBlock {
  readonly start: number;
  readonly data: readonly number[];
}

/** First and last words of the RAM that the bootloader uses. */
export function ramUsed({ bootloader }: Part): readonly number[] {
  return bootloader.ramUsed.flatMap(({ start, end }) => [start, end - 4]);
}

/** Where `length` bytes may begin in RAM, at a multiple of `step` from its start; the first and the last place more often. */
export function placeInRam(part: Part, length: number, step: number): fc.Arbitrary<number> {
  const { start, end } = part.ram!;
  const places = Math.floor((end - start - length) / step) + 1;
  const last = start + (places - 1) * step;
  return fc.oneof(
    fc.constantFrom(start, last),
    fc.nat(0xffff).map((at) => start + step * (at % places)),
  );
}

/** Blocks of at most `most` words: one anywhere in RAM, and behind it one that ends where RAM does. */
export function ramBlocks(part: Part, most: number): fc.Arbitrary<readonly RamBlock[]> {
  const words = fc.integer({ min: 1, max: most });
  return fc.tuple(words, words).chain(([some, last]) =>
    fc
      .tuple(placeInRam(part, 4 * some, 4), bytes(4 * some), bytes(4 * last))
      .map(([start, data, behind]) => {
        const end = part.ram!.end - behind.length;
        const one = { start: Math.min(start, end - data.length), data };
        return [one, { start: end, data: behind }];
      }),
  );
}

/** Memory that holds these blocks, and nothing else changed. */
export function storedAll(blocks: readonly RamBlock[]): readonly Left[] {
  return [{ areas: blocks.map(({ start, data }) => holding(start, data)) }];
}
