import type { Micros } from './clock.ts';
import type { ArmedFault, Fault } from './faults.ts';
import type { Happening } from './trace/trace.ts';

/** What faults count: flash operations, and bytes in each direction; a refusal counts its own requests. */
type Counter = 'operation' | 'to-chip' | 'to-host';

/** Most strikes that one fault remembers. */
const REMEMBERED = 100;

interface Armed extends ArmedFault {
  struck: Micros[];
  /** What its counter had counted when it was armed; requests are counted by the fault itself. */
  from: number;
}

/** A fault as a snapshot keeps it: with what it has counted. */
export interface KeptFault {
  readonly id: number;
  readonly fault: Fault;
  readonly struck: readonly Micros[];
  readonly counted: number;
}

/** The faults that are armed on a board, and what they have done. */
export class ArmedFaults {
  readonly #now: () => Micros;
  readonly #emit: (happening: Happening) => void;
  readonly #counted: Record<Counter, number> = {
    operation: 0,
    'to-chip': 0,
    'to-host': 0,
  };
  #armed: readonly Armed[] = [];
  #lastId = 0;

  constructor(now: () => Micros, emit: (happening: Happening) => void) {
    this.#now = now;
    this.#emit = emit;
  }

  get list(): readonly ArmedFault[] {
    return this.#armed.map(({ id, fault, struck }) => ({ id, fault, struck }));
  }

  arm(fault: Fault): ArmedFault {
    const id = ++this.#lastId;
    this.#armed = [...this.#armed, { id, fault, struck: [], from: this.#at(fault) }];
    return { id, fault, struck: [] };
  }

  /** Takes one away, or all; false where there is none of this number. */
  disarm(id?: number): boolean {
    const left = id === undefined ? [] : this.#armed.filter((armed) => armed.id !== id);
    const some = left.length < this.#armed.length;
    this.#armed = left;
    return some || id === undefined;
  }

  /** One more of what is counted. */
  count(counter: Counter): void {
    this.#counted[counter]++;
  }

  /** Bytes that nothing here waits for. */
  pass(direction: 'to-chip' | 'to-host', bytes: number): void {
    this.#counted[direction] += bytes;
  }

  /** Nothing of this place is armed. */
  none(at: Fault['at']): boolean {
    for (const { fault } of this.#armed) if (fault.at === at) return false;
    return true;
  }

  /** The faults of a place that are due at what was counted last. */
  due<At extends Fault['at']>(at: At): readonly (Armed & { fault: Extract<Fault, { at: At }> })[] {
    const mine = this.#armed.filter(
      (armed): armed is Armed & { fault: Extract<Fault, { at: At }> } => armed.fault.at === at,
    );
    return mine.filter((armed) => this.#at(armed.fault) - armed.from === wantedBy(armed.fault));
  }

  /** The refusal that is armed for such a request, which counts for every fault that it fits. */
  refuses(fits: (fault: Extract<Fault, { at: 'reply' }>) => boolean): ArmedFault | undefined {
    let striking: Armed | undefined;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.at !== 'reply' || !fits(fault)) continue;
      armed.from++;
      if (fault.nth === undefined || fault.nth === armed.from) striking ??= armed;
    }
    return striking;
  }

  /** It strikes now. */
  strike(armed: ArmedFault, text: string): void {
    const known = this.#armed.find(({ id }) => id === armed.id);
    if (known !== undefined) known.struck = [...known.struck, this.#now()].slice(-REMEMBERED);
    this.#emit({ kind: 'fault', fault: text });
  }

  keep(): readonly KeptFault[] {
    return this.#armed.map((armed) => {
      const { id, fault, struck, from } = armed;
      const counted = fault.at === 'reply' ? from : this.#at(fault) - from;
      return { id, fault, struck, counted };
    });
  }

  restore(kept: readonly KeptFault[]): void {
    this.#armed = kept.map(({ id, fault, struck, counted }) => {
      const from = fault.at === 'reply' ? counted : this.#at(fault) - counted;
      return { id, fault, struck: [...struck], from };
    });
  }

  #at(fault: Fault): number {
    switch (fault.at) {
      case 'flash':
        return this.#counted.operation;
      case 'link':
        return this.#counted[fault.direction];
      case 'reply':
        return 0;
    }
  }
}

function wantedBy(fault: Fault): number | undefined {
  return fault.at === 'flash' ? fault.operation : fault.nth;
}
