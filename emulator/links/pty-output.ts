import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Bytes that may wait for a host to read; the kernel holds about 20 KB more. */
const MOST_WAITING = 64 * 1024;
/** Wall time in ms between attempts to write to a full pty, doubled from first to last while nobody reads. */
const RETRY_MS = { first: 1, last: 50 };

/** What the owner of an output wants to know. */
export interface PtyOutputEvents {
  /** Another attempt to send what waits was made; perhaps nothing waits any more. */
  onRetried(): void;
  /** A burst was thrown away because too much waits; told once until nothing waits. */
  onDropped(): void;
}

/** Bytes on their way to whoever opens the pty: written at once while there is room, in order always. */
export class PtyOutput {
  readonly #master: number;
  readonly #events: PtyOutputEvents;
  #waiting: Uint8Array[] = [];
  #length = 0;
  #dropping = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS.first;
  /** When a host last read, as far as one can tell. */
  #progressAt = 0;

  constructor(master: number, events: PtyOutputEvents) {
    this.#master = master;
    this.#events = events;
  }

  /** Some bytes wait for room. */
  get pending(): boolean {
    return this.#length > 0;
  }

  /** Wall time in ms for which bytes have waited and nobody has read. */
  get stalledForMs(): number {
    return this.pending ? performance.now() - this.#progressAt : 0;
  }

  /** Sends `bursts` in one write; each is dropped whole if too much waits already. */
  write(bursts: readonly Uint8Array[]): void {
    if (this.pending) return bursts.forEach((burst) => this.#enqueue(burst));
    this.#send(bursts);
    this.#progressAt = performance.now();
    this.#retryMs = RETRY_MS.first;
    this.#retryLater();
  }

  /** Forgets what waits. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#waitFor([]);
  }

  #enqueue(burst: Uint8Array): void {
    if (this.#length + burst.length > MOST_WAITING) {
      if (!this.#dropping) this.#events.onDropped();
      this.#dropping = true;
      return;
    }
    this.#waiting.push(burst);
    this.#length += burst.length;
  }

  /** Node has no way to wait for room on a pty, hence the timer. */
  #retryLater(): void {
    if (this.pending) this.#timer = setTimeout(() => this.#retry(), this.#retryMs);
  }

  #retry(): void {
    if (this.#send(this.#waiting)) {
      this.#progressAt = performance.now();
      this.#retryMs = RETRY_MS.first;
    } else {
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS.last);
    }
    this.#retryLater();
    this.#events.onRetried();
  }

  /** Writes what there is room for and keeps the rest; false when there was no room at all. */
  #send(bursts: readonly Uint8Array[]): boolean {
    const bytes = bursts.length === 1 ? bursts[0]! : Buffer.concat(bursts);
    const sent = this.#tryWrite(bytes);
    this.#waitFor(sent === bytes.length ? [] : [bytes.subarray(sent)]);
    return sent > 0;
  }

  #waitFor(bursts: Uint8Array[]): void {
    this.#waiting = bursts;
    this.#length = bursts[0]?.length ?? 0;
    if (!this.pending) this.#dropping = false;
  }

  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#master, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
