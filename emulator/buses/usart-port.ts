import type { Clock, Micros } from '../clock.ts';
import { asReceived, bootloaderFrame, charactersTake, hostFrame } from './line-model.ts';
import type { Frame } from './line-model.ts';
import type { Line, UsartPins } from '../pins.ts';
import type { Trace } from '../trace.ts';
import type { BusPort } from './bus-port.ts';

/** Bytes on their way on one of the wires; a host that sends faster than the line carries loses the rest. */
const MOST_ON_THE_WAY = 1 << 20;

export interface UsartFilters {
  readonly toChip: (bytes: Uint8Array) => Uint8Array;
  readonly toHost: (bytes: Uint8Array) => Uint8Array;
}

/** One USART of the chip: characters take their time on the line, and both ends hear what their settings make of it. */
export class UsartPort implements BusPort, UsartPins {
  readonly name: string;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #filters: UsartFilters;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  #line: Line = {};
  #receiver: ((bytes: Uint8Array) => void) | undefined;
  /** What the chip's UART is set to; undefined while it measures, and where no rate is known. */
  #frame: Frame | undefined;
  #warned = false;
  #receiveFreeAt: Micros = 0;
  #transmitFreeAt: Micros = 0;
  /** Counts resets: characters in flight across one are lost. */
  #epoch = 0;
  #low = false;
  /** Bytes on their way to the chip and to the host. */
  #inbound = 0;
  #outbound = 0;
  #losing = false;

  constructor(name: string, clock: Clock, trace: Trace, filters: UsartFilters) {
    this.name = name;
    this.#clock = clock;
    this.#trace = trace;
    this.#filters = filters;
  }

  receive(bytes: Uint8Array, line?: Line): void {
    if (line !== undefined) this.setLine(line);
    if (bytes.length === 0) return;
    this.#trace.emit({ kind: 'rx', port: this.name, bytes });
    const arriving = this.#filters.toChip(bytes);
    const frame = hostFrame(this.#line);
    if (frame === undefined) return this.#deliver(arriving, undefined);
    if (this.#isLost(this.#inbound + bytes.length)) return;
    const start = Math.max(this.#clock.now, this.#receiveFreeAt);
    this.#receiveFreeAt = start + charactersTake(bytes.length, frame);
    const epoch = this.#epoch;
    this.#inbound += bytes.length;
    this.#clock.work(this.#receiveFreeAt - this.#clock.now, () => {
      if (epoch !== this.#epoch) return;
      this.#inbound -= bytes.length;
      this.#deliver(arriving, frame);
    });
  }

  setLine(line: Line): void {
    const old = this.#line;
    this.#line = line;
    const same =
      old.baud === line.baud &&
      old.parity === line.parity &&
      old.dataBits === line.dataBits &&
      old.stopBits === line.stopBits;
    if (!same) this.#trace.emit({ kind: 'line', port: this.name, line });
  }

  breakLine(on: boolean): void {
    this.#trace.emit({ kind: 'break', port: this.name, on });
    this.#low = on;
    if (on) this.#receiver?.(Uint8Array.of(0)); // a character of zeros with a framing error
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  /** Connects the chip's side after a reset; `frame` is its UART's setting, undefined to measure one. */
  connect(receiver: (bytes: Uint8Array) => void, frame?: Frame): void {
    this.#receiver = receiver;
    this.#frame = frame;
  }

  /** The port is off: bytes are dropped, and what is in flight is lost. */
  disconnect(): void {
    this.#receiver = undefined;
    this.#frame = undefined;
    this.#warned = false;
    this.#epoch++;
    this.#inbound = 0;
    this.#outbound = 0;
    this.#losing = false;
    this.#receiveFreeAt = 0;
    this.#transmitFreeAt = 0;
  }

  /** The host holds the RX pin low. */
  get receiveLow(): boolean {
    return this.#low;
  }

  /** The rate of the host's line, where it is known. */
  get hostBaud(): number | undefined {
    return this.#line.baud;
  }

  /** Takes the rate of the host's line as the chip's own: the auto-baud result, off by `error` (0.05: 5 % fast). Returns it. */
  measure(error = 0): number | undefined {
    const { baud } = this.#line;
    const found = baud === undefined ? undefined : Math.round(baud * (1 + error));
    this.#frame = found === undefined ? undefined : bootloaderFrame(found);
    return found;
  }

  transmit(bytes: Uint8Array): void {
    if (this.#frame === undefined) return this.#emit(bytes);
    if (this.#isLost(this.#outbound + bytes.length)) return;
    const start = Math.max(this.#clock.now, this.#transmitFreeAt);
    this.#transmitFreeAt = start + charactersTake(bytes.length, this.#frame);
    const epoch = this.#epoch;
    this.#outbound += bytes.length;
    this.#clock.work(this.#transmitFreeAt - this.#clock.now, () => {
      if (epoch !== this.#epoch) return;
      this.#outbound -= bytes.length;
      this.#emit(bytes);
    });
  }

  whenFlushed(then: () => void): void {
    if (this.#transmitFreeAt <= this.#clock.now) then();
    else this.#clock.work(this.#transmitFreeAt - this.#clock.now, then);
  }

  /** So many bytes are more than a line holds that is slower than its host. */
  #isLost(onTheWay: number): boolean {
    const lost = onTheWay > MOST_ON_THE_WAY;
    if (lost && !this.#losing) {
      const text = `${this.name}: the host is faster than its line: bytes are lost`;
      this.#trace.emit({ kind: 'surprise', text });
    }
    this.#losing = lost;
    return lost;
  }

  #deliver(bytes: Uint8Array, frame: Frame | undefined): void {
    const heard =
      frame === undefined || this.#frame === undefined
        ? bytes
        : this.#heard(bytes, frame, this.#frame);
    if (heard.length > 0) this.#receiver?.(heard);
  }

  #emit(bytes: Uint8Array): void {
    const passing = this.#filters.toHost(bytes);
    const host = hostFrame(this.#line);
    const heard =
      host === undefined || this.#frame === undefined
        ? passing
        : this.#heard(passing, this.#frame, host);
    if (heard.length === 0) return;
    this.#trace.emit({ kind: 'tx', port: this.name, bytes: heard });
    for (const listener of this.#listeners) listener(heard);
  }

  #heard(bytes: Uint8Array, sender: Frame, receiver: Frame): Uint8Array {
    const heard = asReceived(bytes, sender, receiver);
    if (heard !== bytes && !this.#warned) {
      this.#warned = true;
      const text = `the host's line does not fit the chip's (${sender.baud} against ${receiver.baud} baud, ${sender.dataBits} against ${receiver.dataBits} bits): bytes are garbled`;
      this.#trace.emit({ kind: 'surprise', text });
    }
    return heard;
  }
}
