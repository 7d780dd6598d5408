import type { Line } from '../../interfaces/usart/pins.ts';
import { RELEASED, type ModemLines } from '../serial/wiring.ts';

/** The pty under a serial port, as far as the preload library's messages reach. */
export interface SerialPortLink {
  attend(on: boolean): void;
  setLine(line: Line): Promise<void>;
  setBreak(on: boolean): Promise<void>;
  setLines(lines: ModemLines): Promise<void>;
  drain(): Promise<void>;
  forgetUnread(): void;
  note(text: string): void;
}

const ASSERTED: ModemLines = { dtr: true, rts: true };

/** Control lines as tty.c writes them: the bits of a number. */
const BIT = { dtr: 1, rts: 2 } as const;

/** The messages of tty.c, which explains them. */
const MESSAGE =
  /^(?:(?<plain>close|drain|forget|get)|open (?<open>\d+)|lines (?<on>\d+) (?<off>\d+)|break (?<breaking>[01])|termios (?<kept>\d+) (?<baud>\d+) (?<bits>[5-8]) (?<parity>[NEOMS]) (?<stop>[12]) (?<hangUp>[01]))$/;

/** Bits per second. */
const RATE_OF_B0 = 9600;

const PARITY: Readonly<Record<string, NonNullable<Line['parity']>>> = {
  N: 'none',
  E: 'even',
  O: 'odd',
  M: 'mark',
  S: 'space',
};

/**
 * What Linux keeps of a serial port and not of a pty: DTR and RTS follow opening and closing and the
 * rate B0, and the line setting outlives the program that made it.
 */
export class SerialPort<Opener> {
  readonly #link: SerialPortLink;
  readonly #openers = new Set<Opener>();
  #lines = RELEASED;
  /** Flags that tty.c keeps here. */
  #kept: number | undefined;
  #releasesOnClose = true;
  #hungUp = false;
  #breaking = false;

  constructor(link: SerialPortLink) {
    this.#link = link;
  }

  /** Does what one message of tty.c asks and returns the answer; undefined when it is none. */
  async handle(message: string, opener: Opener): Promise<string | undefined> {
    const fields = MESSAGE.exec(message)?.groups;
    if (fields === undefined) return undefined;
    if (fields['open'] !== undefined) await this.#open(opener, Number(fields['open']));
    else if (fields['on'] !== undefined)
      await this.#change(Number(fields['on']), Number(fields['off']));
    else if (fields['breaking'] !== undefined) await this.#setBreak(fields['breaking'] === '1');
    else if (fields['parity'] !== undefined) await this.#setTermios(fields);
    else if (fields['plain'] === 'close') await this.leave(opener);
    else if (fields['plain'] === 'drain') await this.#link.drain();
    else if (fields['plain'] === 'forget') this.#link.forgetUnread();
    return `${bitsOf(this.#lines)} ${this.#kept ?? 0}`;
  }

  /** One opener has closed the port, or is gone. */
  async leave(opener: Opener): Promise<void> {
    if (!this.#openers.delete(opener) || this.#openers.size > 0) return;
    await this.#link.drain();
    await this.#setBreak(false);
    if (this.#releasesOnClose) await this.#setLines(RELEASED);
    this.#link.attend(false);
  }

  async #open(opener: Opener, kept: number): Promise<void> {
    this.#kept ??= kept;
    this.#openers.add(opener);
    if (this.#openers.size > 1) return;
    this.#link.attend(true);
    await this.#setLines(ASSERTED);
  }

  async #setTermios(fields: Readonly<Record<string, string>>): Promise<void> {
    const baud = Number(fields['baud']);
    const dataBits = Number(fields['bits']) as 5 | 6 | 7 | 8;
    const stopBits = fields['stop'] === '1' ? 1 : dataBits === 5 ? 1.5 : 2;
    this.#kept = Number(fields['kept']);
    this.#releasesOnClose = fields['hangUp'] === '1';
    // As Linux does (serial_core.c): at B0 the line has the new frame at 9600 …
    const rate = baud === 0 ? RATE_OF_B0 : baud;
    await this.#link.setLine({
      baud: rate,
      parity: PARITY[fields['parity']!]!,
      dataBits,
      stopBits,
    });
    // … DTR and RTS are released, and the next rate asserts them.
    if (baud === 0) await this.#setLines(RELEASED);
    else if (this.#hungUp) await this.#setLines(ASSERTED);
    this.#hungUp = baud === 0;
  }

  async #change(on: number, off: number): Promise<void> {
    const bits = (bitsOf(this.#lines) | on) & ~off;
    await this.#setLines({ dtr: (bits & BIT.dtr) !== 0, rts: (bits & BIT.rts) !== 0 });
  }

  async #setLines(lines: ModemLines): Promise<void> {
    if (bitsOf(lines) === bitsOf(this.#lines)) return;
    this.#lines = lines;
    await this.#link.setLines(lines);
  }

  async #setBreak(on: boolean): Promise<void> {
    if (on === this.#breaking) return;
    this.#breaking = on;
    await this.#link.setBreak(on);
  }
}

function bitsOf(lines: ModemLines): number {
  return (lines.dtr ? BIT.dtr : 0) | (lines.rts ? BIT.rts : 0);
}
