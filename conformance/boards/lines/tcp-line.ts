import type { Socket } from 'node:net';
import { portVanished } from '../../run/target.ts';
import { Inbox } from './line.ts';
import type { Line } from './line.ts';
import { endSocket, openSocket, sendAll } from './socket.ts';

/** A serial port that another machine exports as bare bytes; its rate and parity are set there. */
export class TcpLine implements Line {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #inbox = new Inbox();

  private constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    socket.on('data', (bytes) => this.#inbox.push(bytes));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#inbox.fail(portVanished(where)));
  }

  /** @throws ConformanceError where nobody listens. */
  static async open(host: string, port: number): Promise<TcpLine> {
    return new TcpLine(await openSocket(host, port), `${host}:${port}`);
  }

  async send(bytes: Uint8Array): Promise<void> {
    try {
      await sendAll(this.#socket, bytes);
    } catch (cause) {
      throw portVanished(this.#where, cause);
    }
  }

  next(withinMs: number): Promise<number | undefined> {
    return this.#inbox.next(withinMs);
  }

  clear(quietMs: number): Promise<void> {
    return this.#inbox.clear(quietMs);
  }

  close(): Promise<void> {
    return endSocket(this.#socket);
  }
}
