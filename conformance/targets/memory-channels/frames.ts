import type { Board, CanFrame, CanPins, CanRate } from '../../../emulator/index.ts';
import { LOST, frame, itemsOf } from '../../interfaces/can/frames.ts';
import { Heard } from './heard.ts';
import type { MemoryChannel, Passing } from './heard.ts';

/** In µs: a controller tries again behind a short frame, and its host gives up. */
const REPEATED_EVERY = 500;
const GIVEN_UP_AFTER = 20_000;

/** What a host that hears nothing has waited, in µs. */
const HEARD_NOTHING_FOR = 10_000;

/** Bursts and answers are frames in the form of `interfaces/can/frames.ts`; the host acknowledges what it hears at its rate. */
export class FrameChannel extends Heard implements MemoryChannel {
  readonly #pins: CanPins;
  readonly #board: Board;
  readonly #first: CanRate;
  readonly #passing: Passing;
  #rate: CanRate;

  /** `rate` is that of the host at first, and behind each restart. */
  constructor(pins: CanPins, board: Board, rate: CanRate, passing: Passing) {
    super();
    this.#pins = pins;
    this.#board = board;
    this.#first = rate;
    this.#rate = rate;
    this.#passing = passing;
    pins.onTransmit((sent, chip) => {
      if (!this.#hears(sent, chip)) return false;
      this.add(frame({ ...sent, data: [...sent.data] }));
      return true;
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (const item of itemsOf([...bytes])) {
      if (item === 'lost' || 'rest' in item) continue; // a burst that was changed at random
      if ('rate' in item) {
        this.#rate = item.rate;
        this.#pins.repeat();
      } else if (!this.#goesThrough({ ...item, data: Uint8Array.from(item.data) })) {
        this.add([LOST]);
      }
    }
    if (this.#passing === 'at once') this.#board.run();
  }

  /** Time passes for a host that hears nothing: a search for the clock ends. */
  override async next(withinMs: number): Promise<number | undefined> {
    if (this.#passing === 'as on a wire') return this.within(withinMs, this.#board);
    const there = await super.next(withinMs);
    if (there !== undefined) return there;
    const { clock } = this.#board;
    clock.advanceTo(clock.now + Math.max(HEARD_NOTHING_FOR, withinMs * 1000));
    this.#board.run();
    return super.next(withinMs);
  }

  override clear(): void {
    super.clear();
    this.#rate = this.#first;
  }

  /** Somebody acknowledged the frame, at the first try or a later one. */
  #goesThrough(sent: CanFrame): boolean {
    const { clock } = this.#board;
    const until = clock.now + GIVEN_UP_AFTER;
    while (this.#pins.receive(sent, this.#rate) !== 'acknowledged') {
      if (clock.now >= until) return false;
      clock.advanceTo(clock.now + REPEATED_EVERY);
    }
    return true;
  }

  #hears({ brs }: CanFrame, { nominal, data }: CanRate): boolean {
    if (nominal !== this.#rate.nominal) return false;
    return !brs || data === undefined || data === (this.#rate.data ?? data);
  }
}
