import type { Board, UsartPins } from '../../../emulator/index.ts';
import type { Parity } from '../../run/script.ts';
import { Heard } from './heard.ts';
import type { MemoryChannel, Passing } from './heard.ts';

/** A rate that every line takes, in bits per second: AN2606 limits that of F358 and F378. */
const RATE = 57_600;

/** Bytes go in; where time passes at once the board runs until it waits for the host, and what it said lies ready. */
export class ByteChannel extends Heard implements MemoryChannel {
  readonly #pins: UsartPins;
  readonly #board: Board;
  readonly #passing: Passing;

  constructor(pins: UsartPins, board: Board, passing: Passing) {
    super();
    this.#pins = pins;
    this.#board = board;
    this.#passing = passing;
    if (passing === 'as on a wire') this.#setLine('even');
    pins.onTransmit((bytes) => this.add(bytes));
  }

  async setParity(parity: Parity): Promise<void> {
    this.#setLine(parity);
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#pins.receive(bytes);
    if (this.#passing === 'at once') this.#board.run();
  }

  /** Time passes for a host that waits and hears nothing. */
  override async next(withinMs: number): Promise<number | undefined> {
    if (this.#passing === 'as on a wire') return this.within(withinMs, this.#board);
    const there = await super.next(withinMs);
    if (there !== undefined || withinMs === 0) return there;
    const { clock } = this.#board;
    clock.advanceTo(clock.now + withinMs * 1000);
    this.#board.run();
    return super.next(withinMs);
  }

  #setLine(parity: Parity): void {
    this.#pins.setLine({ baud: RATE, dataBits: 8, parity, stopBits: 1 });
  }
}
