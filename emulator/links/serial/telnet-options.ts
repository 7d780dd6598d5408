import { TELNET } from './telnet.ts';

const { WILL, WONT, DO, DONT, IAC } = TELNET;

/** The options of one direction: which are wanted, asked for, and in force. */
class Side {
  readonly #agree: number;
  readonly #refuse: number;
  readonly #wanted: ReadonlySet<number>;
  readonly #asked = new Set<number>();
  readonly #on = new Set<number>();

  constructor(agree: number, refuse: number, wanted: readonly number[]) {
    this.#agree = agree;
    this.#refuse = refuse;
    this.#wanted = new Set(wanted);
  }

  ask(option: number): number[] {
    this.#asked.add(option);
    return [IAC, this.#agree, option];
  }

  /** The other end wishes the option on or off: the answer, if the rules ask for one. */
  wish(option: number, on: boolean): number[] {
    const answer = this.#asked.delete(option);
    if (this.#on.has(option) === on) return [];
    if (!on) this.#on.delete(option);
    else if (this.#wanted.has(option)) this.#on.add(option);
    if (answer) return [];
    return [IAC, this.#on.has(option) ? this.#agree : this.#refuse, option];
  }
}

/**
 * The negotiation of telnet options (RFC 1143, without its queue, since nothing is ever withdrawn):
 * no answer is given to an answer or to a wish already fulfilled, so two ends cannot loop.
 */
export class TelnetOptions {
  readonly #ours: Side;
  readonly #theirs: Side;

  /** `ours`: what this end is ready to do; `theirs`: what it lets the other end do. */
  constructor(ours: readonly number[], theirs: readonly number[]) {
    this.#ours = new Side(WILL, WONT, ours);
    this.#theirs = new Side(DO, DONT, theirs);
  }

  /** Offers to do `option`: bytes to send. */
  will(option: number): number[] {
    return this.#ours.ask(option);
  }

  /** Asks the other end to do `option`: bytes to send. */
  do(option: number): number[] {
    return this.#theirs.ask(option);
  }

  /** What the other end said about `option`: bytes to send back, maybe none. */
  heard(verb: number, option: number): number[] {
    return verb === DO || verb === DONT
      ? this.#ours.wish(option, verb === DO)
      : this.#theirs.wish(option, verb === WILL);
  }
}
