import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ConformanceError } from '../../errors.ts';
import { ownAddress } from './part.ts';
import { OUTCOME, OWN, parseTransfer } from './transactions.ts';
import type { ParsedMessage } from './transactions.ts';
import type { Part } from '../../part/part.ts';
import { NoJudgement, portVanished } from '../../run/target.ts';
import { Answers } from '../../boards/lines/answers.ts';
import { openI2cBus } from './package.ts';
import type { I2cBus } from './package.ts';
import type { Line } from '../../boards/lines/line.ts';

/** ms that a host leaves the bus alone when nobody acknowledged the address. */
const NOBODY_MS = 5;

/**
 * A reserved address, all ones: with the bit of a read and the acknowledgement that nobody gives they are nine clocks with SDA
 * left high, and a STOP is behind them, which is how a bus is cleared (UM10204 §3.1.16).
 */
const NINE_CLOCKS = 0x7f;

/**
 * What the errors of Linux's controllers mean (Documentation/i2c/fault-codes.rst); nothing comes of a
 * transfer in which SCL was held until the kernel gave up, or SDA, so that there was no START.
 */
const OUTCOMES: Readonly<Record<string, keyof typeof OUTCOME | 'held'>> = {
  ENXIO: 'no-target',
  EREMOTEIO: 'refused',
  EIO: 'refused',
  ETIMEDOUT: 'held',
  EAGAIN: 'held',
  EBUSY: 'held',
};

/** A master code, which no target may acknowledge (UM10204 §5.3.2). */
const MASTER_CODE = 0x07;

/** Codes by which controllers tell that nobody acknowledged the address. */
const NOBODY = new Set(['ENXIO', 'EREMOTEIO', 'EIO']);

/** An I2C bus of this machine; each burst is a transfer in the form of `interfaces/i2c/transactions.ts`. */
export class I2cLine implements Line {
  readonly #bus: I2cBus;
  readonly #path: string;
  readonly #own: number;
  /** The code by which this controller tells that nobody acknowledged the address. */
  readonly #nobody: string;
  readonly #answers = new Answers();
  /** The last transfer found the bus held. */
  #held = false;

  private constructor(bus: I2cBus, path: string, own: number, nobody: string) {
    this.#bus = bus;
    this.#path = path;
    this.#own = own;
    this.#nobody = nobody;
  }

  /** @throws ConformanceError for a bus that there is not, or a part whose address is not known */
  static async open(path: string, part: Part): Promise<I2cLine> {
    const own = ownAddress(part);
    if (own === undefined) {
      throw new ConformanceError(`the I2C address of ${part.name} is not known`);
    }
    const bus = await openI2cBus(path);
    try {
      await (await open(path, 'r+')).close(); // the package opens it with the first transfer only
    } catch (cause) {
      await bus.close();
      const why = (cause as Error).message;
      throw new ConformanceError(`${path} cannot be opened: ${why}`, { exitCode: 3, cause });
    }
    return new I2cLine(bus, path, own, await codeOfNobody(bus));
  }

  async send(bytes: Uint8Array): Promise<void> {
    const messages = parseTransfer(bytes);
    const carried = messages.filter(({ kind }) => kind !== 'pause');
    if (carried.length > 1) {
      throw new NoJudgement(
        'skipped',
        'not sent: the npm package i2c-bus has no transfers with a repeated START',
      );
    }
    for (const { kind, count } of messages) if (kind === 'pause') await wait(count);
    const [message] = carried;
    if (message === undefined) return;
    const result = await this.#transfer(message);
    this.#held = result === 'held';
    if (result === 'held') return;
    if (typeof result !== 'string') return this.#answers.add([OUTCOME.data, ...result]);
    this.#answers.add([OUTCOME[result]]);
    if (result === 'no-target') await wait(NOBODY_MS);
  }

  async next(): Promise<number | undefined> {
    return this.#answers.next();
  }

  async clear(quietMs: number): Promise<void> {
    await wait(quietMs);
    this.#answers.clear();
  }

  /** A controller that sees SDA low gives no clocks for a program: its driver gives them as it fails, where it can. */
  async free(): Promise<boolean> {
    if (!this.#held) return true;
    const cleared = { kind: 'read', address: NINE_CLOCKS, count: 1, data: [] } as const;
    this.#held = (await this.#transfer(cleared)) === 'held';
    return !this.#held;
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }

  async #transfer({
    kind,
    address,
    count,
    data,
  }: ParsedMessage): Promise<Uint8Array | keyof typeof OUTCOME | 'held'> {
    const to = address === OWN ? this.#own : address;
    try {
      if (kind === 'read') {
        const buffer = Buffer.alloc(count);
        const { bytesRead } = await this.#bus.i2cRead(to, count, buffer);
        return buffer.subarray(0, bytesRead);
      }
      if (data.length === 0) await this.#bus.writeQuick(to, 0);
      else await this.#bus.i2cWrite(to, data.length, Buffer.from(data));
      return 'done';
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      const outcome = code === this.#nobody ? 'no-target' : OUTCOMES[code];
      if (outcome === undefined) throw portVanished(this.#path, error);
      return outcome;
    }
  }
}

/**
 * Asks while the bus is free, so that a bus that is held later does not read as one on which nobody is:
 * controllers have a code of their own for that, but not all the same one.
 */
async function codeOfNobody(bus: I2cBus): Promise<string> {
  try {
    await bus.writeQuick(MASTER_CODE, 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && NOBODY.has(code)) return code;
  }
  return 'ENXIO';
}
