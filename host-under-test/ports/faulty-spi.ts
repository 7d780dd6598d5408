import type { Board, Level, SpiPins } from '../../emulator/index.ts';
import type { SpiFault } from '../faults/spi.ts';
import type { PinEffects } from './faulty-usart.ts';

type Counted = Extract<SpiFault, { readonly nth: number }>;

const SYNC = 0x5a;
const BUSY = 0xa5;
/** What the chip offers as its answer (AN4286 §2). */
const ANSWERS = [0x79, 0x1f];
/** As the chip says that it waits for the host to take its answer. */
const ITS_ACK = 'the ACK of its answer';

/** An SPI slave as the tool reaches it over bad wires. */
export class FaultySpi implements SpiPins {
  readonly #board: Board;
  readonly #name: string;
  readonly #inner: SpiPins;
  readonly #faults: readonly SpiFault[];
  readonly #effects: PinEffects;
  readonly #counts = new Map<Counted, number>();
  readonly #packets = new Map<string, number>();
  #step = '';
  /** Bytes of the packet so far; undefined between packets. */
  #inPacket: number | undefined;
  #striking: readonly Counted[] = [];
  #answering = false;
  /** Slots, and until when in virtual µs, that MISO says busy. */
  #busy = { slots: 0, until: 0 };
  #instead: number | undefined;
  #miso: number | undefined;
  /** The rule by which MISO is stuck, until the trace has told of it. */
  #stuck: Extract<SpiFault, { readonly do: 'miso' }> | undefined;
  readonly #deaf: Extract<SpiFault, { readonly do: 'deaf-at-first' }> | undefined;
  #deafFor: number;

  constructor(board: Board, name: string, faults: readonly SpiFault[], effects: PinEffects) {
    this.#board = board;
    this.#name = name;
    this.#inner = board.spi(name);
    this.#faults = faults;
    this.#effects = effects;
    this.#stuck = faults.find((fault) => fault.do === 'miso');
    this.#miso = this.#stuck?.value;
    this.#deaf = faults.find((fault) => fault.do === 'deaf-at-first');
    this.#deafFor = this.#deaf?.syncs ?? 0;
  }

  select(nss: Level): void {
    this.#inner.select(nss);
  }

  exchange(mosi: number): number {
    this.#lookForAnswer(); // the chip may have worked until now
    if (this.#stuck !== undefined) {
      this.#announce(`MISO is ${hex(this.#stuck.value)} all the time`, this.#stuck);
      this.#stuck = undefined;
    }
    if (this.#miso !== undefined) return this.#miso;
    if (mosi === SYNC && this.#deaf !== undefined && this.#deafFor > 0) {
      this.#deafFor--;
      this.#announce('the chip does not hear 0x5A', this.#deaf);
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
      this.#step = what === 'start of frame' ? 'command' : what;
      if (this.#step !== 'command') this.#begin();
    } else if (this.#step === 'command') {
      this.#step = `command ${mosi.toString(16).padStart(2, '0')}`;
      this.#begin();
    }
    const at = this.#inPacket++;
    let sent: number | undefined = mosi;
    for (const fault of this.#striking) {
      if (!('byte' in fault) || fault.byte !== at) continue;
      this.#announce(`${fault.do} byte ${at} of ${this.#step}`, fault);
      sent = fault.do === 'drop' ? undefined : mosi ^ fault.value;
    }
    return sent;
  }

  #begin(): void {
    this.#packets.set(this.#step, (this.#packets.get(this.#step) ?? 0) + 1);
    this.#striking = this.#strikingAt('to-chip');
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
    this.#effects.answer(this.#step, this.#packets.get(this.#step) ?? 1);
    for (const fault of this.#strikingAt('to-host')) this.#strike(fault);
  }

  #strike(fault: Counted): void {
    this.#announce(`${describe(fault)} at the answer to ${this.#step}`, fault);
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

  #strikingAt(direction: Counted['direction']): readonly Counted[] {
    return this.#faults.filter((fault): fault is Counted => {
      if (!('nth' in fault) || fault.direction !== direction) return false;
      if (!this.#step.startsWith(fault.step ?? '')) return false;
      const count = (this.#counts.get(fault) ?? 0) + 1;
      this.#counts.set(fault, count);
      return count === fault.nth || (fault.on === true && count > fault.nth);
    });
  }

  #announce(text: string, fault: SpiFault): void {
    this.#board.trace.emit({ kind: 'fault', fault: text });
    this.#effects.strike(fault);
  }
}

function describe(fault: Counted): string {
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
