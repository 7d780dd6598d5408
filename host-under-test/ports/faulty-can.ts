import { interfaces } from '../../families/index.ts';
import type { Board, CanFrame, CanPins, CanRate } from '../../emulator/index.ts';
import type { CanFault } from '../faults/can.ts';
import { commandStep } from '../faults/steps.ts';
import type { BusStep } from '../faults/steps.ts';
import { describe, flipped, Planted, type Counted, type PinEffects } from './planted.ts';

type Listener = (frame: CanFrame, rate: CanRate) => unknown;

/** What the chip waits for before the protocol has begun. */
const CONNECT: readonly (BusStep | undefined)[] = ['edge', 'clock search', 'start frame'];
/** Identifiers that are for connecting and nothing else (AN3154 figure 2; AN5405). */
const CONNECT_IDS: readonly number[] = [interfaces.CAN.hello, interfaces.FDCAN.start.id];

/** A CAN node as the tool reaches it over a bad bus. */
export class FaultyCan implements CanPins {
  readonly #board: Board;
  readonly #name: string;
  readonly #inner: CanPins;
  readonly #planted: Planted<CanFault>;
  readonly #effects: PinEffects;
  readonly #listeners: Listener[] = [];
  /** The frame that came last, and what became of it on the way: one that is repeated is the same object. */
  #last: { readonly frame: CanFrame; readonly passed: CanFrame | undefined } | undefined;
  #silent: 'silence' | 'off-bus' | undefined;
  /** Virtual µs before which no further frame may overtake. */
  #deliverAt = 0;

  constructor(board: Board, name: string, faults: readonly CanFault[], effects: PinEffects) {
    this.#board = board;
    this.#name = name;
    this.#inner = board.can(name);
    this.#planted = new Planted(board, faults, effects);
    this.#effects = effects;
    this.#inner.onTransmit((frame, rate) => this.#fromChip(frame, rate));
  }

  onTransmit(listener: Listener): void {
    this.#listeners.push(listener);
  }

  repeat(): void {
    this.#inner.repeat();
  }

  receive(frame: CanFrame, rate?: CanRate): 'acknowledged' | 'error' | 'nobody' {
    const wrongRate = this.#planted.rule('wrong-rate');
    if (wrongRate !== undefined) {
      this.#planted.announceOnce('the rates differ: error frames', wrongRate);
      return 'error';
    }
    if (this.#silent !== undefined) return this.#silent === 'silence' ? 'acknowledged' : 'nobody';
    const classic = this.#planted.rule('ignores-classic');
    if (classic !== undefined && !frame.fd) {
      this.#planted.announceOnce('a classic frame is not answered', classic);
      return 'acknowledged';
    }
    const again = this.#last?.frame === frame ? this.#last : undefined;
    const { passed } = again ?? this.#begin(frame);
    if (passed !== undefined) return this.#inner.receive(passed, rate);
    return this.#silent === 'off-bus' ? 'nobody' : 'acknowledged';
  }

  #begin(frame: CanFrame): { readonly passed: CanFrame | undefined } {
    this.#planted.begin(stepOf(this.#board.waiting(this.#name), frame));
    const [passed] = this.#apply(frame, this.#planted.striking('to-chip'), this.#planted.step);
    this.#last = { frame, passed };
    return this.#last;
  }

  #fromChip(frame: CanFrame, rate: CanRate): boolean {
    this.#planted.answer();
    if (this.#silent !== undefined) return this.#silent === 'silence';
    const faults = this.#planted.striking('to-host');
    const late = Math.max(0, ...faults.map((fault) => (fault.do === 'delay' ? fault.ms : 0)));
    const frames = this.#apply(frame, faults, `a reply to ${this.#planted.step}`);
    if (late > 0 || this.#deliverAt > this.#board.clock.now) {
      for (const each of frames) this.#deliverLate(each, rate, late);
      return true;
    }
    const heard = frames.map((each) => this.#deliver(each, rate));
    return frames.length === 0 || heard.some((each) => each);
  }

  /** What is left of a frame, after all that happens to it on the bus. */
  #apply(
    frame: CanFrame,
    faults: readonly Counted<CanFault>[],
    where: string,
  ): readonly CanFrame[] {
    let frames: readonly CanFrame[] = [frame];
    for (const fault of faults) {
      this.#planted.announce(`${describe(fault)} at ${where}`, fault);
      switch (fault.do) {
        case 'drop':
          frames = [];
          break;
        case 'duplicate':
          frames = [...frames, ...frames];
          break;
        case 'replace':
          frames = frames.map((each) => ({ ...each, data: Uint8Array.from(fault.bytes) }));
          break;
        case 'corrupt':
          frames = frames.map((each) => ({
            ...each,
            data: flipped(each.data, fault.byte, fault.value),
          }));
          break;
        case 'delay':
          break; // on the way
        case 'silence':
        case 'off-bus':
          this.#silent = fault.do;
          frames = [];
          break;
        case 'disconnect':
          this.#silent = 'off-bus';
          frames = [];
          this.#effects.disconnect();
          break;
        case 'reset':
          frames = [];
          this.#board.reset();
          break;
      }
    }
    return frames;
  }

  #deliverLate(frame: CanFrame, rate: CanRate, ms: number): void {
    const { clock } = this.#board;
    this.#deliverAt = Math.max(clock.now + ms * 1000, this.#deliverAt);
    clock.wait(this.#deliverAt - clock.now, () => void this.#deliver(frame, rate));
  }

  #deliver(frame: CanFrame, rate: CanRate): boolean {
    return this.#listeners
      .map((listener) => listener(frame, rate))
      .some((answer) => answer !== false);
  }
}

/** What the chip makes of a frame that comes now. */
function stepOf(wait: ReturnType<Board['waiting']>, { id }: CanFrame): BusStep {
  if (wait === undefined) return 'nobody waits';
  const begins = wait.for === 'bytes' || wait.for === 'frames' ? wait.what : undefined;
  if (CONNECT.includes(begins) && CONNECT_IDS.includes(id)) return 'connect';
  if (begins !== undefined && begins !== 'command' && !CONNECT.includes(begins)) return begins;
  return commandStep(id & 0xff);
}
