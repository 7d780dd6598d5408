import { performance } from 'node:perf_hooks';

/** How long the event loop does not sleep after input, in ms: longer than most hosts take to go on. */
const AWAKE_MS = 0.15;
/** A turn that took so many ms was not ours alone: somebody else wants the processor. */
const LOST_MS = 1;
/**
 * So many ms it is left to them: who sleeps gets it back as soon as there is input, who does not waits for its turn.
 * A machine that is otherwise idle loses a turn now and then, a busy one again at once: then the time doubles.
 */
const YIELD_MS = { least: 10, most: 300 } as const;
/** A turn that is lost so many ms after the last yielding is one more of the same. */
const AGAIN_MS = 100;

/**
 * Keeps the event loop turning for a moment after input: a host mostly goes on sooner than a process that
 * sleeps wakes up.
 */
export class AlertLoop {
  #until = -Infinity;
  #sleepsUntil = -Infinity;
  #yieldMs: number = YIELD_MS.least;
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
    if (now - this.#turnedAt! <= LOST_MS) return;
    const again = now - this.#sleepsUntil < AGAIN_MS;
    this.#yieldMs = again ? Math.min(2 * this.#yieldMs, YIELD_MS.most) : YIELD_MS.least;
    this.#sleepsUntil = now + this.#yieldMs;
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
