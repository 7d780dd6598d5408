import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Bytes that may wait for somebody to read; the kernel holds some more. */
const MOST_WAITING = 64 * 1024;
/** Wall time in ms between attempts to write to what is full, doubled from first to last while nobody reads. */
const RETRY_MS = { first: 1, last: 50 };

/** What the owner of an output wants to know. */
export interface BoundedOutputEvents {
  /** Another attempt to send what waits was made; perhaps nothing waits any more. */
  onRetried?(): void;
  /** A burst was thrown away because too much waits; told once until nothing waits. */
  onDropped?(): void;
  /** It cannot be written to; without this, that is thrown. */
  onFailed?(error: unknown): void;
}

/**
 * Bytes on their way through a descriptor that does not block (a pty, a pipe) to whoever reads at its other
 * end: written at once while there is room, in order always, and never more than a bound.
 */
export class BoundedOutput {
  readonly #write: (bytes: Uint8Array) => number;
  readonly #events: BoundedOutputEvents;
  readonly #most: number;
  #waiting: Uint8Array[] = [];
  #length = 0;
  #dropping = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS.first;
  /** When a host last read, as far as one can tell. */
  #progressAt = 0;

  /** `to` is a descriptor, or writes what there is room for; at most `most` bytes wait, by default 64 KiB. */
  constructor(
    to: number | ((bytes: Uint8Array) => number),
    events: BoundedOutputEvents,
    most: number = MOST_WAITING,
  ) {
    this.#write = typeof to === 'number' ? (bytes) => writeSync(to, bytes) : to;
    this.#events = events;
    this.#most = most;
  }

  /** A burst of so many bytes would not be dropped now. */
  hasRoomFor(length: number): boolean {
    return !this.pending || this.#length + length <= this.#most;
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
    if (!this.hasRoomFor(burst.length)) {
      if (!this.#dropping) this.#events.onDropped?.();
      this.#dropping = true;
      return;
    }
    this.#waiting.push(burst);
    this.#length += burst.length;
  }

  /** Node has no way to wait for room on such a descriptor, hence the timer. */
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
    this.#events.onRetried?.();
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
      return this.#write(bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      if (this.#events.onFailed === undefined) throw error;
      this.#events.onFailed(error);
      return bytes.length; // for nobody
    }
  }
}
