import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Bytes that may wait for a host to read; the kernel holds about 20 KB more. */
const MOST_WAITING = 64 * 1024;
/** Wall time in ms between attempts to write to a pty whose buffer is full: doubled up to the second. */
const RETRY_MS = { first: 1, last: 50 };

/** What the owner of an output wants to know. */
export interface PtyOutputEvents {
  /** Everything that waited has left. */
  onEmpty(): void;
  /** `bytes` were thrown away because too many wait already. */
  onDropped(bytes: number): void;
}

/** Bytes on their way to whoever opens the pty; written at once while there is room, in order always. */
export class PtyOutput {
  readonly #master: number;
  readonly #events: PtyOutputEvents;
  #waiting: Uint8Array[] = [];
  #length = 0;
  #retryMs = RETRY_MS.first;
  #timer: NodeJS.Timeout | undefined;
  #progressAt = 0;

  constructor(master: number, events: PtyOutputEvents) {
    this.#master = master;
    this.#events = events;
  }

  /** Some bytes wait for room. */
  get pending(): boolean {
    return this.#length > 0;
  }

  /** Wall time in ms for which nobody has read any of the bytes that wait. */
  get stalledForMs(): number {
    return this.pending ? performance.now() - this.#progressAt : 0;
  }

  /** Sends `bursts` in one write; a burst is dropped whole when too much waits already. */
  write(bursts: readonly Uint8Array[]): void {
    if (this.pending) {
      for (const burst of bursts) this.#enqueue(burst);
      return;
    }
    const bytes = bursts.length === 1 ? bursts[0]! : Buffer.concat(bursts);
    const sent = this.#tryWrite(bytes);
    if (sent === bytes.length) return;
    this.#progressAt = performance.now();
    this.#keep(bytes.subarray(sent));
    this.#retryLater(RETRY_MS.first);
  }

  /** Forgets what waits. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#length = 0;
  }

  #enqueue(burst: Uint8Array): void {
    if (this.#length + burst.length > MOST_WAITING) this.#events.onDropped(burst.length);
    else this.#keep(burst);
  }

  #keep(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#length += bytes.length;
  }

  /** The kernel offers no way to wait for room that Node could use on a pty, hence the timer. */
  #retryLater(ms: number): void {
    this.#retryMs = ms;
    this.#timer = setTimeout(() => this.#retry(), ms);
  }

  #retry(): void {
    const bytes = Buffer.concat(this.#waiting);
    const sent = this.#tryWrite(bytes);
    const rest = bytes.subarray(sent);
    this.#waiting = [rest];
    this.#length = rest.length;
    if (sent > 0) this.#progressAt = performance.now();
    if (this.pending) {
      this.#retryLater(sent > 0 ? RETRY_MS.first : Math.min(2 * this.#retryMs, RETRY_MS.last));
    } else {
      this.#waiting = [];
      this.#events.onEmpty();
    }
  }

  /** Number of bytes for which there was room. */
  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#master, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
