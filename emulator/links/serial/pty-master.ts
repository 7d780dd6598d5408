import { once } from 'node:events';
import { ReadStream } from 'node:tty';
import { readNow } from './pty-read.ts';

/** Most bytes taken from the kernel at once: what a host may have sent while nobody read. */
const CHUNK = 16 * 1024;

/**
 * The reading side of a pty's master: the event loop brings chunks while it flows, and `take` gets what
 * is there already. Each chunk is the caller's own.
 */
export class PtyMaster {
  readonly #fd: number;
  readonly #stream: ReadStream;
  readonly #buffer = new Uint8Array(CHUNK);

  constructor(fd: number, onChunk: (bytes: Uint8Array) => void) {
    this.#fd = fd;
    const buffer = new Uint8Array(CHUNK);
    const callback = (length: number): boolean => {
      onChunk(buffer.slice(0, length));
      return true;
    };
    // With `onread` the stream holds no bytes of its own that `take` could overtake. The types of
    // tty.ReadStream do not know that it passes its options on to net.Socket.
    const options = { onread: { buffer, callback } } as ConstructorParameters<typeof ReadStream>[1];
    this.#stream = new ReadStream(fd, options);
  }

  /** Lets the event loop bring chunks, or keeps bytes in the kernel, where they hold up the host. */
  flow(on: boolean): void {
    if (on) this.#stream.resume();
    else this.#stream.pause();
  }

  /** A chunk of what hosts have written by now; undefined when all of that has been taken. */
  take(): Uint8Array | undefined {
    const length = readNow(this.#fd, this.#buffer);
    return length === 0 ? undefined : this.#buffer.slice(0, length);
  }

  /** Closes the descriptor. */
  async close(): Promise<void> {
    const closed = once(this.#stream, 'close');
    this.#stream.destroy();
    await closed;
  }
}
