import type { Part } from '../part.ts';
import type { Capability, Channel, Target } from '../target.ts';
import { SerialLine } from './serial-line.ts';

export interface SerialBoardOptions {
  readonly path: string;
  /** Resets the board into its bootloader and ends when that is done. */
  readonly reset: () => Promise<void>;
  /** Arguments with which the command line makes the target again. */
  readonly again?: string;
  /** Wall time from the end of `reset` until the bootloader listens, in ms. */
  readonly startMs?: number;
}

/** A board on a serial port. It can be reset and talked to; it is never given content or option bytes. */
export class SerialBoardTarget implements Target {
  readonly name: string;
  readonly again?: string;
  part: Part;
  readonly can = new Set<Capability>(['restart']);
  readonly quietMs = 60;
  readonly replyMs = 1000;
  readonly #options: SerialBoardOptions;
  #line: SerialLine | undefined;

  constructor(part: Part, options: SerialBoardOptions) {
    this.name = `${part.name} on ${options.path}`;
    this.part = part;
    if (options.again !== undefined) this.again = options.again;
    this.#options = options;
  }

  async boot(): Promise<Channel> {
    return this.restart();
  }

  async restart(): Promise<Channel> {
    this.#line ??= await SerialLine.open(this.#options.path);
    await this.#options.reset();
    await this.#line.clear(this.#options.startMs ?? 100);
    return this.#line;
  }

  async close(): Promise<void> {
    await this.#line?.close();
    this.#line = undefined;
  }
}
