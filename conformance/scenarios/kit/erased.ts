import { blank } from '../../part/part.ts';
import type { Page, Part } from '../../part/part.ts';
import type { Area, Left } from '../../run/script.ts';

/** Areas that hold nothing any more. */
export function erased(part: Part, pages: readonly Page[]): readonly Left[] {
  const areas: Area[] = pages.map(({ start, end }) => ({ start, end, value: blank(part) }));
  return [{ areas }];
}

/** What 16 erased bytes read. */
export function nothing(part: Part): number[] {
  return Array.from({ length: 16 }, () => blank(part));
}
