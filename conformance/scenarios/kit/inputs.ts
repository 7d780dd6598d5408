import * as fc from 'fast-check';
import { blockUnit, isMapped, scratchPages, shownPages } from '../../part/part.ts';
import type { Page, Part } from '../../part/part.ts';

/** Bytes of a block, most often neither all blank nor all zero. */
export function bytes(minimum: number, maximum: number = minimum): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(0xff), { minLength: minimum, maxLength: maximum });
}

/** A wrong checksum: the bits in which it is wrong. */
export const spoil: fc.Arbitrary<number> = fc.integer({ min: 1, max: 0xff });

/**
 * Wrong checksums, one behind the other: each single bit, since a device may look at some of them only, and
 * several bits at once.
 */
export const spoils: fc.Arbitrary<readonly number[]> = fc
  .tuple(
    fc.shuffledSubarray([0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80], { minLength: 8 }),
    spoil,
  )
  .map(([bits, several]) => [...bits, several]);

/** One of the scratch pages, the first and the last of each bank more often. */
export function page(part: Part): fc.Arbitrary<Page> {
  const pages = shownPages(part).filter((each) => scratchPages(part).includes(each));
  const corners = [pages[0]!, pages.at(-1)!, pages.find((each) => each.bank === 1) ?? pages[0]!];
  return fc.oneof(fc.constantFrom(...corners), fc.constantFrom(...pages));
}

/** A block that is written as it is, within one scratch page: aligned, and filling the program unit. */
export function flashBlock(
  part: Part,
): fc.Arbitrary<{ start: number; data: number[]; page: Page }> {
  const unit = blockUnit(part);
  return page(part).chain((where) => {
    const most = Math.min(256, where.end - where.start);
    return fc
      .tuple(fc.integer({ min: 1, max: most / unit }), fc.nat(0xffff), fc.boolean())
      .chain(([units, at, last]) => {
        const room = (where.end - where.start) / unit - units;
        const start = where.start + (last ? room : at % (room + 1)) * unit;
        return bytes(units * unit).map((data) => ({ start, data, page: where }));
      });
  });
}

/** Bytes of a pattern that no blank memory shows; 16 of them differ for each seed below 0x8000. */
export function pattern(length: number, seed = 0): number[] {
  const step = 7 + 2 * (seed >> 8);
  return Array.from({ length }, (_, at) => (at * step + seed * 13 + 0x21) & 0xff);
}

const PLACES = ['start', 'middle', 'end'] as const;

/** The 16 bytes that `marked` leaves at a place of the page: no other place of flash has them. */
export function mark({ number }: Page, place: (typeof PLACES)[number] = 'start'): number[] {
  return pattern(16, number * PLACES.length + PLACES.indexOf(place));
}

/** First, middle and last bytes of the pages: what shows that it was erased, or spared. */
export function marked(
  part: Part,
  pages: readonly Page[] = shownPages(part),
): { address: number; bytes: Uint8Array }[] {
  return pages.flatMap((page) => {
    const { start, end } = page;
    return [
      { address: start, bytes: Uint8Array.from(mark(page)) },
      { address: start + (end - start) / 2, bytes: Uint8Array.from(mark(page, 'middle')) },
      { address: end - 16, bytes: Uint8Array.from(mark(page, 'end')) },
    ];
  });
}

/** The first page, filled with a pattern. */
export function filled(part: Part): { address: number; bytes: Uint8Array }[] {
  const { start, end } = scratchPages(part)[0]!;
  return [{ address: start, bytes: Uint8Array.from(pattern(Math.min(end - start, 1024))) }];
}

/** A page of those that are shown: the last one, in the last bank, as often as all others. */
export function anyPage(part: Part): fc.Arbitrary<Page> {
  const shown = shownPages(part);
  return fc.oneof(fc.constant(shown.at(-1)!), fc.constantFrom(...shown));
}

/** Words that a size four words before the end of main flash must not have: a fifth, but where other memory follows. */
export function wordsPastTheEnd(part: Part): readonly number[] {
  return isMapped(part, part.pages.at(-1)!.end) ? [0x0100_0000] : [5, 0x0100_0000];
}
