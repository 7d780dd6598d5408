import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** A host tool's end of a TCP connection. */
export class TcpHost {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  static async connect(port: number, host = '127.0.0.1'): Promise<TcpHost> {
    const socket = connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    return new TcpHost(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {}); // `close` follows
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.pause(); // a host reads when it wants to
    socket.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  write(bytes: Uint8Array | readonly number[]): void {
    this.socket.write(Uint8Array.from(bytes));
  }

  /** Exactly `count` bytes; fails when the connection ends before. */
  async read(count: number): Promise<Buffer> {
    if (this.#received.length < count) this.socket.resume();
    while (this.#received.length < count) {
      if (this.#ended) {
        throw new Error(`the link closed after ${this.#received.length} of ${count} bytes`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.socket.pause();
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return bytes;
  }

  /** Sends `bytes` and reads `count` bytes back. */
  async ask(bytes: readonly number[], count: number): Promise<number[]> {
    this.write(bytes);
    return [...(await this.read(count))];
  }

  /** Everything up to the end of the connection. */
  async readToEnd(): Promise<Buffer> {
    if (!this.#ended) await once(this.socket.resume(), 'close');
    return await this.read(this.#received.length);
  }

  /** Closes in order: what was written arrives. */
  async close(): Promise<void> {
    if (this.socket.destroyed) return;
    const closed = once(this.socket, 'close');
    this.socket.resume().end();
    await closed;
  }

  /** Goes without a word, leaving replies unread. */
  vanish(): void {
    this.socket.resetAndDestroy();
  }
}
