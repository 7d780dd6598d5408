import type { Alarm } from '../../clock.ts';
import type { Line, UsartPins } from '../../interfaces/usart/pins.ts';
import type { Setup } from '../../interfaces/usb/pins.ts';
import type { AdapterFunction, AdapterSurroundings, ControlAnswer } from './adapter.ts';
import type { UsbIdentity } from './descriptors.ts';
import { InEndpoint } from './in-endpoint.ts';
import { RELEASED, type ModemLines } from '../serial/wiring.ts';

/** Requests of the class (CDC PSTN 1.2 table 13). */
const REQUEST = {
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
} as const;
const TO_DEVICE = 0x21;
const TO_HOST = 0xa1;

/** Bits of SET_CONTROL_LINE_STATE. */
const DTR = 0b01;
const RTS = 0b10;
/** wValue of SEND_BREAK: until it is taken back; others are ms, 0 takes it back. */
const BREAK_ON = 0xffff;

/** SERIAL_STATE from interface 0 with DCD and DSR, as on a cable that ties them: no host waits for them. */
const SERIAL_STATE = [0xa1, 0x20, 0, 0, 0, 0, 2, 0, 0b11, 0];

/** Of SET_LINE_CODING, by their numbers. */
const STOP_BITS = [1, 1.5, 2] as const;
const PARITIES = ['none', 'odd', 'even', 'mark', 'space'] as const;
const DATA_BITS = [5, 6, 7, 8] as const;

/** 115200 8N1, as long as the host has set nothing. */
const UNSET = Uint8Array.of(0x00, 0xc2, 0x01, 0x00, 0, 0, 8);

const NOTIFICATIONS = 2;
const DATA = 1;
/** Kept for a host that does not read, bytes. */
const MOST_UNREAD = 64 * 1024;

const IDENTITY: UsbIdentity = {
  idVendor: 0x0483, // STMicroelectronics Virtual COM Port
  idProduct: 0x5740,
  bcdDevice: 0x0200,
  deviceClass: [2, 0, 0],
  product: 'USB serial adapter of a virtual STM32',
  interfaces: [
    {
      codes: [0x02, 0x02, 0x01],
      functional: [
        [5, 0x24, 0x00, 0x10, 0x01], // header: CDC 1.10
        [5, 0x24, 0x01, 0x00, 0x01], // call management: none, data on interface 1
        [4, 0x24, 0x02, 0x06], // ACM: line coding and state, break
        [5, 0x24, 0x06, 0x00, 0x01], // union of interfaces 0 and 1
      ].flat(),
      endpoints: [{ address: 0x80 | NOTIFICATIONS, type: 'interrupt', size: 16, interval: 10 }],
    },
    {
      codes: [0x0a, 0x00, 0x00],
      endpoints: [
        { address: DATA, type: 'bulk', size: 64 },
        { address: 0x80 | DATA, type: 'bulk', size: 64 },
      ],
    },
  ],
};

/** A USART behind a USB serial adapter of the class CDC-ACM; `lines` is told DTR and RTS, inside `pacer.input`. */
export class CdcAcm implements AdapterFunction {
  readonly identity = IDENTITY;
  readonly inputs: ReadonlyMap<number, InEndpoint>;
  readonly outputs = new Map([[DATA, (data: Uint8Array) => this.#send(data)]]);
  readonly #data = new InEndpoint('stream', MOST_UNREAD);
  readonly #notifications = new InEndpoint('packets', SERIAL_STATE.length);
  readonly #pins: UsartPins;
  readonly #surroundings: AdapterSurroundings;
  readonly #wired: (lines: ModemLines) => void;
  #coding = UNSET;
  #lines: ModemLines = RELEASED;
  #break = false;
  #breakEnds: Alarm | undefined;
  #losing = false;

  constructor(
    pins: UsartPins,
    surroundings: AdapterSurroundings,
    lines: (lines: ModemLines) => void,
  ) {
    this.#pins = pins;
    this.#surroundings = surroundings;
    this.#wired = lines;
    this.inputs = new Map([
      [DATA, this.#data],
      [NOTIFICATIONS, this.#notifications],
    ]);
    pins.onTransmit((bytes) => this.#received(bytes));
  }

  request({ bmRequestType, bRequest, wValue }: Setup, data: Uint8Array): ControlAnswer {
    if (bmRequestType === TO_HOST && bRequest === REQUEST.getLineCoding) return this.#coding;
    if (bmRequestType !== TO_DEVICE) return 'stall';
    const done = new Uint8Array();
    switch (bRequest) {
      case REQUEST.setLineCoding: {
        const line = parseLineCoding(data);
        if (line === undefined) return 'stall';
        this.#coding = data.slice();
        this.#do(() => this.#pins.setLine(line));
        return done;
      }
      case REQUEST.setControlLineState:
        this.#do(() => this.#setLines({ dtr: (wValue & DTR) !== 0, rts: (wValue & RTS) !== 0 }));
        return done;
      case REQUEST.sendBreak:
        this.#do(() => this.#sendBreak(wValue));
        return done;
      default:
        return 'stall';
    }
  }

  reset(): void {
    this.#data.clear();
    this.#notifications.clear();
    this.#do(() => {
      this.#sendBreak(0);
      this.#setLines(RELEASED);
    });
  }

  #do(action: () => void): void {
    this.#surroundings.pacer.input(action);
  }

  #send(data: Uint8Array): void {
    this.#do(() => this.#pins.receive(data));
  }

  #received(bytes: Uint8Array): void {
    const kept = this.#data.push(bytes);
    if (!kept && !this.#losing) {
      this.#surroundings.note('nobody reads the USB serial adapter: output is dropped');
    }
    this.#losing = !kept;
  }

  #setLines(lines: ModemLines): void {
    const { dtr, rts } = this.#lines;
    if (lines.dtr === dtr && lines.rts === rts) return;
    this.#lines = lines;
    this.#wired(lines);
    if (!dtr && !rts) this.#notifications.push(Uint8Array.from(SERIAL_STATE)); // opened
  }

  #sendBreak(duration: number): void {
    this.#breakEnds?.cancel();
    this.#breakEnds = undefined;
    this.#setBreak(duration !== 0);
    if (duration === 0 || duration === BREAK_ON) return;
    this.#breakEnds = this.#surroundings.clock.wait(1000 * duration, () => this.#setBreak(false));
  }

  #setBreak(on: boolean): void {
    if (on === this.#break) return;
    this.#break = on;
    this.#pins.breakLine(on);
  }
}

/** What SET_LINE_CODING asks for; undefined for a setting that no UART has. A rate of 0 is not known. */
function parseLineCoding(data: Uint8Array): Line | undefined {
  if (data.length !== UNSET.length) return undefined;
  const baud = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const stopBits = STOP_BITS[data[4]!];
  const parity = PARITIES[data[5]!];
  const dataBits = DATA_BITS[data[6]! - 5];
  if (stopBits === undefined || parity === undefined || dataBits === undefined) return undefined;
  return { stopBits, parity, dataBits, ...(baud === 0 ? {} : { baud }) };
}
