import { ACK, interfaces, NACK } from '../../families/index.ts';
import type { Board, Level, SpiPins } from '../../emulator/index.ts';
import type { SpiFault } from '../faults/spi.ts';
import { commandStep } from '../faults/steps.ts';
import type { BusStep } from '../faults/steps.ts';
import { Planted, type Counted, type PinEffects } from './planted.ts';

const { busy: BUSY, sync: SYNC } = interfaces.SPI;
/** What the chip offers as its answer (AN4286 §2). */
const ANSWERS: readonly number[] = [ACK, NACK];
/** As the chip says that it waits for the host to take its answer. */
const ITS_ACK = 'the ACK of its answer';

/** An SPI slave as the tool reaches it over bad wires. */
export class FaultySpi implements SpiPins {
  readonly #board: Board;
  readonly #name: string;
  readonly #inner: SpiPins;
  readonly #planted: Planted<SpiFault>;
  readonly #effects: PinEffects;
  /** Bytes of the packet so far; undefined between packets. */
  #inPacket: number | undefined;
  /** The start of a frame has come, and its command has not. */
  #framed = false;
  #striking: readonly Counted<SpiFault>[] = [];
  #answering = false;
  /** Slots, and until when in virtual µs, that MISO says busy. */
  #busy = { slots: 0, until: 0 };
  #instead: number | undefined;
  #miso: number | undefined;
  /** The rule by which MISO is stuck. */
  readonly #stuck: Extract<SpiFault, { readonly do: 'miso' }> | undefined;
  readonly #deaf: Extract<SpiFault, { readonly do: 'deaf-at-first' }> | undefined;
  #deafFor: number;

  constructor(board: Board, name: string, faults: readonly SpiFault[], effects: PinEffects) {
    this.#board = board;
    this.#name = name;
    this.#inner = board.spi(name);
    this.#planted = new Planted(board, faults, effects);
    this.#effects = effects;
    this.#stuck = this.#planted.rule('miso');
    this.#miso = this.#stuck?.value;
    this.#deaf = this.#planted.rule('deaf-at-first');
    this.#deafFor = this.#deaf?.syncs ?? 0;
  }

  select(nss: Level): void {
    this.#inner.select(nss);
  }

  exchange(mosi: number): number {
    this.#lookForAnswer(); // the chip may have worked until now
    if (this.#stuck !== undefined) {
      const text = `MISO is ${hex(this.#stuck.value)} all the time`;
      this.#planted.announceOnce(text, this.#stuck);
    }
    if (this.#miso !== undefined) return this.#miso;
    if (mosi === SYNC && this.#deaf !== undefined && this.#deafFor > 0) {
      this.#deafFor--;
      this.#planted.announce('the chip does not hear 0x5A', this.#deaf);
      return BUSY;
    }
    if (this.#isBusy()) return BUSY;
    const sent = this.#answering ? mosi : this.#toChip(mosi);
    const miso = sent === undefined ? BUSY : this.#inner.exchange(sent);
    const heard = this.#answering && ANSWERS.includes(miso) ? (this.#instead ?? miso) : miso;
    this.#lookForAnswer();
    return heard;
  }

  /** What the chip hears of a byte; undefined where it hears nothing. */
  #toChip(mosi: number): number | undefined {
    const wait = this.#board.waiting(this.#name);
    if (wait?.for !== 'bytes') return mosi;
    const { what } = wait;
    if (what === 'start of frame' && mosi !== SYNC) return mosi; // a dummy
    if (this.#inPacket === undefined) {
      this.#inPacket = 0;
      this.#striking = [];
      this.#framed = what === 'start of frame';
      if (!this.#framed) this.#begin(what);
    } else if (this.#framed) {
      this.#framed = false;
      this.#begin(commandStep(mosi));
    }
    const at = this.#inPacket++;
    let sent: number | undefined = mosi;
    for (const fault of this.#striking) {
      if (!('byte' in fault) || fault.byte !== at) continue;
      this.#planted.announce(`${fault.do} byte ${at} of ${this.#planted.step}`, fault);
      sent = fault.do === 'drop' ? undefined : mosi ^ fault.value;
    }
    return sent;
  }

  #begin(step: BusStep): void {
    this.#planted.begin(step);
    this.#striking = this.#planted.striking('to-chip');
  }

  /** The chip begins to offer an answer, or the host has taken it. */
  #lookForAnswer(): void {
    const wait = this.#board.waiting(this.#name);
    const offers = wait?.for === 'bytes' && wait.what === ITS_ACK;
    if (offers === this.#answering) return;
    this.#answering = offers;
    this.#instead = undefined;
    this.#inPacket = undefined;
    if (!offers) return;
    this.#planted.answer();
    for (const fault of this.#planted.striking('to-host')) this.#strike(fault);
  }

  #strike(fault: Counted<SpiFault>): void {
    this.#planted.announce(`${describe(fault)} at the answer to ${this.#planted.step}`, fault);
    switch (fault.do) {
      case 'busy':
        this.#busy.slots = fault.slots;
        break;
      case 'delay':
        this.#busy.until = this.#board.clock.now + fault.ms * 1000;
        break;
      case 'replace':
        this.#instead = fault.value;
        break;
      case 'silence':
        this.#miso = fault.value;
        break;
      case 'disconnect':
        this.#miso = 0xff;
        this.#effects.disconnect();
        break;
      case 'reset':
        this.#answering = false;
        this.#board.reset();
        break;
      case 'corrupt':
      case 'drop':
        break; // of packets
    }
  }

  #isBusy(): boolean {
    if (!this.#answering) return false;
    if (this.#busy.slots > 0) {
      this.#busy.slots--;
      return true;
    }
    return this.#board.clock.now < this.#busy.until;
  }
}

function describe(fault: Counted<SpiFault>): string {
  switch (fault.do) {
    case 'busy':
      return `busy for ${fault.slots} slots`;
    case 'delay':
      return `busy for ${fault.ms} ms`;
    case 'replace':
      return `replace (${hex(fault.value)})`;
    case 'silence':
      return `MISO is ${hex(fault.value)} from here on`;
    default:
      return fault.do;
  }
}

function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
