import { closeSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { StringDecoder } from 'node:string_decoder';
import { ReadStream } from 'node:tty';
import { EmulatorError } from '../../emulator/index.ts';

/** What node-pty exports, though not as public API: openpty(3). */
interface Native {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number };
}

const COLUMNS = 200;
const ROWS = 50;
const CHUNK = 64 * 1024;

/** A pseudo-terminal in which a tool can be started, and all that is written to it. */
export class ToolTerminal {
  /** What the tool gets as its standard streams; open until the end, so that the other end has no end before. */
  readonly slave: number;
  readonly #master: number;
  readonly #stream: ReadStream;
  readonly #decoder = new StringDecoder('utf8');
  readonly #onText: (text: string) => void;
  #open = true;

  constructor(onText: (text: string) => void) {
    const { native } = createRequire(import.meta.url)('node-pty') as { native?: Partial<Native> };
    if (native?.open === undefined) {
      throw new EmulatorError('node-pty has no native.open: install the version we depend on', {
        exitCode: 3,
      });
    }
    const { master, slave } = native.open(COLUMNS, ROWS);
    this.slave = slave;
    this.#master = master;
    this.#onText = onText;
    const buffer = new Uint8Array(CHUNK);
    const callback = (length: number): boolean => {
      this.#take(buffer.subarray(0, length));
      return true;
    };
    // With `onread` the stream holds nothing back that `close` could overtake. The types of
    // tty.ReadStream do not know that it passes its options on to net.Socket.
    const options = { onread: { buffer, callback } } as ConstructorParameters<typeof ReadStream>[1];
    this.#stream = new ReadStream(master, options);
    this.#stream.resume();
  }

  /** What a person types. */
  type(text: string): void {
    if (this.#open) writeSync(this.#master, text);
  }

  /** Reads what has been written until now, and closes both ends. */
  close(): void {
    const buffer = new Uint8Array(CHUNK);
    for (let length = this.#read(buffer); length > 0; length = this.#read(buffer)) {
      this.#take(buffer.subarray(0, length));
    }
    this.#onText(this.#decoder.end());
    this.#open = false;
    this.#stream.destroy();
    closeSync(this.slave);
  }

  /** 0 where there is nothing: Linux looks for what is still on its way before it says so (n_tty_read). */
  #read(buffer: Uint8Array): number {
    try {
      return readSync(this.#master, buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  #take(bytes: Uint8Array): void {
    this.#onText(this.#decoder.write(bytes));
  }
}
