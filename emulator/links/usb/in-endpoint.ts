import type { Cancel, TransferDone } from './device.ts';

interface Waiting {
  readonly length: number;
  readonly done: TransferDone;
}

/**
 * A bulk or interrupt endpoint to the host: what the adapter has is kept until the host asks for it, and
 * transfers of the host wait until there is something.
 */
export class InEndpoint {
  readonly #kind: 'stream' | 'packets';
  readonly #most: number;
  #kept: Uint8Array[] = [];
  #size = 0;
  #waiting: Waiting[] = [];

  /**
   * Of a `stream` a transfer takes as many bytes as there are, of `packets` one packet. At most `most` bytes
   * are kept for a host that does not read; later ones are lost.
   */
  constructor(kind: 'stream' | 'packets', most: number) {
    this.#kind = kind;
    this.#most = most;
  }

  /** Has `bytes` for the host; false when they are lost. */
  push(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    if (this.#size + bytes.length > this.#most) return false;
    this.#kept.push(bytes);
    this.#size += bytes.length;
    this.#serve();
    return true;
  }

  /** A transfer of the host, of at most `length` bytes. */
  transfer(length: number, done: TransferDone): Cancel {
    const waiting: Waiting = { length, done };
    this.#waiting.push(waiting);
    this.#serve();
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
    };
  }

  /** Forgets what the host has not asked for. */
  clear(): void {
    this.#kept = [];
    this.#size = 0;
  }

  #serve(): void {
    while (this.#size > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.done(this.#take(next.length));
    }
  }

  #take(length: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let room = length;
    while (room > 0 && this.#kept.length > 0) {
      const first = this.#kept.shift()!;
      const part = first.subarray(0, room);
      taken.push(part);
      room -= part.length;
      // The rest of a packet that is too long for the transfer is lost, as after a babble.
      this.#size -= this.#kind === 'stream' ? part.length : first.length;
      if (this.#kind === 'packets') break;
      if (part.length < first.length) this.#kept.unshift(first.subarray(part.length));
    }
    return taken.length === 1 ? taken[0]! : Buffer.concat(taken);
  }
}
