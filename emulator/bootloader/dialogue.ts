import type { Operation } from '../chip/operation.ts';

/** What a dialogue waits for. */
export type Wait =
  | { readonly for: 'bytes'; readonly count: number; readonly what: string }
  | { readonly for: 'operation'; readonly operation: Operation }
  /** All that was put has left the transmitter. */
  | { readonly for: 'flush' }
  | { readonly for: 'reset'; readonly what: string };

/** A protocol written in the order of its flowchart; it suspends where the real one waits. */
export type Dialogue<T> = Generator<Wait, T, void>;

/** A port that carries bytes. Only its methods contain a bare `yield`. */
export interface BytePort {
  /** Waits until `count` bytes are there and takes them; no time-out, as in the ROM (AN3155 names none). */
  take(count: number, what: string): Dialogue<Uint8Array>;
  /** Sends; what is put between two waits leaves as one burst. */
  put(...bytes: readonly number[]): void;
  putAll(bytes: Uint8Array): void;
  /** Waits while the chip works. */
  busy(operation: Operation): Dialogue<void>;
  /** Waits until the last bit has left. */
  flush(): Dialogue<void>;
  /** Waits for a reset: nothing that a host sends matters any more. */
  silence(what: string): Dialogue<never>;
}

/** What a session needs of the board. */
export interface SessionHost {
  transmit(bytes: Uint8Array): void;
  /** Calls `then` when all that was transmitted has left; at once when it has. */
  whenFlushed(then: () => void): void;
  /** Runs the operation on the chip and calls `then` at its end, unless power or reset cuts it. */
  run(operation: Operation, then: () => void): void;
}

export interface SessionOptions {
  /** The receiver keeps one byte only while the chip is busy: the data register. */
  readonly oneByteWhileBusy: boolean;
}

/** Runs one dialogue on one port until a reset ends it; a reset makes a new session. */
export class Session implements BytePort {
  readonly #host: SessionHost;
  readonly #options: SessionOptions;
  readonly #input = new ByteQueue();
  readonly #output = new ByteQueue();
  #dialogue: Dialogue<never> | undefined;
  #waiting: Wait | undefined;
  #running = false;

  constructor(host: SessionHost, options: SessionOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** What the dialogue waits for now; undefined before the start and after the end. */
  get waiting(): Wait | undefined {
    return this.#waiting;
  }

  start(dialogue: Dialogue<never>): void {
    this.#dialogue = dialogue;
    this.#resume();
  }

  /** Abandons the dialogue where it stands, as power loss and reset do. */
  end(): void {
    this.#dialogue = undefined;
    this.#waiting = undefined;
  }

  receive(bytes: Uint8Array): void {
    this.#input.push(bytes);
    const waiting = this.#waiting;
    if (waiting?.for === 'operation') this.#overrun();
    if (waiting?.for === 'bytes' && this.#input.length >= waiting.count) this.#resume();
  }

  *take(count: number, what: string): Dialogue<Uint8Array> {
    if (this.#input.length < count) yield { for: 'bytes', count, what };
    return this.#input.shift(count);
  }

  put(...bytes: readonly number[]): void {
    this.#output.push(bytes);
  }

  putAll(bytes: Uint8Array): void {
    this.#output.push(bytes);
  }

  *busy(operation: Operation): Dialogue<void> {
    yield { for: 'operation', operation };
  }

  *flush(): Dialogue<void> {
    yield { for: 'flush' };
  }

  *silence(what: string): Dialogue<never> {
    for (;;) yield { for: 'reset', what };
  }

  #resume(): void {
    if (this.#running) return;
    this.#running = true;
    let again = true;
    while (again && this.#dialogue !== undefined) {
      this.#waiting = undefined;
      const { value } = this.#dialogue.next();
      if (this.#dialogue === undefined) break; // the dialogue itself caused a reset
      this.#waiting = value;
      this.#send();
      again = this.#begin(value);
    }
    this.#running = false;
  }

  /** Starts what is waited for; true when it is over already. */
  #begin(wait: Wait): boolean {
    if (wait.for !== 'operation' && wait.for !== 'flush') return false;
    let over = false;
    let suspended = false;
    const then = (): void => {
      over = true;
      if (suspended && this.#waiting === wait) this.#resume();
    };
    if (wait.for === 'flush') this.#host.whenFlushed(then);
    else {
      this.#overrun();
      this.#host.run(wait.operation, then);
    }
    suspended = true;
    return over;
  }

  #overrun(): void {
    if (this.#options.oneByteWhileBusy && this.#input.length > 1) this.#input.keep(1);
  }

  #send(): void {
    if (this.#output.length === 0) return;
    this.#host.transmit(this.#output.shift(this.#output.length));
  }
}

/** Bytes in order of arrival. */
class ByteQueue {
  #bytes = new Uint8Array(512);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  push(bytes: ArrayLike<number>): void {
    if (this.#to + bytes.length > this.#bytes.length) {
      const kept = this.#bytes.subarray(this.#from, this.#to);
      const room = Math.max(512, 2 * (kept.length + bytes.length));
      const grown = room > this.#bytes.length ? new Uint8Array(room) : this.#bytes;
      grown.set(kept);
      this.#bytes = grown;
      this.#to -= this.#from;
      this.#from = 0;
    }
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  shift(count: number): Uint8Array {
    const bytes = this.#bytes.slice(this.#from, this.#from + count);
    this.#from += count;
    return bytes;
  }

  keep(count: number): void {
    this.#to = this.#from + count;
  }
}
