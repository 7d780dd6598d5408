import { performance } from 'node:perf_hooks';
import type { Clock, Micros } from '../clock.ts';

/**
 * How long chip work (erasing, programming, a character on the line) takes on a link: no wall time, the
 * chip's own time, or that time divided by a factor.
 */
export type Speed = 'instant' | 'real' | number;

/** What a timer can do, in ms: anything sooner waits for the event loop's next turn. */
const TIMER = { least: 1, most: 2 ** 31 - 1 };

/** Alarms run in one turn of the event loop, which also has signals and other boards to see to. */
const MOST_ALARMS = 10_000;

/**
 * Moves a board's virtual clock by the wall clock. While the chip waits, both run alike; work that was
 * skipped or shortened puts the virtual clock ahead for good, so that a watchdog counts it.
 */
export class Pacer {
  readonly #clock: Clock;
  /** Virtual µs of chip work per wall µs. */
  #factor: number;
  /** The wall time, in µs, that belongs to `clock.now`. */
  #wall: Micros;
  #busy = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(clock: Clock, speed: Speed) {
    this.#clock = clock;
    this.#factor = factorOf(speed);
    this.#wall = wallNow();
    this.#arm();
  }

  /** Lets `action` happen on the pins now, then everything that follows from it without waiting. */
  input(action: () => void): void {
    // What the chip sends while it settles may come straight back in (two boards wired together).
    if (this.#busy || this.#closed) return action();
    this.#busy = true;
    try {
      this.#catchUp();
      action();
      this.#catchUp();
    } finally {
      this.#busy = false;
    }
    this.#arm();
  }

  /** What has passed by now passed at the old speed. */
  changeSpeed(speed: Speed): void {
    this.input(() => {
      this.#factor = factorOf(speed);
    });
  }

  /** Stops the virtual clock; later input is passed on without any time passing. */
  close(): void {
    this.#closed = true;
    this.#disarm();
  }

  /** Runs every alarm due by now, in order; at `instant`, work is due at once. */
  #catchUp(): void {
    const clock = this.#clock;
    const wall = wallNow();
    for (let run = 0; ; run++) {
      if (run === MOST_ALARMS) return; // `#arm` goes on in the next turn
      const due = this.#dueAt();
      if (due === undefined || due > wall) break;
      clock.step();
      if (due > this.#wall) this.#wall = due;
    }
    if (wall <= this.#wall) return;
    clock.advanceTo(clock.now + (wall - this.#wall) * this.#rate);
    this.#wall = wall;
  }

  /** Virtual µs per wall µs at this moment; only the finite ones are multiplied with. */
  get #rate(): number {
    return this.#clock.working ? this.#factor : 1;
  }

  /** Wall time of the next alarm in µs. */
  #dueAt(): Micros | undefined {
    const next = this.#clock.nextAt;
    return next === undefined ? undefined : this.#wall + (next - this.#clock.now) / this.#rate;
  }

  #arm(): void {
    this.#disarm();
    const due = this.#dueAt();
    if (due === undefined || this.#closed) return;
    const ms = (due - wallNow()) / 1000;
    // The link keeps the process alive; a pending banner or watchdog alone does not.
    if (ms < TIMER.least) this.#soon = setImmediate(this.#wake);
    else this.#timer = setTimeout(this.#wake, Math.min(ms, TIMER.most)).unref();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
  }

  readonly #wake = (): void => {
    this.input(() => undefined);
  };
}

function factorOf(speed: Speed): number {
  const factor = speed === 'instant' ? Infinity : speed === 'real' ? 1 : speed;
  if (!(factor > 0)) throw new Error(`unreachable: speed ${speed}`);
  return factor;
}

function wallNow(): Micros {
  return performance.now() * 1000;
}
