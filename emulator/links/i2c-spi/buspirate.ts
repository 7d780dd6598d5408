import type { I2cPins } from '../../interfaces/i2c/pins.ts';
import type { SpiPins } from '../../interfaces/spi/pins.ts';
import type { Line, UsartPins } from '../../interfaces/usart/pins.ts';
import { nextByte } from './buspirate-firmware.ts';
import type { BusPirateSide, Firmware, Need } from './buspirate-firmware.ts';
import { busPirateI2c } from './buspirate-i2c.ts';
import { busPirateSpi } from './buspirate-spi.ts';
import { SpiMaster } from './spi-master.ts';

/** What a Bus Pirate says when it starts, which flashrom and others read its version from. */
const BANNER =
  'Bus Pirate v3.5\r\nFirmware v6.1 r1676  Bootloader v4.4\r\nhttp://dangerousprototypes.com\r\n';
const PROMPT = 'HiZ>';
/** Zeros in a row that lead from the terminal to the binary mode. */
const ZEROS = 20;

/** Bytes that are kept while the firmware waits; more are lost, as in the buffer of a real one. */
const MOST_UNREAD = 64 * 1024;

/** The bus that hangs on a Bus Pirate. */
export type BusPirateBus = { readonly i2c: I2cPins } | { readonly spi: SpiPins };

/**
 * A Bus Pirate v3 with one bus of the chip, as the other end of a serial line: binary modes BBIO1, I2C1
 * and SPI1. Whatever a host sends is answered as the firmware does, with 0x00 where it makes no sense.
 */
export class BusPirate implements UsartPins {
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #firmware: Firmware<never>;
  #unread: number[] = [];
  #needs: Need = 'byte';
  #running = false;
  #replies: number[] = [];

  constructor(bus: BusPirateBus, note: (text: string) => void) {
    const side: BusPirateSide = {
      reply: (...bytes) => this.#replies.push(...bytes),
      replyText: (text) => this.#replies.push(...new TextEncoder().encode(text)),
    };
    const master = 'spi' in bus ? new SpiMaster(bus.spi, note) : undefined;
    this.#firmware = terminal(side, (mode) => {
      if (mode === 'spi' && master !== undefined) return busPirateSpi(side, master);
      return mode === 'i2c' && 'i2c' in bus ? busPirateI2c(side, bus.i2c) : undefined;
    });
    this.#firmware.next();
    if ('i2c' in bus) bus.i2c.onRetry(() => this.#retry());
  }

  receive(bytes: Uint8Array): void {
    const room = MOST_UNREAD - this.#unread.length; // what a host sends while SCL is held for ever
    for (const byte of bytes.subarray(0, room)) this.#unread.push(byte);
    this.#run();
  }

  /** The rate of a USB serial port counts for nothing. */
  setLine(_line: Line): void {}

  breakLine(_on: boolean): void {}

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  #retry(): void {
    if (this.#running || this.#needs !== 'retry') return;
    this.#resume(0);
    this.#run();
  }

  #run(): void {
    if (this.#running) return;
    let at = 0;
    while (this.#needs === 'byte' && at < this.#unread.length) this.#resume(this.#unread[at++]!);
    this.#unread.splice(0, at);
    if (this.#replies.length === 0) return;
    const bytes = Uint8Array.from(this.#replies.splice(0));
    for (const listener of this.#listeners) listener(bytes);
  }

  #resume(byte: number): void {
    this.#running = true;
    this.#needs = this.#firmware.next(byte).value;
    this.#running = false;
  }
}

type Enter = (mode: 'i2c' | 'spi') => Firmware<void> | undefined;

/** The terminal for persons, of which a program needs the way out. */
function* terminal(side: BusPirateSide, enter: Enter): Firmware<never> {
  for (let zeros = 0; ;) {
    const byte = yield* nextByte();
    zeros = byte === 0 ? zeros + 1 : 0;
    if (byte === 0x0d || byte === 0x0a) side.replyText(`\r\n${PROMPT}`);
    if (byte === 0x23) side.replyText(`RESET\r\n\r\n${BANNER}${PROMPT}`); // '#'
    if (zeros < ZEROS) continue;
    zeros = 0;
    yield* bitBang(side, enter);
    side.replyText(`${BANNER}${PROMPT}`);
  }
}

/** BBIO1, until the host leaves it for the terminal. */
function* bitBang(side: BusPirateSide, enter: Enter): Firmware<void> {
  side.replyText('BBIO1');
  for (;;) {
    const command = yield* nextByte();
    const mode = command === 0x01 ? enter('spi') : command === 0x02 ? enter('i2c') : undefined;
    if (mode !== undefined) {
      yield* mode;
      side.replyText('BBIO1');
    } else if (command === 0x00) side.replyText('BBIO1');
    else if (command === 0x0f) {
      side.reply(0x01);
      return;
    } else if (command >= 0x40 && command < 0x60)
      side.reply(command); // pin directions
    else if (command >= 0x80)
      side.reply(command); // pin levels
    else side.reply(0x00);
  }
}
