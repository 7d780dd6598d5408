import { once } from 'node:events';
import { readSync } from 'node:fs';
import { ReadStream } from 'node:tty';

/** Most bytes taken from the kernel at once: what a host may have sent while nobody read. */
const CHUNK = 16 * 1024;

/**
 * The reading side of a pty's master: the event loop brings bytes while it flows, and `readNow` takes
 * what is there already. Each chunk is the caller's own.
 */
export class PtyMaster {
  readonly #fd: number;
  readonly #stream: ReadStream;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);

  constructor(fd: number, onChunk: (bytes: Uint8Array) => void) {
    this.#fd = fd;
    const buffer = Buffer.allocUnsafe(CHUNK);
    // With `onread` the stream has no buffer of its own, so that bytes it would hold cannot be
    // overtaken by those that readNow takes.
    const options = {
      onread: {
        buffer,
        callback: (length: number) => {
          onChunk(Uint8Array.prototype.slice.call(buffer, 0, length));
          return true;
        },
      },
    };
    // The types of tty.ReadStream know net.Socket's options only as those of its constructor.
    this.#stream = new ReadStream(fd, options as ConstructorParameters<typeof ReadStream>[1]);
  }

  /** Lets the event loop bring bytes, or keeps them in the kernel, where they hold up the host. */
  flow(on: boolean): void {
    if (on) this.#stream.resume();
    else this.#stream.pause();
  }

  /** What the kernel has at this moment; undefined when that is nothing. */
  readNow(): Uint8Array | undefined {
    try {
      const length = readSync(this.#fd, this.#buffer);
      return Uint8Array.prototype.slice.call(this.#buffer, 0, length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
      throw error;
    }
  }

  /** Closes the descriptor. */
  async close(): Promise<void> {
    this.#stream.destroy();
    if (!this.#stream.closed) await once(this.#stream, 'close');
  }
}
