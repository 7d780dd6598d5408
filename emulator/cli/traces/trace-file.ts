import fs from 'node:fs';
import { EmulatorError } from '../../errors.ts';
import { BoundedOutput } from '../../links/bounded-output.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { whyUnwritable } from '../../unwritable.ts';
import { openStderr } from '../stderr.ts';

const BATCH = 64 * 1024;
const DELAY_MS = 50;
/** Bytes that wait for whoever reads a pipe or a terminal; events beyond are dropped. */
const MOST_WAITING = 1 << 20;
/** How long a reader of the end may stand still, ms, and so many turns more: it may be this process that stood still. */
const PATIENCE = { ms: 300, turns: 100 } as const;

/** An event as it is written. */
export type Rendered = (event: TraceEvent) => readonly (string | Uint8Array)[];

/** What a trace is written to. */
interface Target {
  /** Path of a file; undefined for stderr, which may be followed line by line. */
  readonly name: string | undefined;
  readonly file: number;
  /** The descriptor is our own, to be closed. */
  readonly own: boolean;
  readonly write: (bytes: Uint8Array) => number;
}

/**
 * A file, pipe or terminal that a trace is written to. A board never waits for it: a file is written in
 * batches, and what nobody reads from a pipe is dropped and counted.
 */
export class TraceFile {
  readonly #target: Target;
  readonly #render: Rendered;
  /** Undefined for a file on a disk, which takes everything. */
  readonly #output: BoundedOutput | undefined;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #events = 0;
  #lost = 0;
  #time = 0;
  #timer: NodeJS.Timeout | undefined;
  #failed: unknown;

  /** Opens the file, or the process's own stderr where none is named. @throws EmulatorError when it cannot be written */
  constructor(name: string | undefined, render: Rendered) {
    this.#render = render;
    this.#target = name === undefined ? { name, ...openStderr() } : opened(name);
    const { file, write } = this.#target;
    if (fs.fstatSync(file).isFile()) return;
    const onFailed = (error: unknown): void => this.#fail(error);
    this.#output = new BoundedOutput(write, { onFailed }, MOST_WAITING);
  }

  event(event: TraceEvent): void {
    this.#events++;
    this.#time = event.time;
    this.write(...this.#render(event));
  }

  /** Writes what is no event: the head of the file. */
  write(...chunks: readonly (string | Uint8Array)[]): void {
    this.#keep(chunks);
    if (this.#waiting >= BATCH || this.#target.name === undefined) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), DELAY_MS).unref();
  }

  /** Writes what is left, as far as it is read; throws what went wrong with the file since it was opened. */
  async close(): Promise<void> {
    this.#flush();
    const output = this.#output;
    for (let turns = 0; output?.pending === true && turns < PATIENCE.turns;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      turns = output.stalledForMs < PATIENCE.ms ? 0 : turns + 1;
    }
    if (this.#lost > 0 && output?.pending === false) this.#flush(); // the note
    output?.discard();
    if (this.#target.own) fs.closeSync(this.#target.file);
    if (this.#failed !== undefined) throw cannotWrite(this.#target.name!, this.#failed);
  }

  #keep(chunks: readonly (string | Uint8Array)[]): void {
    for (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      this.#chunks.push(bytes);
      this.#waiting += bytes.length;
    }
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#failed !== undefined || this.#output?.hasRoomFor(this.#waiting) === false) {
      this.#lost += this.#events;
      return this.#forget();
    }
    if (this.#lost > 0) {
      const text = `the trace was not read: ${this.#lost} events were dropped`;
      this.#lost = 0;
      const chunks = this.#chunks;
      this.#chunks = [];
      this.#keep(this.#render({ time: this.#time, kind: 'note', text }));
      this.#chunks.push(...chunks);
    }
    const bytes = Buffer.concat(this.#chunks);
    this.#forget();
    if (bytes.length === 0) return;
    if (this.#output !== undefined) return this.#output.write([bytes]);
    try {
      for (let at = 0; at < bytes.length;) {
        at += this.#target.write(bytes.subarray(at));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #forget(): void {
    this.#chunks = [];
    this.#waiting = 0;
    this.#events = 0;
  }

  /** A full disk must not disturb the device that is traced: it is reported at the end. */
  #fail(error: unknown): void {
    if (this.#target.name !== undefined) this.#failed ??= error;
    else process.stderr.destroy(error as Error); // as if it had been written there
  }
}

function opened(name: string): Target {
  const { O_NONBLOCK, O_NOCTTY, O_RDWR, O_WRONLY, O_CREAT, O_TRUNC } = fs.constants;
  try {
    const there = fs.statSync(name, { throwIfNoEntry: false });
    // Opened for reading too, a pipe needs nobody at its other end.
    const access = there?.isFIFO() === true ? O_RDWR : O_WRONLY | O_CREAT | O_TRUNC;
    const file = fs.openSync(name, access | (O_NONBLOCK ?? 0) | (O_NOCTTY ?? 0), 0o666);
    return { name, file, own: true, write: (bytes) => fs.writeSync(file, bytes) };
  } catch (cause) {
    throw cannotWrite(name, cause);
  }
}

function cannotWrite(name: string, cause: unknown): EmulatorError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const why = whyUnwritable(name) ?? said;
  return new EmulatorError(`cannot write ${name}: ${why}`, { exitCode: 3, cause });
}
