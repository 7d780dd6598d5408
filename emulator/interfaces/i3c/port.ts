import type { BusPort } from '../../bootloader/bus-port.ts';
import type { Wait } from '../../bootloader/dialogue.ts';
import type { Alarm, Clock, Micros } from '../../clock.ts';
import type { Trace } from '../../trace/trace.ts';
import type { I3cCharacteristics, I3cInterrupt, I3cPins } from './pins.ts';

/** Bytes that the receiver of the peripheral holds while the ROM does not look at it. */
const FIFO = 8;
/**
 * From the end of a frame to an in-band interrupt, µs: the bus must be idle for 1 µs (MIPI I3C Basic, tAVAL). AN5927 §2.1
 * sets 0x4E and OpenBootloader 0xFF, in cycles of a clock that neither names.
 */
const BUS_AVAILABLE: Micros = 1;

/** Broadcast CCCs that change what the target does; it acknowledges the others all the same (MIPI I3C Basic). */
const ENEC = 0x00;
const DISEC = 0x01;
const RSTDAA = 0x06;
/** The event of ENEC and DISEC that means in-band interrupts. */
const INTERRUPTS = 0x01;

/** The chip's side of an I3C port: a dialogue, and how the ROM drives the bus. */
export interface I3cTarget {
  /** What the dialogue waits for. */
  waiting(): Wait | undefined;
  receive(bytes: readonly number[]): void;
  /** Silence within a command after which `timedOut` is called, µs; undefined: the chip waits for as long as it takes. */
  readonly timeOut: Micros | undefined;
  timedOut(): void;
}

/**
 * One I3C target of the chip (AN5927 §2.1). The peripheral answers for itself: it takes an address, acknowledges
 * it and keeps what comes until the ROM looks; the ROM takes bytes as its flowchart wants them, whatever frames they
 * come in, and says with an in-band interrupt what it makes of them.
 */
export class I3cPort implements BusPort, I3cPins {
  readonly name: string;
  readonly #characteristics: I3cCharacteristics;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #listeners: ((interrupt: I3cInterrupt) => void)[] = [];
  #target: I3cTarget | undefined;
  /** 7 bits, from the controller. */
  #address: number | undefined;
  #mayInterrupt = true;
  /** Bytes that the ROM has not taken. */
  #fifo: readonly number[] = [];
  /** What reads get, and how much of it was read. */
  #answer: Uint8Array | undefined;
  #given = 0;
  /** The byte of an interrupt that waits for the bus, or for a controller that takes it. */
  #interrupt: number | undefined;
  #raised: Alarm | undefined;
  #flushed: (() => void) | undefined;
  #inCommand = false;
  #timeOut: Alarm | undefined;
  /** A write that comes until then is lost. */
  #deafUntil: Micros = 0;

  constructor(name: string, characteristics: I3cCharacteristics, clock: Clock, trace: Trace) {
    this.name = name;
    this.#characteristics = characteristics;
    this.#clock = clock;
    this.#trace = trace;
  }

