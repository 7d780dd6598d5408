import type { Channel } from '../../run/target.ts';

/** The two output lines of a serial port; `true` is asserted. */
export interface ControlLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** A serial line with an end of our own. */
export interface Line extends Channel {
  /** Puts DTR and RTS there; a line without it has none. */
  setLines?(lines: ControlLines): Promise<void>;
  /** Forgets all that came, until nothing comes for so many ms; an application that never stops is not waited for. */
  clear(quietMs: number): Promise<void>;
  /** Frees a bus that somebody held in the last transfer; false while it is held all the same. */
  free?(): Promise<boolean>;
  close(): Promise<void>;
}

/** Times of quiet after which a line that is not quiet is taken as it is. */
const LONGEST_CLEAR = 20;

/** A timer that fires later than this was held up by a busy machine, in ms. */
const PUNCTUAL_MS = 5;

/** What came over a line and nobody has taken yet. */
export class Inbox {
  readonly #bytes: number[] = [];
  #at = 0;
  #arrived: (() => void) | undefined;
  #failure: Error | undefined;

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte);
    this.#arrived?.();
  }

  /** Nothing more will come: who waits, and who asks when all is taken, is thrown this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#arrived?.();
  }

  /** The next byte, waited for at most so many ms; undefined when none came. */
  async next(withinMs: number): Promise<number | undefined> {
    if (this.#at === this.#bytes.length && this.#failure === undefined && withinMs > 0) {
      await this.#wait(withinMs);
    }
    if (this.#at < this.#bytes.length) return this.#bytes[this.#at++];
    this.#bytes.length = 0;
    this.#at = 0;
    if (this.#failure !== undefined) throw this.#failure;
    return undefined;
  }

  async clear(quietMs: number): Promise<void> {
    const end = performance.now() + LONGEST_CLEAR * quietMs;
    while ((await this.next(quietMs)) !== undefined && performance.now() < end);
    this.#bytes.length = 0;
    this.#at = 0;
  }

  /** A process that stood still has heard nothing: silence is believed of a timer alone that was punctual. */
  async #wait(withinMs: number): Promise<void> {
    let late = true;
    while (late && this.#at === this.#bytes.length && this.#failure === undefined) {
      const end = performance.now() + withinMs;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      late = performance.now() > end + PUNCTUAL_MS;
    }
    this.#arrived = undefined;
  }
}
