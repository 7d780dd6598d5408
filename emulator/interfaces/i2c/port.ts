import { interfaces } from '../../../families/index.ts';
import type { Wait } from '../../bootloader/dialogue.ts';
import type { Alarm, Clock, Micros } from '../../clock.ts';
import type { I2cPins } from './pins.ts';
import type { Hold } from '../../pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { BusPort } from '../../bootloader/bus-port.ts';

/** What a read finds that the chip has nothing to say to: nobody pulls SDA low. */
const FILLER = 0xff;
const BUSY = interfaces.I2C.busy;
const HOLD: Hold = { hold: true };

/** The chip's side of an I2C port: a dialogue, and how the ROM drives the bus. */
export interface I2cTarget {
  /** What the dialogue waits for. */
  waiting(): Wait | undefined;
  receive(bytes: readonly number[]): void;
  /** How long SCL is held low after the address, µs. */
  readonly stretch: Micros;
  /** The address alone selects the port; otherwise the first byte behind it does. */
  readonly selectedByAddress: boolean;
  /** Silence within a command after which `timedOut` is called, µs. */
  readonly timeOut: Micros;
  timedOut(): void;
}

/**
 * How a chip at work meets a host that asks for its answer: SCL is held, BUSY is sent, or SCL is held
 * until the work is done and BUSY sent then.
 */
export type WhileBusy = 'hold' | 'busy' | 'hold-then-busy';

/** One message: from a START to the STOP or repeated START behind it. */
interface Message {
  readonly address: number;
  readonly read: boolean;
  readonly bytes: number[];
  /** The chip is at work and says so. */
  readonly busy: boolean;
}

/**
 * One I2C target of the chip. The ROM takes one step of the protocol per message and looks at the bus
 * only where its flowchart does: what comes at any other moment is acknowledged by the peripheral as
 * long as its one data register has room, and then holds SCL.
 */
export class I2cPort implements BusPort, I2cPins {
  readonly name: string;
  /** 7 bits. */
  readonly address: number;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #retry: (() => void)[] = [];
  #target: I2cTarget | undefined;
  #selected = false;
  #message: Message | undefined;
  /** The peripheral holds SCL after the address until then. */
  #stretch: { readonly alarm: Alarm; over: boolean } | undefined;
  #held = false;
  /** What the next read gets, and how much of it was read. */
  #answer: Uint8Array | undefined;
  #given = 0;
  #flushed: (() => void) | undefined;
  /** A byte that the dialogue did not ask for, in the data register. */
  #register: number | undefined;
  /** Bytes of a message were taken, and its STOP has not come. */
  #inMessage = false;
  /** The ROM waits for something that no further message can bring. */
  #stuck = false;
  #inCommand = false;
  #timeOut: Alarm | undefined;
  #whileBusy: WhileBusy = 'hold';
  /** A host was held while the chip worked, and gets BUSY now that it has done. */
  #owesBusy = false;

  constructor(name: string, address: number, clock: Clock, trace: Trace) {
    this.name = name;
    this.address = address;
    this.#clock = clock;
    this.#trace = trace;
  }

