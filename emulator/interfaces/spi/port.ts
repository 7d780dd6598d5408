import { interfaces } from '../../../families/index.ts';
import type { Wait } from '../../bootloader/dialogue.ts';
import type { MisoWhileBusy } from './quirks.ts';
import type { Clock, Micros } from '../../clock.ts';
import type { SpiPins } from './pins.ts';
import type { Level } from '../../pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { BusPort } from '../../bootloader/bus-port.ts';

const BUSY = interfaces.SPI.busy;
/** MISO of a chip that is not selected: nobody drives it. */
const IDLE = 0xff;

/** The chip's side of an SPI port. */
export interface SpiTarget {
  /** What the dialogue waits for. */
  waiting(): Wait | undefined;
  receive(bytes: readonly number[]): void;
  /** NSS must fall before the port hears anything. */
  readonly needsEdge: boolean;
}

/**
 * One SPI slave of the chip: a byte leaves for each that comes. What the dialogue puts leaves first, then
 * its answer again and again until the host has acknowledged it, then the busy byte.
 */
export class SpiPort implements BusPort, SpiPins {
  readonly name: string;
  readonly #clock: Clock;
  readonly #trace: Trace;
  #target: SpiTarget | undefined;
  #nss: Level = 1;
  #edge = false;
  #selected = false;
  #output: readonly number[] = [];
  #sent = 0;
  #answer: number | undefined;
  #flushed: (() => void) | undefined;
  #last: number = BUSY;
  #whileBusy: MisoWhileBusy = 'busy';
  /** Bytes came while the chip worked. */
  #clocked = false;
  /** One of them was no dummy, and somebody was told. */
  #told = false;
  /** Bytes that the Trace has not been told of. */
  #mosi: number[] = [];
  #miso: number[] = [];
  #since: Micros = 0;

  constructor(name: string, clock: Clock, trace: Trace) {
    this.name = name;
    this.#clock = clock;
    this.#trace = trace;
  }

  select(nss: Level): void {
    if (nss === this.#nss) return;
    this.#nss = nss;
    if (nss === 1) this.#tell();
    else this.#edge = true;
  }

  exchange(mosi: number): number {
    if (this.#nss === 1) return IDLE; // somebody else is meant
    const target = this.#target;
    const hears = target !== undefined && (this.#edge || !target.needsEdge);
    const miso = hears && this.#selected ? this.#next(target) : IDLE;
    this.#record(mosi, miso);
    if (hears) this.#hear(target, mosi);
    return miso;
  }

  /** Connects the chip's side after a reset. */
  connect(target: SpiTarget): void {
    this.#target = target;
  }

  /** The port is off: MISO reads 0xFF. */
  disconnect(): void {
    this.#tell();
    this.#target = undefined;
    this.#edge = false;
    this.#selected = false;
    this.#output = [];
    this.#sent = 0;
    this.#answer = undefined;
    this.#flushed = undefined;
    this.#last = BUSY;
    this.#whileBusy = 'busy';
  }

  /** The port was selected: from now on it drives MISO. */
  drive(): void {
    this.#selected = true;
  }

  /** These bytes leave first. */
  offer(bytes: ArrayLike<number>): void {
    this.#output = Array.from(bytes);
    this.#sent = 0;
  }

  /** `before` leaves, then `answer` again and again until it was `fetched`. */
  answer(before: readonly number[], answer: number): void {
    this.offer(before);
    this.#answer = answer;
  }

  fetched(): void {
    this.offer([]);
    this.#answer = undefined;
  }

  /** Calls `then` when all that was offered has left; what the host sends until then counts for nothing. */
  whenFlushed(then: () => void): void {
    if (this.#sent >= this.#output.length) then();
    else this.#flushed = then;
  }

  /** The chip begins to work. */
  working(miso: MisoWhileBusy): void {
    this.#whileBusy = miso;
    this.#clocked = false;
    this.#told = false;
  }

  /** The host has sent bytes since the chip began to work. */
  get clocked(): boolean {
    return this.#clocked;
  }

  #next(target: SpiTarget): number {
    const queued = this.#output[this.#sent];
    if (queued !== undefined) this.#sent++;
    const answer = queued ?? this.#answer;
    if (answer !== undefined) {
      this.#last = answer;
      return answer;
    }
    const repeats = target.waiting()?.for === 'operation' && this.#whileBusy === 'last-byte';
    return repeats ? this.#last : BUSY;
  }

  #hear(target: SpiTarget, mosi: number): void {
    const waiting = target.waiting();
    if (waiting?.for === 'operation') {
      this.#clocked = true;
      // nobody reads them, unless the DMA goes on
      if (this.#whileBusy === 'busy') return this.#unheard(mosi);
    }
    if (waiting?.for !== 'flush') return target.receive([mosi]);
    if (this.#sent < this.#output.length) return;
    const flushed = this.#flushed;
    this.#flushed = undefined;
    flushed?.();
  }

  #unheard(mosi: number): void {
    if (mosi === 0x00 || mosi === 0xff || this.#told) return; // a dummy
    this.#told = true;
    const what = 'what a host sends';
    this.#trace.emit({ kind: 'dropped', port: this.name, what, why: 'the chip works' });
  }

  /** Bytes that follow each other while no time passes and nothing else happens are two events: MOSI and MISO. */
  #record(mosi: number, miso: number): void {
    if (!this.#trace.read) return;
    if (this.#mosi.length > 0 && this.#clock.now !== this.#since) this.#tell();
    if (this.#mosi.length === 0) {
      this.#since = this.#clock.now;
      this.#trace.before(() => this.#tell());
      this.#clock.work(0, () => this.#tell());
    }
    this.#mosi.push(mosi);
    this.#miso.push(miso);
  }

  #tell(): void {
    if (this.#mosi.length === 0) return;
    const bytes = Uint8Array.from(this.#mosi);
    const miso = Uint8Array.from(this.#miso);
    this.#mosi = [];
    this.#miso = [];
    this.#trace.emit({ kind: 'rx', port: this.name, bytes });
    this.#trace.emit({ kind: 'tx', port: this.name, bytes: miso });
  }
}
