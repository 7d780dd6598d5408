import { z } from 'zod';

/** Bytes of a row. */
const WIDTH = 16;

/** Rows that are shown of what differs: enough to see its pattern. */
const MOST_ROWS = 8;

/** Sixteen bytes, of which some are not as they should be. */
interface Row {
  /** Of the first byte; a multiple of 16. */
  readonly address: number;
  /** What should be there; null where several contents are accepted, or none is known. */
  readonly wanted: readonly (number | null)[];
  /** What is there; null where no memory is. */
  readonly got: readonly (number | null)[];
}

/** Memory that is not as it should be: how much of it, and its first rows. Plain JSON; fields are only added. */
export interface MemoryDiffers {
  /** Bytes that differ. */
  readonly bytes: number;
  /** Runs of bytes in which they lie. */
  readonly runs: number;
  readonly rows: readonly Row[];
}

/** The same as a schema. */
export const memoryDiffers: z.ZodType<MemoryDiffers> = z.looseObject({
  bytes: z.int().nonnegative(),
  runs: z.int().nonnegative(),
  rows: z
    .array(
      z.looseObject({
        address: z.int().nonnegative(),
        wanted: octetsOrNull(),
        got: octetsOrNull(),
      }),
    )
    .max(64)
    .readonly(),
});

function octetsOrNull(): z.ZodType<readonly (number | null)[]> {
  return z.array(z.int().min(0).max(255).nullable()).length(WIDTH).readonly();
}

/** A run of bytes from `start` to before `end` that differ. */
interface Run {
  readonly start: number;
  readonly end: number;
  /** What should be there, as far as there is one content. */
  readonly wanted: ArrayLike<number | null> | undefined;
}

/** What differs, in rows; `look` says what an address holds, or undefined where no memory is. */
export function memoryRows(
  runs: readonly Run[],
  look: (address: number) => number | undefined,
): MemoryDiffers {
  const ordered = runs.toSorted((one, other) => one.start - other.start);
  const wantedAt = new Map<number, number | null>();
  const starts = new Set<number>();
  for (const { start, end, wanted } of ordered) {
    for (let at = start; at < end; at++) {
      const row = at - (at % WIDTH);
      if (starts.size === MOST_ROWS && !starts.has(row)) break;
      starts.add(row);
      wantedAt.set(at, wanted?.[at - start] ?? null);
    }
  }
  const rows = [...starts].map((address): Row => {
    const places = Array.from({ length: WIDTH }, (_, index) => address + index);
    const got = places.map((at) => look(at) ?? null);
    const wanted = places.map((at, index) => {
      const other = wantedAt.get(at);
      return other === undefined ? got[index]! : other;
    });
    return { address, wanted, got };
  });
  const bytes = ordered.reduce((sum, { start, end }) => sum + end - start, 0);
  return { bytes, runs: ordered.length, rows };
}
