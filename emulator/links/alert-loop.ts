import { performance } from 'node:perf_hooks';

/** How long the event loop does not sleep after input, in ms: longer than most hosts take to go on. */
const AWAKE_MS = 0.15;
/** A turn that took so many ms was not ours alone, where another process had the processor meanwhile. */
const LOST_MS = 1;
/** A machine that is otherwise idle loses a turn now and then; one that is busy loses so many within so many ms. */
const BUSY = { turns: 3, withinMs: 100 } as const;
/** So many ms it is left to them: who sleeps gets it back as soon as there is input, who does not waits for its turn. */
const YIELD_MS = 300;

/**
 * Keeps the event loop turning for a moment after input: a host mostly goes on sooner than a process that
 * sleeps wakes up.
 */
export class AlertLoop {
  #until = -Infinity;
  #sleepsUntil = -Infinity;
  /** When the last turns were lost, in ms. */
  readonly #lostAt: number[] = [];
  /** When a turn began; undefined while the loop may sleep. */
  #turnedAt: number | undefined;
  #preempted = preemptions();

  /** Input has arrived and is to be handled: work on it is no lost time. */
  arrived(): void {
    if (this.#turnedAt !== undefined) this.#noteTurn(performance.now());
  }

  /** Input was handled just now. */
  handled(): void {
    const now = performance.now();
    this.#until = now + AWAKE_MS;
    if (this.#turnedAt !== undefined) this.#turnedAt = now;
    else {
      this.#preempted = preemptions();
      this.#goOn(now);
    }
  }

  #noteTurn(now: number): void {
    if (now - this.#turnedAt! <= LOST_MS) return;
    // What the host of a virtual machine takes is not given back sooner by who sleeps: other processes must want it.
    const preempted = preemptions();
    const wanted = preempted > this.#preempted;
    this.#preempted = preempted;
    if (!wanted) return;
    this.#lostAt.push(now);
    if (this.#lostAt.length < BUSY.turns) return;
    const since = this.#lostAt.shift()!;
    if (now - since <= BUSY.withinMs) this.#sleepsUntil = now + YIELD_MS;
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

/** How often the kernel has given this process's processor to another one before it slept. */
function preemptions(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}
