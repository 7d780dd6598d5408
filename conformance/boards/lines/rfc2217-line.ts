import type { Socket } from 'node:net';
import { ConformanceError } from '../../errors.ts';
import { portVanished } from '../../run/target.ts';
import { be32 } from '../../interfaces/usart/host.ts';
import { Inbox } from './line.ts';
import type { ControlLines, Line } from './line.ts';
import { endSocket, openSocket, sendAll } from './socket.ts';
import {
  DO,
  DONT,
  IAC,
  WILL,
  WONT,
  escaped,
  subnegotiation,
  telnetReader,
} from './telnet-stream.ts';

/** Telnet options: RFC 856, RFC 858 and RFC 2217. */
const BINARY = 0;
const SUPPRESS_GO_AHEAD = 3;
const COM_PORT = 44;
const WANTED: readonly number[] = [BINARY, SUPPRESS_GO_AHEAD, COM_PORT];

/** Commands of RFC 2217 §3; the server answers with the command plus 100. */
const SET_BAUDRATE = 1;
const SET_DATASIZE = 2;
const SET_PARITY = 3;
const SET_STOPSIZE = 4;
const SET_CONTROL = 5;
const EVEN = 3;
const NO_FLOW_CONTROL = 1;
const DTR_ON = 8;
const DTR_OFF = 9;
const RTS_ON = 11;
const RTS_OFF = 12;

/** Wall time that the server has for an answer, in ms. */
const ANSWER_MS = 5_000;

/** A serial port that another machine exports with its settings and control lines (RFC 2217), as ser2net does. */
export class Rfc2217Line implements Line {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #inbox = new Inbox();
  /** What settles the command that waits for its answer. */
  #answered: ((bytes: readonly number[]) => void) | undefined;
  readonly #will = new Set<number>();
  readonly #do = new Set<number>();
  #lines: Partial<ControlLines> = {};

  private constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    const read = telnetReader({
      data: (bytes) => this.#inbox.push(bytes),
      option: (verb, option) => this.#negotiate(verb, option),
      subnegotiation: ([option, ...bytes]) => {
        if (option === COM_PORT) this.#answered?.(bytes);
      },
    });
    socket.on('data', read);
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#inbox.fail(portVanished(where)));
  }

  /** @throws ConformanceError where nobody listens, or somebody who does not speak RFC 2217. */
  static async open(host: string, port: number, baud = 115_200): Promise<Rfc2217Line> {
    const line = new Rfc2217Line(await openSocket(host, port), `${host}:${port}`);
    try {
      await line.#setUp(baud);
    } catch (error) {
      await line.close();
      throw error;
    }
    return line;
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.#write(Uint8Array.from(escaped(bytes)));
  }

  next(withinMs: number): Promise<number | undefined> {
    return this.#inbox.next(withinMs);
  }

  clear(quietMs: number): Promise<void> {
    return this.#inbox.clear(quietMs);
  }

  async setLines({ dtr, rts }: ControlLines): Promise<void> {
    if (this.#lines.dtr !== dtr) await this.#command(SET_CONTROL, [dtr ? DTR_ON : DTR_OFF]);
    if (this.#lines.rts !== rts) await this.#command(SET_CONTROL, [rts ? RTS_ON : RTS_OFF]);
    this.#lines = { dtr, rts };
  }

  close(): Promise<void> {
    return endSocket(this.#socket);
  }

  async #setUp(baud: number): Promise<void> {
    for (const option of WANTED) {
      this.#will.add(option);
      this.#do.add(option);
      await this.#write(Uint8Array.of(IAC, WILL, option, IAC, DO, option));
    }
    await this.#command(SET_BAUDRATE, be32(baud));
    await this.#command(SET_DATASIZE, [8]);
    await this.#command(SET_PARITY, [EVEN]);
    await this.#command(SET_STOPSIZE, [1]);
    await this.#command(SET_CONTROL, [NO_FLOW_CONTROL]);
  }

  /** RFC 1143, without its queue: what was agreed to already is not answered again. */
  #negotiate(verb: number, option: number): void {
    const ours = verb === DO || verb === DONT;
    const agreed = ours ? this.#will : this.#do;
    const on = verb === DO || verb === WILL;
    if (agreed.has(option) === on) return;
    const agrees = on && WANTED.includes(option);
    if (agrees) agreed.add(option);
    else agreed.delete(option);
    const [yes, no] = ours ? [WILL, WONT] : [DO, DONT];
    this.#write(Uint8Array.of(IAC, agrees ? yes : no, option)).catch(() => {}); // found by the next send
  }

  /** Sends a command and waits for its answer, whose value may differ: a server does what it can. */
  async #command(command: number, value: readonly number[]): Promise<void> {
    if (this.#socket.destroyed) throw portVanished(this.#where);
    const answer = new Promise<void>((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        this.#socket.off('close', closed);
        this.#answered = undefined;
        done();
      };
      const closed = (): void => settle(() => reject(portVanished(this.#where)));
      const timer = setTimeout(() => settle(() => reject(this.#silent())), ANSWER_MS);
      this.#socket.once('close', closed);
      this.#answered = ([answered]) => {
        if (answered === command + 100) settle(resolve);
      };
    });
    await Promise.all([answer, this.#write(subnegotiation(COM_PORT, [command, ...value]))]);
  }

  #silent(): ConformanceError {
    return new ConformanceError(
      `${this.#where} does not answer RFC 2217: write tcp: for a port without control lines`,
      { exitCode: 3 },
    );
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await sendAll(this.#socket, bytes);
    } catch (cause) {
      throw portVanished(this.#where, cause);
    }
  }
}
