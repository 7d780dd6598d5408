import type { I2cPins } from '../../interfaces/i2c/pins.ts';
import type { Hold } from '../../pins.ts';
import type { Pacer } from '../pacer.ts';

/** One message to or from a target. */
export type I2cMessage =
  | { readonly address: number; readonly write: Uint8Array }
  | { readonly address: number; readonly read: number };

/** The bytes of each read; or why the messages came to an end. */
export type I2cResult = readonly Uint8Array[] | 'no-target' | 'not-acknowledged' | 'held';

/** How messages end, and who may end them. */
export interface TransferOptions {
  /** A STOP follows the last message (default); without one the next transfer begins with a repeated START. */
  readonly stop?: boolean;
  /** Gives up while SCL is held, as a controller does whose host no longer waits. */
  readonly signal?: AbortSignal;
}

/**
 * The controller of an I2C bus on a link: it puts messages on the pins one after the other, and waits
 * while SCL is held.
 */
export class I2cController {
  readonly #pins: I2cPins;
  readonly #pacer: Pacer;
  #last: Promise<unknown> = Promise.resolve();
  #retry: (() => void) | undefined;
  #closed = false;
  /** No STOP has followed yet. */
  #open = false;

  constructor(pins: I2cPins, pacer: Pacer) {
    this.#pins = pins;
    this.#pacer = pacer;
    pins.onRetry(() => this.#retry?.());
  }

  /**
   * Sends messages with repeated STARTs between them and a STOP behind the last. SCL may be held no longer
   * than `patience` ms of wall time at a stretch.
   */
  transfer(
    messages: readonly I2cMessage[],
    patience: number,
    options: TransferOptions = {},
  ): Promise<I2cResult> {
    const result = this.#last.then(() => this.#transfer(messages, patience, options));
    this.#last = result;
    return result;
  }

  /** Puts the STOP on the bus that a transfer without one has left out. */
  release(): void {
    void this.#last.then(() => {
      if (this.#open) this.#stop();
    });
  }

  /** Ends a transfer that waits; later ones find nobody. */
  close(): void {
    this.#closed = true;
    this.#retry?.();
  }

  async #transfer(
    messages: readonly I2cMessage[],
    patience: number,
    { stop = true, signal }: TransferOptions,
  ): Promise<I2cResult> {
    const steps = transferring(this.#pins, messages, stop);
    for (;;) {
      let step: IteratorResult<'held', I2cResult> | undefined;
      const retried = new Promise<boolean>((resolve) => {
        this.#retry = () => resolve(true);
      });
      this.#pacer.input(() => {
        step = this.#closed ? { done: true, value: 'no-target' } : steps.next();
      });
      if (step!.done === true) {
        this.#retry = undefined;
        this.#open = !stop && typeof step!.value !== 'string';
        return step!.value;
      }
      if (await within(retried, patience, signal)) continue;
      this.#retry = undefined;
      this.#stop();
      return 'held';
    }
  }

  #stop(): void {
    this.#open = false;
    this.#pacer.input(() => this.#pins.stop());
  }
}

/** The messages on the pins; each `held` is to be resumed when it may be asked for again. */
function* transferring(
  pins: I2cPins,
  messages: readonly I2cMessage[],
  stop: boolean,
): Generator<'held', I2cResult, void> {
  function* step<T>(ask: () => T | Hold): Generator<'held', T, void> {
    for (;;) {
      const answer = ask();
      if (!isHold(answer)) return answer;
      yield 'held';
    }
  }
  const reads: Uint8Array[] = [];
  for (const message of messages) {
    const started = yield* step(() => pins.start(message.address, 'read' in message));
    if (started === 'nack') {
      pins.stop();
      return 'no-target';
    }
    if ('read' in message) {
      const bytes = new Uint8Array(message.read);
      for (let at = 0; at < bytes.length; at++) {
        bytes[at] = yield* step(() => pins.read(at === bytes.length - 1));
      }
      reads.push(bytes);
      continue;
    }
    for (const byte of message.write) {
      const taken = yield* step(() => pins.write(byte));
      if (taken === 'ack') continue;
      pins.stop();
      return 'not-acknowledged';
    }
  }
  if (stop) pins.stop();
  return reads;
}

function isHold<T>(answer: T | Hold): answer is Hold {
  return typeof answer === 'object' && answer !== null && 'hold' in answer;
}

async function within(
  event: Promise<boolean>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let giveUp = (): void => {};
  const late = new Promise<boolean>((resolve) => {
    giveUp = () => resolve(false);
  });
  const timer = setTimeout(giveUp, ms);
  signal?.addEventListener('abort', giveUp);
  try {
    return signal?.aborted !== true && (await Promise.race([event, late]));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
