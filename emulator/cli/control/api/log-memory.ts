/** Events of one board that take part of the memory. */
export interface Remembered {
  /** About what they take. */
  readonly bytes: number;
  /** Forgets the oldest until the others take no more than so many bytes. */
  forgetBeyond(bytes: number): void;
}

/** What the events of all boards of a server take at most, bytes: those of thirty boards that remember all they may. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Part of it that is left when some was made free, so that it is not looked for with each event. */
const LEFT = 7 / 8;

/** The memory that the boards of a server share for their events: where it is full, those that remember most forget their oldest. */
export class LogMemory {
  readonly #logs = new Set<Remembered>();
  readonly #most: number;
  #taken = 0;

  constructor(most: number = MOST_BYTES) {
    this.#most = most;
  }

  /** One more log takes part. */
  share(log: Remembered): void {
    this.#logs.add(log);
  }

  /** A log takes part no more, and what it has is no longer counted. */
  leave(log: Remembered): void {
    if (this.#logs.delete(log)) this.#taken -= log.bytes;
  }

  /** So many bytes more, or fewer, are in use. */
  taken(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken > this.#most) this.#makeFree();
  }

  #makeFree(): void {
    const each = this.#largestShare(this.#most * LEFT);
    for (const log of this.#logs) log.forgetBeyond(each);
  }

  /** What each log may have at most, so that all together have no more than so much. */
  #largestShare(all: number): number {
    const sizes = [...this.#logs].map(({ bytes }) => bytes).toSorted((one, other) => one - other);
    let left = all;
    for (const [index, size] of sizes.entries()) {
      const share = left / (sizes.length - index);
      if (size > share) return share;
      left -= size;
    }
    return Infinity;
  }
}