  start(address: number, read: boolean): 'ack' | 'nack' | Hold {
    const target = this.#target;
    if (address !== this.address || target === undefined) {
      this.#endMessage(); // a repeated START for somebody else
      this.#emit({ address, read, bytes: [], busy: false }, false);
      return 'nack';
    }
    if (this.#message !== undefined && this.#startsAgainTooEarly()) return this.#hold();
    const waiting = target.waiting();
    const works = waiting?.for === 'operation';
    const busy = works ? read && this.#whileBusy === 'busy' : read && this.#owesBusy;
    if (works && !busy) {
      if (read && this.#whileBusy === 'hold-then-busy') this.#owesBusy = true;
      return this.#hold();
    }
    if (!busy) {
      const deaf = waiting === undefined || waiting.for === 'reset';
      if (deaf || this.#stuck || this.#stretched(target)) return this.#hold();
    }
    this.#owesBusy = false;
    this.#endMessage();
    this.#message = { address, read, bytes: [], busy };
    if (target.selectedByAddress) this.#select(target, this.#message);
    this.#touch();
    return 'ack';
  }

  write(byte: number): 'ack' | 'nack' | Hold {
    const target = this.#target;
    const message = this.#message;
    if (target === undefined || message === undefined || message.read) return 'nack';
    this.#select(target, message);
    this.#takeRegister(target);
    if (this.#register !== undefined) return this.#hold();
    this.#register = byte;
    this.#takeRegister(target);
    message.bytes.push(byte);
    this.#touch();
    return 'ack';
  }

  read(): number | Hold {
    const message = this.#message;
    if (message === undefined || !message.read) return FILLER;
    const byte = this.#next(message);
    message.bytes.push(byte);
    this.#touch();
    return byte;
  }

  stop(): void {
    this.#held = false;
    this.#stretch?.alarm.cancel();
    this.#stretch = undefined;
    this.#endMessage();
  }

  onRetry(listener: () => void): void {
    this.#retry.push(listener);
  }

  /** Connects the chip's side after a reset. */
  connect(target: I2cTarget): void {
    this.#target = target;
  }

  /** The port is off: it does not acknowledge its address. */
  disconnect(): void {
    const message = this.#message;
    if (message !== undefined && message.bytes.length > 0) this.#emit(message, true);
    this.#target = undefined;
    this.#selected = false;
    this.#message = undefined;
    this.#stretch?.alarm.cancel();
    this.#stretch = undefined;
    this.#answer = undefined;
    this.#flushed = undefined;
    this.#register = undefined;
    this.#inMessage = false;
    this.#stuck = false;
    this.#owesBusy = false;
    this.idle();
    this.wake();
  }

  /** The next read gets these bytes. */
  offer(bytes: Uint8Array): void {
    this.#answer = bytes;
    this.#given = 0;
    this.#touch();
    this.wake();
  }

  /** Calls `then` when the message is over, and all that was offered has been read. */
  whenFlushed(then: () => void): void {
    if (this.#message === undefined && this.#answer === undefined) then();
    else this.#flushed = then;
  }

  /** No command is under way: a host may wait as long as it likes. */
  idle(): void {
    this.#inCommand = false;
    this.#whileBusy = 'hold';
    this.#timeOut?.cancel();
    this.#timeOut = undefined;
  }

  /** How hosts are met while the chip works on the command received last. */
  answerWhileBusy(how: WhileBusy): void {
    this.#whileBusy = how;
  }

  /** The chip begins to work: it no longer counts how long a host is silent. */
  working(): void {
    this.#timeOut?.cancel();
    this.#timeOut = undefined;
  }

  /** What was held may be asked for again. */
  wake(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const listener of this.#retry) listener();
  }

  #hold(): Hold {
    this.#held = true;
    return HOLD;
  }

  /** The ROM wants a STOP behind every step that it has begun (AN4221 §3). */
  #startsAgainTooEarly(): boolean {
    const { bytes, busy } = this.#message!;
    return bytes.length > 0 && !busy && this.#inCommand;
  }

  /** SCL is low after the address: true until its time is over. */
  #stretched(target: I2cTarget): boolean {
    if (target.stretch === 0) return false;
    if (this.#stretch === undefined) {
      const alarm = this.#clock.work(target.stretch, () => {
        stretch.over = true;
        this.wake();
      });
      const stretch = { alarm, over: false };
      this.#stretch = stretch;
    }
    if (!this.#stretch.over) return true;
    this.#stretch = undefined;
    return false;
  }

  /** The dialogue begins with the address. */
  #select(target: I2cTarget, { address, read }: Message): void {
    if (this.#selected) return;
    this.#selected = true;
    target.receive([(address << 1) | (read ? 1 : 0)]);
  }

  /** The dialogue takes the byte in the data register when it wants one. */
  #takeRegister(target: I2cTarget): void {
    const byte = this.#register;
    if (byte === undefined || target.waiting()?.for !== 'bytes') return;
    this.#register = undefined;
    this.#inMessage = true;
    this.#inCommand = true;
    target.receive([byte]);
  }

  #next(message: Message): number {
    if (message.busy) return message.bytes.length === 0 ? BUSY : FILLER;
    return this.#answer?.[this.#given++] ?? FILLER;
  }

  /** A STOP, or the START of another message. */
  #endMessage(): void {
    const message = this.#message;
    if (message === undefined) return;
    this.#message = undefined;
    this.#emit(message, true);
    if (!message.busy) {
      if (message.read) this.#endRead();
      else this.#endWrite();
    }
    this.#touch();
  }

  #endRead(): void {
    if (this.#answer === undefined || this.#given === 0) return;
    if (this.#given < this.#answer.length) {
      this.#stuck = true; // it waits until the rest is asked for in the same message
      return;
    }
    this.#answer = undefined;
    this.#goOn();
  }

  #endWrite(): void {
    if (!this.#inMessage) return;
    if (this.#target?.waiting()?.for === 'bytes') {
      this.#stuck = true; // it waits for the rest of the message
      return;
    }
    this.#inMessage = false;
    this.#goOn();
  }

  #goOn(): void {
    const flushed = this.#flushed;
    this.#flushed = undefined;
    flushed?.();
  }

  /** Something happened on the bus, or the chip has an answer: silence is counted from now on. */
  #touch(): void {
    this.#timeOut?.cancel();
    this.#timeOut = undefined;
    const target = this.#target;
    const waits = target?.waiting()?.for;
    if (target === undefined || !this.#inCommand || (waits !== 'bytes' && waits !== 'flush'))
      return;
    this.#timeOut = this.#clock.wait(target.timeOut, () => {
      this.#timeOut = undefined;
      target.timedOut();
    });
  }

  #emit({ address, read, bytes }: Message, acknowledged: boolean): void {
    this.#trace.emit({
      kind: read ? 'tx' : 'rx',
      port: this.name,
      bytes: Uint8Array.from(bytes),
      message: { address, acknowledged },
    });
  }
}
