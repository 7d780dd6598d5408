import * as fc from 'fast-check';
import { LONGEST_CHUNK } from '../host.ts';

/** Most that the 15 bits of a size can say. */
const MOST = 0x7fff;

/** Sizes beyond the longest chunk, one behind the other: the next one, the most that can be said, and others. */
export const tooLong: fc.Arbitrary<readonly number[]> = fc
  .integer({ min: LONGEST_CHUNK + 1, max: MOST })
  .map((some) => [LONGEST_CHUNK + 1, some, MOST]);

/** Cuts bytes into chunks of at most so many, each a multiple of `unit`. */
export function chunksOf(
  bytes: readonly number[],
  unit: number,
  most: number,
): fc.Arbitrary<readonly (readonly number[])[]> {
  const units = Math.floor(bytes.length / unit);
  return fc
    .array(fc.integer({ min: 1, max: Math.max(1, Math.floor(most / unit)) }), {
      minLength: units,
      maxLength: units,
    })
    .map((lengths) => {
      const chunks: (readonly number[])[] = [];
      for (let at = 0; at < units;) {
        const length = lengths[chunks.length]!;
        chunks.push(bytes.slice(at * unit, (at + length) * unit));
        at += length;
      }
      return chunks;
    });
}