  assignAddress(address: number): I3cCharacteristics | 'nack' {
    if (this.#target === undefined || this.#address !== undefined) return 'nack';
    this.#address = address & 0x7f;
    this.#trace.emit({ kind: 'assigned', port: this.name, address: this.#address });
    this.#raise();
    return this.#characteristics;
  }

  broadcast(code: number, data: ArrayLike<number> = []): 'ack' | 'nack' {
    const acknowledged = this.#target !== undefined;
    const bytes = Uint8Array.from(data);
    this.#trace.emit({ kind: 'broadcast', port: this.name, code, bytes, acknowledged });
    if (!acknowledged) return 'nack';
    if (code === RSTDAA) this.#address = undefined;
    const concerned = ((bytes[0] ?? 0) & INTERRUPTS) !== 0;
    if (concerned && (code === ENEC || code === DISEC)) this.#mayInterrupt = code === ENEC;
    this.#settle();
    return 'ack';
  }

  write(address: number, bytes: ArrayLike<number>): 'ack' | 'nack' {
    const target = this.#addressed(address);
    this.#emit('rx', address, bytes, target !== undefined);
    if (target === undefined) return 'nack';
    if (this.#clock.now < this.#deafUntil) {
      this.#deafUntil = 0;
      this.#drop(bytes.length, 'the bootloader has not returned from the command before');
      return 'ack';
    }
    this.#fifo = [...this.#fifo, ...Array.from(bytes)];
    this.feed();
    this.#touch();
    return 'ack';
  }

  read(address: number, most: number): Uint8Array | 'nack' {
    const target = this.#addressed(address);
    const answer = this.#answer;
    if (target === undefined || answer === undefined) {
      this.#emit('tx', address, [], false);
      return 'nack';
    }
    const bytes = answer.slice(this.#given, this.#given + Math.max(0, most));
    this.#given += bytes.length;
    this.#emit('tx', address, bytes, true);
    if (this.#given === answer.length) {
      this.#answer = undefined;
      this.#goOn();
    }
    this.#touch();
    return bytes;
  }

  onInterrupt(listener: (interrupt: I3cInterrupt) => void): void {
    this.#listeners.push(listener);
    this.#raise();
  }

  /** Connects the chip's side after a reset. */
  connect(target: I3cTarget): void {
    this.#target = target;
  }

  /** The port is off: it acknowledges no address, and takes none. */
  disconnect(): void {
    this.#target = undefined;
    this.#address = undefined;
    this.#mayInterrupt = true;
    this.#fifo = [];
    this.#answer = undefined;
    this.#interrupt = undefined;
    this.#settle();
    this.#flushed = undefined;
    this.#deafUntil = 0;
    this.between();
  }

  /** The next reads get these bytes; what one leaves is for the one behind it. */
  offer(bytes: Uint8Array): void {
    this.#answer = bytes;
    this.#given = 0;
    this.#touch();
  }

  /** Interrupts the controller with this byte as soon as it may. */
  interrupt(byte: number): void {
    this.#interrupt = byte;
    this.#raise();
    this.#touch();
  }

  /** Calls `then` when the interrupt has been taken, and all that was offered has been read. */
  whenFlushed(then: () => void): void {
    if (this.#interrupt === undefined && this.#answer === undefined) then();
    else this.#flushed = then;
  }

  /** No command is under way: a host may wait as long as it likes. */
  between(): void {
    this.#inCommand = false;
    this.working();
  }

  /** A command is under way. */
  begins(): void {
    this.#inCommand = true;
  }

  /** The chip begins to work: it no longer counts how long a host is silent. */
  working(): void {
    this.#timeOut?.cancel();
    this.#timeOut = undefined;
  }

  /** Loses the next write if it comes within so many µs. */
  deafFor(span: Micros): void {
    this.#deafUntil = this.#clock.now + span;
  }

  /** The dialogue takes what lies in the receiver as far as it wants it; of the rest, what has no room there is lost. */
  feed(): void {
    const [target, bytes] = [this.#target, this.#fifo];
    let at = 0;
    while (at < bytes.length && target?.waiting()?.for === 'bytes') target.receive([bytes[at++]!]);
    if (this.#target !== target) return; // it was reset by what it took
    const left = bytes.slice(at);
    this.#fifo = left.slice(0, FIFO);
    if (left.length > FIFO) this.#drop(left.length - FIFO, `the receiver holds ${FIFO}`);
  }

  #addressed(address: number): I3cTarget | undefined {
    return address === this.#address ? this.#target : undefined;
  }

  /** Whether the interrupt that waits can be raised now. */
  get #mayRaise(): boolean {
    const heard = this.#listeners.length > 0 && this.#address !== undefined;
    return this.#interrupt !== undefined && this.#mayInterrupt && heard;
  }

  #raise(): void {
    if (!this.#mayRaise || this.#raised !== undefined) return;
    this.#raised = this.#clock.work(BUS_AVAILABLE, () => {
      this.#raised = undefined;
      const [address, byte] = [this.#address!, this.#interrupt!];
      this.#interrupt = undefined;
      this.#trace.emit({
        kind: 'interrupt',
        port: this.name,
        address,
        bytes: Uint8Array.of(byte),
      });
      this.#goOn();
      for (const listener of this.#listeners) listener({ address, byte });
    });
  }

  /** Raises the interrupt that waits, or takes back what may no longer be raised. */
  #settle(): void {
    if (this.#mayRaise) return this.#raise();
    this.#raised?.cancel();
    this.#raised = undefined;
  }

  #goOn(): void {
    const flushed = this.#flushed;
    this.#flushed = undefined;
    flushed?.();
    this.feed();
    this.#touch();
  }

  /** Something happened on the bus, or the chip has an answer: silence is counted from now on. */
  #touch(): void {
    this.working();
    const target = this.#target;
    const waits = target?.waiting()?.for;
    if (target?.timeOut === undefined || !this.#inCommand) return;
    if (waits !== 'bytes' && waits !== 'flush') return;
    this.#timeOut = this.#clock.wait(target.timeOut, () => {
      this.#timeOut = undefined;
      target.timedOut();
    });
  }

  #drop(count: number, why: string): void {
    const what = count === 1 ? 'one byte' : `${count} bytes`;
    this.#trace.emit({ kind: 'dropped', port: this.name, what, why });
  }

  #emit(kind: 'rx' | 'tx', address: number, bytes: ArrayLike<number>, acknowledged: boolean): void {
    this.#trace.emit({
      kind,
      port: this.name,
      bytes: acknowledged ? Uint8Array.from(bytes) : new Uint8Array(),
      message: { address, acknowledged },
    });
  }
}
