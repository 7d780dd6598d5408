import type { Channel } from '../../target.ts';

/** A line to a board in memory. */
export interface MemoryChannel extends Channel {
  /** Forgets what came and was not asked for: the board was restarted. */
  clear(): void;
}

/** What came and was not taken yet. */
export class Heard {
  #bytes: readonly number[] = [];
  #at = 0;

  add(bytes: Iterable<number>): void {
    this.#bytes = [...this.#bytes.slice(this.#at), ...bytes];
    this.#at = 0;
  }

  async next(_withinMs: number): Promise<number | undefined> {
    return this.#bytes[this.#at] === undefined ? undefined : this.#bytes[this.#at++];
  }

  clear(): void {
    this.#bytes = [];
    this.#at = 0;
  }
}
