import type { Board } from '../../../emulator/index.ts';
import type { Channel } from '../../run/target.ts';

/** A line to a board in memory. */
export interface MemoryChannel extends Channel {
  /** Forgets what came and was not asked for: the board was restarted. */
  clear(): void;
}

/**
 * How time passes for a host in memory: the chip does at once whatever it has to do, or the host waits for no
 * more than it would on a wire, on the chip's clock.
 */
export type Passing = 'at once' | 'as on a wire';

/** What came and was not taken yet. */
export class Heard {
  #bytes: readonly number[] = [];
  #at = 0;

  add(bytes: Iterable<number>): void {
    this.#bytes = [...this.#bytes.slice(this.#at), ...bytes];
    this.#at = 0;
  }

  async next(_withinMs: number): Promise<number | undefined> {
    return this.#next();
  }

  clear(): void {
    this.#bytes = [];
    this.#at = 0;
  }

  /** The next byte within so many ms of the chip's time. */
  protected within(ms: number, { clock }: Board): number | undefined {
    const end = clock.now + ms * 1000;
    for (;;) {
      const there = this.#next();
      if (there !== undefined || clock.now >= end) return there;
      clock.advanceTo(Math.min(end, clock.nextAt ?? end));
    }
  }

  #next(): number | undefined {
    return this.#bytes[this.#at] === undefined ? undefined : this.#bytes[this.#at++];
  }
}
