import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstDifference, rangesThatDiffer } from './differences.ts';

/** Two equally long byte strings, longer than what is compared at once, that differ at these offsets alone. */
const pair = fc
  .record({
    length: fc.integer({ min: 1, max: 10_000 }),
    places: fc.uniqueArray(fc.nat(9_999), { maxLength: 20 }),
  })
  .map(({ length, places }) => {
    const one = Uint8Array.from({ length }, (_, at) => at * 7);
    const other = one.slice();
    const changed = places.filter((at) => at < length).sort((a, b) => a - b);
    for (const at of changed) other[at]! ^= 0x5a;
    return { one, other, changed };
  });

test('the ranges that differ hold every changed byte and no other', () => {
  fc.assert(
    fc.property(pair, ({ one, other, changed }) => {
      const ranges = rangesThatDiffer(one, other);
      const inside = ranges.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, index) => start + index),
      );
      expect(inside).toEqual(changed);
      expect(ranges.every(({ start }) => !changed.includes(start - 1))).toBe(true);
      expect(firstDifference(one, other)).toBe(changed[0] ?? one.length);
    }),
  );
});

test('a byte that is missing is a difference', () => {
  expect(firstDifference(new Uint8Array(5000), new Uint8Array(4990))).toBe(4990);
});
