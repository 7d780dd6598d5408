import type { Board, Hold, I2cPins } from '../../../emulator/index.ts';
import { OUTCOME, OWN, parseTransfer } from '../../interfaces/i2c/transactions.ts';
import type { ParsedMessage } from '../../interfaces/i2c/transactions.ts';
import { Heard } from './heard.ts';
import type { MemoryChannel, Passing } from './heard.ts';

/** µs for which the controller lets SCL be held: longer than the longest erase, and than any time-out of a ROM. */
const PATIENCE = 60_000_000;

/** µs that a host leaves the bus alone when nobody acknowledged the address. */
const NOBODY = 5_000;

/** SCL was held for longer than that. */
const HELD = 'held';

/**
 * Each burst is a transfer in the form of `interfaces/i2c/transactions.ts`. Time passes only while the chip holds
 * SCL, in the host's pauses, and when nobody acknowledged the address: what takes long is still under way
 * when the host asks next, as on a bus.
 */
export class TransactionChannel extends Heard implements MemoryChannel {
  readonly #pins: I2cPins & { readonly address: number };
  readonly #board: Board;
  readonly #passing: Passing;
  #retry = false;

  constructor(pins: I2cPins & { readonly address: number }, board: Board, passing: Passing) {
    super();
    this.#pins = pins;
    this.#board = board;
    this.#passing = passing;
    pins.onRetry(() => {
      this.#retry = true;
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    const messages = parseTransfer(bytes);
    const { clock } = this.#board;
    for (const { kind, count } of messages) {
      if (kind === 'pause') clock.advanceTo(clock.now + count * 1000);
    }
    const carried = messages.filter(({ kind }) => kind !== 'pause');
    if (carried.length === 0) return;
    const result = this.#transfer(carried);
    this.#pins.stop();
    if (result === 'no-target') {
      if (this.#passing === 'at once') this.#board.run();
      else clock.advanceTo(clock.now + NOBODY);
    }
    if (result === HELD) return;
    if (typeof result === 'string') this.add([OUTCOME[result]]);
    else this.add([OUTCOME.data, ...result]);
  }

  #transfer(messages: readonly ParsedMessage[]): readonly number[] | keyof typeof OUTCOME | 'held' {
    const read: number[] = [];
    for (const { kind, address, count, data } of messages) {
      const to = address === OWN ? this.#pins.address : address;
      const started = this.#ask(() => this.#pins.start(to, kind === 'read'));
      if (started === HELD) return HELD;
      if (started === 'nack') return 'no-target';
      for (const byte of data) {
        const taken = this.#ask(() => this.#pins.write(byte));
        if (taken === HELD) return HELD;
        if (taken === 'nack') return 'refused';
      }
      for (let at = 1; kind === 'read' && at <= count; at++) {
        const byte = this.#ask(() => this.#pins.read(at === count));
        if (byte === HELD) return HELD;
        read.push(byte);
      }
    }
    return messages.some(({ kind }) => kind === 'read') ? read : 'done';
  }

  /** Asks until SCL is no longer held, or the patience is at its end. */
  #ask<T extends string | number>(ask: () => T | Hold): T | typeof HELD {
    const { clock } = this.#board;
    const until = clock.now + PATIENCE;
    for (;;) {
      this.#retry = false;
      const answer = ask();
      if (typeof answer !== 'object') return answer;
      while (!this.#retry) {
        const { nextAt } = clock;
        if (nextAt === undefined || nextAt > until) return HELD;
        clock.step();
      }
    }
  }
}
