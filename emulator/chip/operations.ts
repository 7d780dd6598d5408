import type { ArmedFaults } from '../armed-faults.ts';
import type { Alarm, Clock, Micros } from '../clock.ts';
import { flashFaultText } from '../faults.ts';
import type { ArmedFault, FlashFault } from '../faults.ts';
import type { Trace } from '../trace/trace.ts';
import type { Operation } from './operation.ts';

const DEFAULT_MASK = [0xa5];

/** Runs operations on the virtual clock, one at a time, with the faults armed for them. */
export class Operations {
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #faults: ArmedFaults;
  /** Power goes, or NRST falls, in the middle of an operation. */
  readonly #strike: (what: 'power-cut' | 'reset') => void;
  #count = 0;
  #current: { operation: Operation; from: Micros; alarm: Alarm; mask?: Uint8Array } | undefined;

  constructor(
    clock: Clock,
    trace: Trace,
    faults: ArmedFaults,
    strike: (what: 'power-cut' | 'reset') => void,
  ) {
    this.#clock = clock;
    this.#trace = trace;
    this.#faults = faults;
    this.#strike = strike;
  }

  /** Operations begun since the board was made. */
  get count(): number {
    return this.#count;
  }

  /** Begins an operation; `then` is called when it has happened, never when it is cut. */
  run(operation: Operation, then: () => void): void {
    this.#count++;
    this.#faults.count('operation');
    if (operation.took === 0 && this.#faults.none('flash')) {
      operation.commit();
      return then();
    }
    const faults = this.#faults.due('flash');
    const slow = faults.find(({ fault }) => fault.do === 'slow');
    const lie = faults.find(({ fault }) => fault.do === 'lie');
    const cut = faults.find(({ fault }) => fault.do === 'power-cut' || fault.do === 'reset');
    if (slow !== undefined) this.#announce(slow);
    const took = operation.took + (slow?.fault.by ?? 0);
    const finish = (): void => {
      this.#current = undefined;
      if (lie === undefined) operation.commit();
      else this.#announce(lie);
      then();
    };
    const current = { operation, from: this.#clock.now, alarm: this.#clock.work(took, finish) };
    this.#current = current;
    if (cut === undefined) return;
    current.alarm.cancel();
    const at = Math.min(Math.max(cut.fault.done ?? 0.5, 0), 1) * operation.took;
    const alarm = this.#clock.work(at, () => {
      this.#announce(cut);
      this.#current = { ...current, mask: Uint8Array.from(cut.fault.mask ?? DEFAULT_MASK) };
      this.#strike(cut.fault.do === 'reset' ? 'reset' : 'power-cut');
    });
    this.#current = { ...current, alarm };
  }

  /** Cuts the operation in flight, if any; `mask` says which bits are new where no fault does. */
  cut(mask: () => Uint8Array): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    current.alarm.cancel();
    const { operation } = current;
    const done = this.#clock.now - current.from;
    operation.cut(Math.min(done, operation.took), current.mask ?? mask());
    const why = `cut after ${Math.round(done)} of ${Math.round(operation.took)} µs`;
    const { name, address, length } = operation;
    this.#trace.emit({ kind: 'lost', operation: name, address, length, why });
  }

  #announce(armed: ArmedFault & { readonly fault: FlashFault }): void {
    this.#faults.strike(armed, flashFaultText(armed.fault));
  }
}
