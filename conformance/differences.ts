import type { Range } from '../families/index.ts';

/** Runs of offsets at which two equally long byte strings differ. */
export function rangesThatDiffer(one: Uint8Array, other: Uint8Array): readonly Range[] {
  const ranges: Range[] = [];
  let start: number | undefined;
  for (let at = 0; at <= one.length; at++) {
    const differs = at < one.length && one[at] !== other[at];
    if (differs) start ??= at;
    else if (start !== undefined) {
      ranges.push({ start, end: at });
      start = undefined;
    }
  }
  return ranges;
}
