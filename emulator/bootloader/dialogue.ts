import type { CommandName } from '../../families/index.ts';
import type { Operation } from '../chip/operation.ts';
import type { Micros } from '../clock.ts';
import { ByteQueue } from './byte-queue.ts';

/** What comes behind the opcode of a command. */
type CommandPart =
  | 'address'
  | 'length'
  | 'data'
  | 'checksum'
  | 'count'
  | 'pages'
  | 'sectors'
  | 'code'
  | 'size'
  | 'polynomial'
  | 'initial value';

/** What a dialogue takes items for: a step of its protocol. */
export type AwaitedStep =
  | 'sync'
  /** CAN: whatever wakes the bootloader; the frames by which it finds its clock; what FDCAN 2.2 starts with. */
  | 'edge'
  | 'clock search'
  | 'start frame'
  /** I2C. */
  | 'its address'
  /** SPI. */
  | 'start of frame'
  | 'the ACK of its answer'
  | 'command'
  | `${CommandName}: ${CommandPart}`;

/** What a dialogue waits for. */
export type Wait =
  /** So many items of the bus; `within` µs where the wait ends without them. */
  | {
      readonly for: 'bytes' | 'frames';
      readonly count: number;
      readonly what: AwaitedStep;
      readonly within?: Micros;
    }
  | { readonly for: 'operation'; readonly operation: Operation }
  /** All that was put has left the transmitter. */
  | { readonly for: 'flush' }
  /** The host's next control transfer; `what` is the DFU state. */
  | { readonly for: 'request'; readonly what: string }
  | { readonly for: 'reset'; readonly what: string };

/** A protocol written in the order of its flowchart; it suspends where the real one waits. */
export type Dialogue<T> = Generator<Wait, T, void>;

/** A port that carries items of one kind, several of them as a `Chunk`. Only its methods contain a bare `yield`. */
export interface Port<Item, Chunk extends ArrayLike<Item>> {
  /** Waits until `count` items are there and takes them; no time-out, as in the ROM (AN3155 names none). */
  take(count: number, what: AwaitedStep): Dialogue<Chunk>;
  /** Waits for items no longer than `within` µs. */
  takeWithin(within: Micros, count: number, what: AwaitedStep): Dialogue<Chunk | 'late'>;
  /** Sends; what is put between two waits leaves as one burst. */
  put(...items: readonly Item[]): void;
  putAll(items: Chunk): void;
  /** Waits while the chip works. */
  busy(operation: Operation): Dialogue<void>;
  /** Waits until the last bit has left. */
  flush(): Dialogue<void>;
  /** Waits for a reset: nothing that a host sends matters any more. */
  silence(what: string): Dialogue<never>;
}

/** A port that carries bytes. */
export type BytePort = Port<number, Uint8Array>;

/** Items in order of arrival. */
export interface Queue<Item, Chunk extends ArrayLike<Item>> {
  readonly of: 'bytes' | 'frames';
  readonly length: number;
  push(items: ArrayLike<Item>): void;
  /** Takes the first `count`, which must be there. */
  shift(count: number): Chunk;
  /** Loses all but the first `count`: the receiver was overrun. */
  keep(count: number): void;
}

/** What a session needs of the board. */
export interface SessionHost<Chunk> {
  transmit(items: Chunk): void;
  /** Calls `then` when all that was transmitted has left; at once when it has. */
  whenFlushed(then: () => void): void;
  /** Runs the operation on the chip and calls `then` at its end, unless power or reset cuts it. */
  run(operation: Operation, then: () => void): void;
  /** Calls `then` after so many µs of waiting. */
  after(span: Micros, then: () => void): void;
  /** Items were lost, since too many wait for a chip that is busy. */
  overrun(): void;
}

export interface SessionOptions {
  /** Items that the receiver keeps while the chip is busy; all of them where nothing is said. */
  readonly keptWhileBusy?: number;
}

/** Items that wait for a dialogue which is not there yet to take them; later ones are lost. */
const MOST_KEPT = { bytes: 1 << 20, frames: 1024 } as const;

