import { blockUnit, scratchPages } from '../part.ts';
import type { Part } from '../part.ts';
import { holding } from '../script.ts';
import type { Left } from '../script.ts';
import { filled, pattern } from './inputs.ts';

/** The filled page and its content. */
export function content(part: Part): { readonly start: number; readonly bytes: readonly number[] } {
  const [{ address, bytes }] = filled(part) as [{ address: number; bytes: Uint8Array }];
  return { start: address, bytes: [...bytes] };
}

/** A block that any protocol writes at once. */
export function some(part: Part, seed = 2): number[] {
  return pattern(Math.max(16, blockUnit(part)), seed);
}

/** Where the first scratch page begins. */
export function scratch(part: Part): number {
  return scratchPages(part)[0]!.start;
}

/** Memory that holds the data there, and nothing else changed. */
export function stored(start: number, data: readonly number[]): readonly Left[] {
  return [{ areas: [holding(start, data)] }];
}
