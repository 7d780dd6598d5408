/** A part of a burst that a host may get wrong by itself: a packet, a message, a piece, a frame, a transfer. */
export interface Unit {
  readonly data: readonly number[];
  /** The unit with other data, as bursts have it. */
  readonly build: (data: readonly number[]) => readonly number[];
}

/** A unit of which nothing can be wrong. */
export function fixed(bytes: readonly number[]): Unit {
  return { data: [], build: () => bytes };
}
