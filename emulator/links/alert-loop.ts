import { performance } from 'node:perf_hooks';

/** How long the event loop does not sleep after input, in ms: longer than most hosts take to go on. */
const AWAKE_MS = 0.15;
/** A turn that took so many ms was not ours alone: somebody else wants the processor. */
const LOST_MS = 1;
/** So many ms it is left to them: who sleeps gets it back as soon as there is input, who does not waits for its turn. */
const YIELD_MS = 300;

/**
 * Keeps the event loop turning for a moment after input: a host mostly goes on sooner than a process that
 * sleeps wakes up.
 */
export class AlertLoop {
  #until = -Infinity;
  #sleepsUntil = -Infinity;
  /** When a turn began; undefined while the loop may sleep. */
  #turnedAt: number | undefined;

  /** Input has arrived and is to be handled: work on it is no lost time. */
  arrived(): void {
    if (this.#turnedAt !== undefined) this.#noteTurn(performance.now());
  }

  /** Input was handled just now. */
  handled(): void {
    const now = performance.now();
    this.#until = now + AWAKE_MS;
    if (this.#turnedAt === undefined) this.#goOn(now);
    else this.#turnedAt = now;
  }

  #noteTurn(now: number): void {
    if (now - this.#turnedAt! > LOST_MS) this.#sleepsUntil = now + YIELD_MS;
  }

  #goOn(now: number): void {
    this.#turnedAt = now < this.#until && now >= this.#sleepsUntil ? now : undefined;
    if (this.#turnedAt !== undefined) setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    const now = performance.now();
    this.#noteTurn(now);
    this.#goOn(now);
  };
}