/** Runs one dialogue on one port until a reset ends it; a reset makes a new session. */
export class Session<Item, Chunk extends ArrayLike<Item>> implements Port<Item, Chunk> {
  readonly #host: SessionHost<Chunk>;
  readonly #kept: number;
  readonly #input: Queue<Item, Chunk>;
  readonly #output: Queue<Item, Chunk>;
  #dialogue: Dialogue<never> | undefined;
  #waiting: Wait | undefined;
  #running = false;
  #losing = false;
  /** Items were lost while the chip works on this operation. */
  #overran = false;

  constructor(
    host: SessionHost<Chunk>,
    queue: () => Queue<Item, Chunk>,
    { keptWhileBusy = Number.POSITIVE_INFINITY }: SessionOptions = {},
  ) {
    this.#host = host;
    this.#kept = keptWhileBusy;
    this.#input = queue();
    this.#output = queue();
  }

  /** What the dialogue waits for now; undefined before the start and after the end. */
  get waiting(): Wait | undefined {
    return this.#waiting;
  }

  start(dialogue: Dialogue<never>): void {
    this.#dialogue = dialogue;
    this.#resume();
  }

  /** Goes on with another dialogue; what has come in and is not taken yet is lost. */
  restart(dialogue: Dialogue<never>): void {
    this.#input.keep(0);
    this.start(dialogue);
  }

  /** Abandons the dialogue where it stands, as power loss and reset do. */
  end(): void {
    this.#dialogue = undefined;
    this.#waiting = undefined;
  }

  receive(items: ArrayLike<Item>): void {
    const input = this.#input;
    const waiting = this.#waiting;
    if (this.#dialogue === undefined || waiting?.for === 'reset') return; // nobody ever takes them
    input.push(items);
    if (waiting?.for === 'operation') this.#overrun();
    else if (waiting?.for === input.of && input.length >= waiting.count) this.#resume();
    this.#limit();
  }

  *take(count: number, what: AwaitedStep): Dialogue<Chunk> {
    const input = this.#input;
    if (input.length < count) yield { for: input.of, count, what };
    return input.shift(count);
  }

  *takeWithin(within: Micros, count: number, what: AwaitedStep): Dialogue<Chunk | 'late'> {
    const input = this.#input;
    if (input.length < count) yield { for: input.of, count, what, within };
    return input.length < count ? 'late' : input.shift(count);
  }

  put(...items: readonly Item[]): void {
    this.#output.push(items);
  }

  putAll(items: Chunk): void {
    this.#output.push(items);
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
    switch (wait.for) {
      case 'request':
      case 'reset':
        return false;
      case 'operation':
        this.#overran = false;
        this.#overrun();
        return this.#until(wait, (then) => this.#host.run(wait.operation, then));
      case 'flush':
        return this.#until(wait, (then) => this.#host.whenFlushed(then));
      default: {
        const { within } = wait;
        if (within === undefined) return false;
        return this.#until(wait, (then) => this.#host.after(within, then));
      }
    }
  }

  /** Begins what calls `then` at its end; true when that was at once. */
  #until(wait: Wait, begin: (then: () => void) => void): boolean {
    let over = false;
    let suspended = false;
    begin(() => {
      over = true;
      if (suspended && this.#waiting === wait) this.#resume();
    });
    suspended = true;
    return over;
  }

  #overrun(): void {
    if (this.#input.length <= this.#kept) return;
    this.#input.keep(this.#kept);
    if (!this.#overran) this.#host.overrun();
    this.#overran = true;
  }

  /** What waits for a chip that is busy does not grow without bound. */
  #limit(): void {
    const input = this.#input;
    const most = MOST_KEPT[input.of];
    const losing = input.length > most;
    if (losing) input.keep(most);
    if (losing && !this.#losing) this.#host.overrun();
    this.#losing = losing;
  }

  #send(): void {
    if (this.#output.length === 0) return;
    this.#host.transmit(this.#output.shift(this.#output.length));
  }
}

/** A session on a port that carries bytes. */
export type ByteSession = Session<number, Uint8Array>;

export function byteSession(host: SessionHost<Uint8Array>, options?: SessionOptions): ByteSession {
  return new Session<number, Uint8Array>(host, () => new ByteQueue(), options);
}
