import type { Board, SpiPins } from '../../../emulator/index.ts';
import { NSS, POLLED, parseBurst } from '../../interfaces/spi/exchanges.ts';
import { Heard } from './heard.ts';
import type { MemoryChannel } from './heard.ts';

/** Polls with no event of the chip in sight after which none will be answered: more bytes than any command takes. */
const HOPELESS = 2000;

/**
 * Each burst is pieces in the form of `interfaces/spi/exchanges.ts`. Time passes only in pauses and between the
 * bytes of a poll: what takes long is still under way when the host asks next, as on a bus.
 */
export class FullDuplexChannel extends Heard implements MemoryChannel {
  readonly #pins: SpiPins;
  readonly #board: Board;
  #nss: number = NSS.each;

  constructor(pins: SpiPins, board: Board) {
    super();
    this.#pins = pins;
    this.#board = board;
  }

  async send(bytes: Uint8Array): Promise<void> {
    const { clock } = this.#board;
    for (const { kind, number, data } of parseBurst(bytes)) {
      switch (kind) {
        case 'send':
          this.#transfer(data);
          break;
        case 'exchange':
          this.add(this.#transfer(data));
          break;
        case 'poll': {
          const answer = this.#poll(clock.now + number * 1000);
          if (answer === undefined) return;
          this.add([answer]);
          break;
        }
        case 'nss':
          this.#nss = number;
          this.#pins.select(1);
          break;
        case 'pause':
          clock.advanceTo(clock.now + number * 1000);
      }
    }
  }

  override clear(): void {
    super.clear();
    this.#nss = NSS.each;
    this.#pins.select(1);
  }

  #transfer(mosi: readonly number[]): readonly number[] {
    if (this.#nss !== NSS.high) this.#pins.select(0);
    const miso = mosi.map((byte) => this.#pins.exchange(byte));
    if (this.#nss === NSS.each) this.#pins.select(1);
    return miso;
  }

  /** Polls until the chip answers or it is `until`; from one event of the chip to the next nothing would change. */
  #poll(until: number): number | undefined {
    const { clock } = this.#board;
    for (let hopeless = 0; hopeless < HOPELESS;) {
      const [miso] = this.#transfer([0x00]);
      if (POLLED.includes(miso!)) return miso;
      const { now, nextAt } = clock;
      if (nextAt !== undefined && nextAt <= until) clock.step();
      if (clock.now === now) hopeless++;
    }
    return undefined;
  }
}
