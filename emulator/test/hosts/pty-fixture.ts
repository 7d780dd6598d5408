import { once, EventEmitter } from 'node:events';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Clock } from '../../clock.ts';
import { Pacer } from '../../links/pacer.ts';
import { openPty, type PtyLink, type PtyOptions } from '../../links/serial/pty.ts';
import type { Line, UsartPins } from '../../interfaces/usart/pins.ts';
import { Trace } from '../../trace/trace.ts';

/** A device at the other end of a link: it writes down what happens to it and answers as it is told to. */
export class RecordingUsart implements UsartPins {
  /** `rx`, `line`, `break` and, where the test adds them, other happenings, in order. */
  readonly log: string[] = [];
  /** Number of bytes received. */
  received = 0;
  answer: (bytes: Uint8Array) => void = () => undefined;
  readonly #changed = new EventEmitter();
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];

  receive(bytes: Uint8Array, line?: Line): void {
    if (line !== undefined) this.setLine(line);
    this.received += bytes.length;
    this.note(`rx ${Buffer.from(bytes).toString('latin1')}`);
    this.answer(bytes);
  }

  setLine(line: Line): void {
    this.note(`line ${JSON.stringify(line)}`);
  }

  breakLine(on: boolean): void {
    this.note(`break ${on ? 'on' : 'off'}`);
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  send(bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener(bytes);
  }

  echo(): this {
    this.answer = (bytes) => this.send(bytes);
    return this;
  }

  note(text: string): void {
    this.log.push(text);
    this.#changed.emit('changed');
  }

  /** Everything received, whatever it came in. */
  get text(): string {
    return this.log.flatMap((entry) => (entry.startsWith('rx ') ? [entry.slice(3)] : [])).join('');
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#changed, 'changed');
  }
}

export interface PtyBench extends AsyncDisposable {
  readonly usart: RecordingUsart;
  readonly link: PtyLink;
  readonly notes: readonly string[];
}

/** A recording device on a pty; control lines are written into its log too. */
export async function openBench(options: PtyOptions = {}): Promise<PtyBench> {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  const trace = new Trace(() => clock.now);
  const notes: string[] = [];
  trace.listen((event) => {
    if (event.kind === 'note') notes.push(event.text);
  });
  const usart = new RecordingUsart();
  const link = await openPty(usart, pacer, trace, {
    lines: ({ dtr, rts }) => usart.note(`lines ${dtr ? 'dtr' : '-dtr'} ${rts ? 'rts' : '-rts'}`),
    ...options,
  });
  return {
    usart,
    link,
    notes,
    async [Symbol.asyncDispose]() {
      await link.close();
      pacer.close();
    },
  };
}

/** A host that opens the port with nothing but open(2), read(2) and write(2). */
export class PlainHost implements AsyncDisposable {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<PlainHost> {
    return new PlainHost(await open(path, constants.O_RDWR | constants.O_NOCTTY));
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    const data = Buffer.from(bytes as Uint8Array);
    for (let at = 0; at < data.length;) at += (await this.#file.write(data, at)).bytesWritten;
  }

  /** What one read(2) gives, which waits for at least a byte. */
  async readSome(length = 4096): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length));
    return buffer.subarray(0, bytesRead);
  }

  async read(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = length; left > 0; left -= parts.at(-1)!.length)
      parts.push(await this.readSome(left));
    return Buffer.concat(parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
