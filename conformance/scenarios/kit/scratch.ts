import { blank, blockUnit, scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import { holding } from '../../run/script.ts';
import type { Left } from '../../run/script.ts';
import { filled, pattern } from './inputs.ts';

/** The filled page and its content. */
export function content(part: Part): { readonly start: number; readonly bytes: readonly number[] } {
  const [{ address, bytes }] = filled(part) as [{ address: number; bytes: Uint8Array }];
  return { start: address, bytes: [...bytes] };
}

/** More than 64 KiB from the first scratch page on, blank but for both ends: what no two-byte size reaches. */
export function wide(part: Part): { readonly start: number; readonly bytes: readonly number[] } {
  const bytes = Array.from({ length: 0x1_0040 }, () => blank(part));
  bytes.splice(0, 32, ...pattern(32));
  bytes.splice(-32, 32, ...pattern(32, 3));
  return { start: scratch(part), bytes };
}

/** Flash that holds it. */
export function widelyFilled(part: Part): { address: number; bytes: Uint8Array }[] {
  const { start, bytes } = wide(part);
  return [{ address: start, bytes: Uint8Array.from(bytes) }];
}

/** Why 256 bytes cannot be written to the scratch pages; undefined when they can. */
export function tooSmall(part: Part): string | undefined {
  return part.pages.at(-1)!.end - scratch(part) < 256 ? 'flash is too small' : undefined;
}

/** Why the part has no room for it; undefined when it has. */
export function notWide(part: Part): string | undefined {
  const room = part.pages.at(-1)!.end - scratch(part);
  return room < 0x1_0040 ? 'flash is too small' : undefined;
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
