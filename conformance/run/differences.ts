import type { Range } from '../../families/index.ts';

/** Bytes that are compared at once: after a mass erase there are megabytes, and hardly any differs. */
const BLOCK = 4096;

/** The first offset from `from` on at which `other` differs from `one`; the length of `one` where none does. */
export function firstDifference(one: Uint8Array, other: Uint8Array, from = 0): number {
  let at = from;
  const equal = (): boolean =>
    Buffer.compare(one.subarray(at, at + BLOCK), other.subarray(at, at + BLOCK)) === 0;
  while (at + BLOCK <= one.length && equal()) at += BLOCK;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** Runs of offsets at which two equally long byte strings differ. */
export function rangesThatDiffer(one: Uint8Array, other: Uint8Array): readonly Range[] {
  const ranges: Range[] = [];
  for (let end = 0; ;) {
    const start = firstDifference(one, other, end);
    if (start === one.length) return ranges;
    end = start;
    while (end < one.length && one[end] !== other[end]) end++;
    ranges.push({ start, end });
  }
}
