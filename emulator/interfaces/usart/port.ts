import type { Clock, Micros } from '../../clock.ts';
import { asReceived, bootloaderFrame, charactersTake, frameText, hostFrame } from './line-model.ts';
import type { Frame } from './line-model.ts';
import type { Line, UsartPins } from './pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { BusPort } from '../../bootloader/bus-port.ts';
import { UsartInput } from './input.ts';

/** The chip's side of the port; a character with a framing error, whose stop bit was low, comes alone. */
export type UsartListener = (bytes: Uint8Array, framingError: boolean) => void;

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
  readonly #input: UsartInput;
  #receiver: UsartListener | undefined;
  /** What the chip's UART is set to; undefined while it measures, and where no rate is known. */
  #frame: Frame | undefined;
  #warned = false;
  /** The port is off, and somebody was told what that means for the host. */
  #told = false;
  #transmitFreeAt: Micros = 0;
  /** Counts resets: characters in flight across one are lost. */
  #epoch = 0;
  #low = false;
  /** Bytes on their way to the host. */
  #outbound = 0;
  #losing = false;

  constructor(name: string, clock: Clock, trace: Trace, filters: UsartFilters) {
    this.name = name;
    this.#clock = clock;
    this.#trace = trace;
    this.#filters = filters;
    this.#input = new UsartInput(clock, {
      frame: () => this.#frame,
      receive: (bytes, framingError) => this.#receiver?.(bytes, framingError),
      misfit: (sender, receiver) => this.#warn(sender, receiver),
    });
  }

  receive(bytes: Uint8Array, line?: Line): void {
    if (line !== undefined) this.setLine(line);
    if (bytes.length === 0) return;
    this.#trace.emit({ kind: 'rx', port: this.name, bytes });
    if (this.#receiver === undefined) return this.#unheard();
    const arriving = this.#filters.toChip(bytes);
    if (arriving.length === 0) return;
    const frame = hostFrame(this.#line);
    if (frame === undefined) this.#receiver?.(arriving, false);
    else if (!this.#isLost(this.#input.length + arriving.length)) this.#input.send(arriving, frame);
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
    if (on) this.#receiver?.(Uint8Array.of(0), true); // a character of zeros without a stop bit
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  /** Connects the chip's side after a reset; `frame` is its UART's setting, undefined to measure one. */
  connect(receiver: UsartListener, frame?: Frame): void {
    this.#receiver = receiver;
    this.#told = false;
    this.#set(frame);
  }

  /** The port is off: bytes are dropped, and what is in flight is lost. */
  disconnect(): void {
    const lost = this.#input.length + this.#outbound;
    if (lost > 0) {
      const what = `${lost} bytes on the line`;
      this.#trace.emit({ kind: 'dropped', port: this.name, what, why: 'the port is switched off' });
    }
    this.#receiver = undefined;
    this.#set(undefined);
    this.#warned = false;
    this.#epoch++;
    this.#outbound = 0;
    this.#losing = false;
    this.#input.reset();
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
    this.#set(found === undefined ? undefined : bootloaderFrame(found));
    return found;
  }

  transmit(bytes: Uint8Array): void {
    if (this.#frame === undefined) return this.#emit(bytes);
    if (this.#isLost(this.#outbound + bytes.length)) return;
    const start = Math.max(this.#clock.now, this.#transmitFreeAt);
    this.#transmitFreeAt = start + Math.round(charactersTake(bytes.length, this.#frame));
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

  #unheard(): void {
    if (this.#told) return;
    this.#told = true;
    const why = 'the port is off until a reset';
    this.#trace.emit({ kind: 'dropped', port: this.name, what: 'what a host sends', why });
  }

  #set(frame: Frame | undefined): void {
    this.#frame = frame;
    this.#input.retune();
  }

  #emit(bytes: Uint8Array): void {
    const passing = this.#filters.toHost(bytes);
    const host = hostFrame(this.#line);
    const heard =
      host === undefined || this.#frame === undefined
        ? passing
        : asReceived(passing, this.#frame, host);
    if (heard !== passing) this.#warn(host!, this.#frame!);
    if (heard.length === 0) return;
    this.#trace.emit({ kind: 'tx', port: this.name, bytes: heard });
    for (const listener of this.#listeners) listener(heard);
  }

  #warn(host: Frame, chip: Frame): void {
    if (this.#warned) return;
    this.#warned = true;
    const ends = `the host's line (${frameText(host)}) does not fit the chip's (${frameText(chip)})`;
    const effect =
      host.baud === chip.baud && host.dataBits === chip.dataBits
        ? 'bytes that follow each other without a pause are garbled'
        : 'bytes are garbled';
    this.#trace.emit({ kind: 'surprise', text: `${ends}: ${effect}` });
  }
}
