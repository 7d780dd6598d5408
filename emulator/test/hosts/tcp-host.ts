import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** A host tool's end of a TCP connection. */
export class TcpHost {
  readonly socket: Socket;

  static async connect(port: number, host = '127.0.0.1'): Promise<TcpHost> {
    const socket = connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    return new TcpHost(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {}); // `close` follows
  }

  write(bytes: Uint8Array | readonly number[]): void {
    this.socket.write(Uint8Array.from(bytes));
  }

  /** Exactly `count` bytes; fails when the connection ends before. */
  async read(count: number): Promise<Buffer> {
    const { socket } = this;
    return await new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        socket.off('readable', look).off('close', look);
        then();
      };
      const look = (): void => {
        const bytes = socket.read(count) as Buffer | null;
        if (bytes?.length === count) return settle(() => resolve(bytes));
        if (bytes === null && !socket.readableEnded && !socket.destroyed) return;
        const text = `the link closed after ${bytes?.length ?? 0} of ${count} bytes`;
        settle(() => reject(new Error(text)));
      };
      socket.on('readable', look).on('close', look);
      look();
    });
  }

  /** Sends `bytes` and reads `count` bytes back. */
  async ask(bytes: readonly number[], count: number): Promise<number[]> {
    this.write(bytes);
    return [...(await this.read(count))];
  }

  /** Everything up to the end of the connection. */
  async readToEnd(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
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
