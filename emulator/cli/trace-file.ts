import fs from 'node:fs';
import { EmulatorError } from '../errors.ts';

const BATCH = 64 * 1024;
const DELAY_MS = 50;

/** A file that a trace is appended to: in batches, so that a fast session is not slowed by it. */
export class TraceFile {
  readonly #name: string;
  readonly #file: number;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #failed: unknown;

  constructor(name: string) {
    this.#name = name;
    try {
      this.#file = fs.openSync(name, 'w');
    } catch (cause) {
      throw this.#error(cause);
    }
  }

  write(...chunks: readonly (string | Uint8Array)[]): void {
    for (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      this.#chunks.push(bytes);
      this.#waiting += bytes.length;
    }
    if (this.#waiting >= BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), DELAY_MS).unref();
  }

  /** Writes what is left; throws what went wrong with the file since it was opened. */
  close(): void {
    this.#flush();
    fs.closeSync(this.#file);
    if (this.#failed !== undefined) throw this.#error(this.#failed);
  }

  /** A full disk must not disturb the device that is traced: it is reported at the end. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#waiting = 0;
    if (this.#failed !== undefined) return;
    try {
      for (let at = 0; at < bytes.length;) at += fs.writeSync(this.#file, bytes, at);
    } catch (error) {
      this.#failed = error;
    }
  }

  #error(cause: unknown): EmulatorError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new EmulatorError(`cannot write ${this.#name}: ${why}`, { exitCode: 3, cause });
  }
}
