import type { Board } from '../../emulator/index.ts';
import type { PortFault, ScenarioFault } from '../faults/faults.ts';
import { isSelected } from '../faults/steps.ts';
import type { BusStep, UsbStep } from '../faults/steps.ts';
import { octets } from '../octets.ts';

/** What faults and interruptions at the pins do beyond changing bytes. */
export interface PinEffects {
  /** The port vanishes from under the tool. */
  disconnect(): void;
  /** The chip begins to answer the nth packet of a step, whatever of that reaches the host. */
  answer(step: BusStep | UsbStep, nth: number): void;
  /** A fault strikes. */
  strike(fault: ScenarioFault): void;
}

/** Faults that strike at a step of the protocol. */
export type Counted<Fault> = Extract<Fault, { readonly nth: number }>;

/** The faults planted at one port: which of them strikes when, and what is told of it. */
export class Planted<Fault extends PortFault, Step extends BusStep | UsbStep = BusStep> {
  readonly #board: Board;
  readonly #faults: readonly Fault[];
  readonly #effects: Pick<PinEffects, 'answer' | 'strike'>;
  /** How often each fault's step has come by. */
  readonly #counts = new Map<Fault, number>();
  readonly #packets = new Map<BusStep | UsbStep, number>();
  readonly #told = new Set<Fault>();
  #step: Step | 'nobody waits' = 'nobody waits';
  #replied = true;

  constructor(
    board: Board,
    faults: readonly Fault[],
    effects: Pick<PinEffects, 'answer' | 'strike'>,
  ) {
    this.#board = board;
    this.#faults = faults;
    this.#effects = effects;
  }

  /** The step in which the host sent last. */
  get step(): Step | 'nobody waits' {
    return this.#step;
  }

  /** The chip has answered what the host sent last. */
  get replied(): boolean {
    return this.#replied;
  }

  /** The host begins a packet of this step. */
  begin(step: Step): void {
    this.#step = step;
    this.#replied = false;
    this.#packets.set(step, (this.#packets.get(step) ?? 0) + 1);
  }

  /** The chip begins to answer the packet; told once for each. */
  answer(): void {
    if (!this.#replied) this.#effects.answer(this.#step, this.#packets.get(this.#step)!);
    this.#replied = true;
  }

  /** Those that strike now in this direction, or wherever they have none; it counts, and is asked once. */
  striking(
    direction: 'to-chip' | 'to-host',
    among: (fault: Counted<Fault>) => boolean = () => true,
  ): readonly Counted<Fault>[] {
    return this.#faults.filter((fault): fault is Counted<Fault> => {
      if (!('nth' in fault) || !isSelected(this.#step, fault.step)) return false;
      if ('direction' in fault && fault.direction !== direction) return false;
      if (!among(fault as Counted<Fault>)) return false;
      const count = (this.#counts.get(fault) ?? 0) + 1;
      this.#counts.set(fault, count);
      return count === fault.nth || (fault.on === true && count > fault.nth);
    });
  }

  /** The fault that holds all the time, where it is planted. */
  rule<Do extends Fault['do']>(rule: Do): Extract<Fault, { readonly do: Do }> | undefined {
    return this.#faults.find(
      (fault): fault is Extract<Fault, { readonly do: Do }> => fault.do === rule,
    );
  }

  announce(text: string, fault: Fault): void {
    this.#board.trace.emit({ kind: 'fault', fault: text });
    this.#effects.strike(fault);
  }

  announceOnce(text: string, fault: Fault): void {
    if (!this.#told.has(fault)) this.announce(text, fault);
    this.#told.add(fault);
  }
}

/** A fault as the trace tells it, with the octets that the chip did not send. */
export function describe(fault: Counted<PortFault>): string {
  if ('bytes' in fault) return `${fault.do} (${octets(fault.bytes)})`;
  if (fault.do === 'delay') return `delay by ${fault.ms} ms`;
  return fault.do === 'corrupt' ? `corrupt byte ${fault.byte}` : fault.do;
}

/** The bytes with some bits of one of them flipped. */
export function flipped(bytes: Uint8Array, byte: number | 'last', mask: number): Uint8Array {
  const place = byte === 'last' ? bytes.length - 1 : byte;
  return bytes.map((each, at) => (at === place ? each ^ mask : each));
}
