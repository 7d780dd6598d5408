/** Virtual time in microseconds since the board was made. */
export type Micros = number;

/** An action due at a point of virtual time. */
export interface Alarm {
  readonly at: Micros;
  cancel(): void;
}

interface Entry extends Alarm {
  readonly order: number;
  readonly work: boolean;
  readonly action: () => void;
}

/**
 * The one virtual clock of a board. Alarms are of two kinds: `work` is time in which the chip is busy
 * (erasing, shifting a character out), which a driver may skip; `wait` is time that passes while the
 * chip waits (watchdog, banner), which on a link follows the wall clock.
 */
export class Clock {
  #now: Micros = 0;
  #order = 0;
  #working = 0;
  readonly #alarms: Entry[] = [];

  get now(): Micros {
    return this.#now;
  }

  /** The chip has work under way. */
  get working(): boolean {
    return this.#working > 0;
  }

  /** Runs `action` when `took` µs of chip work have passed. */
  work(took: Micros, action: () => void): Alarm {
    return this.#add(took, action, true);
  }

  /** Runs `action` after `span` µs of waiting. */
  wait(span: Micros, action: () => void): Alarm {
    return this.#add(span, action, false);
  }

  /** Point of the next alarm, of either kind; undefined when none is set. */
  get nextAt(): Micros | undefined {
    return this.#alarms[0]?.at;
  }

  /** Moves to `until`, running every alarm due by then in order; a point already past changes nothing. */
  advanceTo(until: Micros): void {
    for (;;) {
      const next = this.#alarms[0];
      if (next === undefined || next.at > until) break;
      this.#run(next);
    }
    if (until > this.#now) this.#now = until;
  }

  /** Moves to the next alarm and runs it; false when none is set. */
  step(): boolean {
    const next = this.#alarms[0];
    if (next === undefined) return false;
    this.#run(next);
    return true;
  }

  /** Runs alarms in order until the chip has no work left: it now waits for the host. */
  finishWork(): void {
    while (this.#working > 0) this.step();
  }

  #add(after: Micros, action: () => void, work: boolean): Alarm {
    if (!(after >= 0)) throw new Error(`unreachable: alarm after ${after} µs`);
    const entry: Entry = {
      at: this.#now + after,
      order: this.#order++,
      work,
      action,
      cancel: () => this.#remove(entry),
    };
    let index = this.#alarms.length;
    while (index > 0 && this.#alarms[index - 1]!.at > entry.at) index--;
    this.#alarms.splice(index, 0, entry);
    if (work) this.#working++;
    return entry;
  }

  #remove(entry: Entry): boolean {
    const index = this.#alarms.indexOf(entry);
    if (index < 0) return false;
    this.#alarms.splice(index, 1);
    if (entry.work) this.#working--;
    return true;
  }

  #run(entry: Entry): void {
    this.#remove(entry);
    if (entry.at > this.#now) this.#now = entry.at;
    entry.action();
  }
}
