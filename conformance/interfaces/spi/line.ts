import { setTimeout as wait } from 'node:timers/promises';
import { NSS, POLLED, parseBurst } from './exchanges.ts';
import { NoJudgement, portVanished } from '../../run/target.ts';
import { Answers } from '../../boards/lines/answers.ts';
import type { Line } from '../../boards/lines/line.ts';
import { openSpiDevice } from './package.ts';
import type { Done, SpiDevice } from './package.ts';

/** Far below what any bootloader takes (AN4286 §1: 8 MHz), so that wires may be long. */
const SPEED_HZ = 1_000_000;

/** ms between the bytes of a poll that has gone on for so many of them: an erase takes seconds. */
const IMPATIENT = 200;
const POLL_EVERY_MS = 1;

/** A device on an SPI bus of this machine; each burst is pieces in the form of `interfaces/spi/exchanges.ts`. */
export class SpiLine implements Line {
  readonly #device: SpiDevice;
  readonly #path: string;
  readonly #answers = new Answers();
  #nss: number = NSS.each;

  private constructor(device: SpiDevice, path: string) {
    this.#device = device;
    this.#path = path;
  }

  /** @throws ConformanceError for a device that there is not */
  static async open(path: string): Promise<SpiLine> {
    return new SpiLine(await openSpiDevice(path, { mode: 0, maxSpeedHz: SPEED_HZ }), path);
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (const { kind, number, data } of parseBurst(bytes)) {
      switch (kind) {
        case 'send':
          await this.#transfer(data);
          break;
        case 'exchange':
          this.#answers.add(await this.#transfer(data));
          break;
        case 'poll': {
          const answer = await this.#poll(number);
          if (answer === undefined) return;
          this.#answers.add([answer]);
          break;
        }
        case 'nss':
          await this.#select(number);
          break;
        case 'pause':
          await wait(number);
      }
    }
  }

  async next(): Promise<number | undefined> {
    return this.#answers.next();
  }

  async clear(quietMs: number): Promise<void> {
    await this.#select(NSS.each);
    await wait(quietMs);
    this.#answers.clear();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#device.close(() => resolve()));
  }

  /** From here on NSS is driven so. */
  async #select(nss: number): Promise<void> {
    if (nss === NSS.high) {
      // SPI_NO_CS leaves alone a pin that some boards have at NSS, and others tie to ground
      const why = 'that nobody drives NSS is up to the wiring of the board';
      throw new NoJudgement('skipped', `not sent: ${why}`);
    }
    const before = this.#nss;
    this.#nss = nss;
    // a message of no bytes, behind which NSS does not stay low
    if (before === NSS.low && nss === NSS.each) await this.#transfer([]);
  }

  async #transfer(mosi: readonly number[]): Promise<Uint8Array> {
    const receiveBuffer = Buffer.alloc(mosi.length);
    const transfer = {
      byteLength: mosi.length,
      sendBuffer: Buffer.from(mosi),
      receiveBuffer,
      chipSelectChange: this.#nss === NSS.low,
    };
    await this.#done((done) => this.#device.transfer([transfer], done));
    return receiveBuffer;
  }

  async #poll(withinMs: number): Promise<number | undefined> {
    const end = performance.now() + withinMs;
    for (let polls = 1; ; polls++) {
      const [miso] = await this.#transfer([0x00]);
      if (POLLED.includes(miso!)) return miso;
      if (performance.now() >= end) return undefined;
      if (polls > IMPATIENT) await wait(POLL_EVERY_MS);
    }
  }

  async #done(work: (done: Done) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      work((cause) => (cause == null ? resolve() : reject(portVanished(this.#path, cause))));
    });
  }
}
