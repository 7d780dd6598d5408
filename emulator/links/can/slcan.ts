import type { Clock } from '../../clock.ts';
import type { CanFrame, CanRate } from '../../interfaces/can/pins.ts';
import type { UsartPins } from '../../interfaces/usart/pins.ts';
import type { AdapterSettings, CanAdapter } from './adapter.ts';
import { formatSlcanFrame, parseSlcanFrame } from './slcan-frame.ts';

const CR = 0x0d;
const OK = '\r';
const ERROR = '\u0007';

/** Longest command: `B`, eight digits of identifier, a length and 64 bytes. */
const LONGEST = 1 + 8 + 1 + 128;

/** Bits per second of S0 to S9; S7 is 800 k in the Lawicel manual and in Linux, 750 k in CANable's firmware. */
const SPEEDS = [10, 20, 50, 100, 125, 250, 500, 800, 1000, 83.333].map((kbit) => kbit * 1000);

/** Clock of the SJA1000 that BTR0 and BTR1 are meant for, Hz, halved. */
const BTR_CLOCK = 8_000_000;

/**
 * The protocol of Lawicel's CAN232 with CANable's commands for CAN FD, on a line of its own: what the
 * host sends are commands in ASCII, each ended by CR, answered by CR or BEL. Called inside `pacer.input`.
 */
export class Slcan implements UsartPins {
  readonly #adapter: CanAdapter;
  readonly #clock: Clock;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  /** The command so far; undefined when it is too long to be one. */
  #line: string | undefined = '';
  /** Undefined follows the chip, as long as the host has set no rate. */
  #nominal: number | undefined;
  #data: number | undefined;
  #timestamps = false;
  /** The command just obeyed opens the adapter. */
  #opening: AdapterSettings | undefined;

  constructor(adapter: CanAdapter, clock: Clock) {
    this.#adapter = adapter;
    this.#clock = clock;
    adapter.onReceive((frame) => this.#received(frame));
  }

  receive(bytes: Uint8Array): void {
    let answers = '';
    for (const byte of bytes) {
      if (byte !== CR) this.#keep(byte);
      else {
        const line = this.#line;
        this.#line = '';
        answers += line === undefined ? ERROR : this.#obey(line);
        if (this.#opening === undefined) continue;
        this.#transmit(answers); // ahead of the frames that wait for a node
        answers = '';
        this.#adapter.open(this.#opening);
        this.#opening = undefined;
      }
    }
    this.#transmit(answers);
  }

  /** The rate of the serial line does not matter. */
  setLine(): void {}

  breakLine(): void {}

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  #keep(byte: number): void {
    if (this.#line === undefined) return;
    this.#line = this.#line.length < LONGEST ? this.#line + String.fromCharCode(byte) : undefined;
  }

  /** Does one command; the answer. */
  #obey(line: string): string {
    const [name, argument] = [line.slice(0, 1), line.slice(1)];
    switch (name) {
      case '':
        return OK;
      case 'S':
        return this.#setSpeed(/^\d$/.test(argument) ? SPEEDS[Number(argument)] : undefined);
      case 's':
        return this.#setSpeed(fromBtr(argument));
      case 'Y':
        return this.#setDataSpeed(argument);
      case 'O':
      case 'L':
        return argument === '' ? this.#open(name === 'L') : ERROR;
      case 'C':
        if (argument !== '') return ERROR;
        this.#adapter.close();
        return OK;
      case 'V':
        return 'V1013\r';
      case 'N':
        return 'NV320\r';
      case 'F':
        return this.#adapter.isOpen ? 'F00\r' : ERROR;
      case 'Z':
        if (!/^[01]$/.test(argument) || this.#adapter.isOpen) return ERROR;
        this.#timestamps = argument === '1';
        return OK;
      case 'M': // acceptance code and mask, or CANable's silent mode: everything is passed on
      case 'm':
      case 'A':
      case 'W':
      case 'Q':
      case 'U':
      case 'X':
        return OK;
      default:
        return this.#send(line);
    }
  }

  #setSpeed(nominal: number | undefined): string {
    if (nominal === undefined || this.#adapter.isOpen) return ERROR;
    this.#nominal = nominal;
    return OK;
  }

  /** CANable knows Y2 and Y5; 1 to 8 Mbit/s are taken here, since the bootloaders of FDCAN want 1. */
  #setDataSpeed(argument: string): string {
    if (!/^[1-8]$/.test(argument) || this.#adapter.isOpen) return ERROR;
    this.#data = 1_000_000 * Number(argument);
    return OK;
  }

  #open(listenOnly: boolean): string {
    if (this.#adapter.isOpen) return ERROR;
    this.#opening = { rate: this.#rate, listenOnly };
    return OK;
  }

  get #rate(): CanRate | undefined {
    if (this.#nominal === undefined) return undefined;
    return { nominal: this.#nominal, ...(this.#data === undefined ? {} : { data: this.#data }) };
  }

  /** A frame is answered when the adapter has taken it, not when somebody has acknowledged it. */
  #send(line: string): string {
    const frame = parseSlcanFrame(line);
    if (frame === undefined || !this.#adapter.isOpen) return ERROR;
    const taken = frame === 'remote' ? !this.#adapter.listenOnly : this.#adapter.send(frame);
    if (!taken) return ERROR;
    return 'TRDB'.includes(line[0]!) ? 'Z\r' : 'z\r';
  }

  #received(frame: CanFrame): void {
    const ms = Math.floor(this.#clock.now / 1000) % 60_000;
    const stamp = this.#timestamps ? ms.toString(16).toUpperCase().padStart(4, '0') : '';
    this.#transmit(`${formatSlcanFrame(frame)}${stamp}\r`);
  }

  #transmit(text: string): void {
    if (text === '') return;
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    for (const listener of this.#listeners) listener(bytes);
  }
}

/** Bits per second of `s0164`: BTR0 and BTR1 of an SJA1000 at 16 MHz. */
function fromBtr(argument: string): number | undefined {
  if (!/^[0-9a-f]{4}$/i.test(argument)) return undefined;
  const [btr0, btr1] = [0, 2].map((at) => Number.parseInt(argument.slice(at, at + 2), 16));
  const quanta = 1 + ((btr1! & 0x0f) + 1) + (((btr1! >> 4) & 0x07) + 1);
  return BTR_CLOCK / (((btr0! & 0x3f) + 1) * quanta);
}
