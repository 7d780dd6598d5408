import type { Board, Hold, I2cPins } from '../../emulator/index.ts';
import type { I2cFault } from '../faults/i2c.ts';
import { commandStep } from '../faults/steps.ts';
import type { BusStep } from '../faults/steps.ts';
import { describe, Planted, type Counted, type PinEffects } from './planted.ts';

type Answer = 'ack' | 'nack';

const HOLD: Hold = { hold: true };
/** What a controller hears where nobody pulls SDA low. */
const FILLER = 0xff;

/** A message under way, from its START on. */
interface Message {
  readonly address: number;
  readonly read: boolean;
  step: BusStep;
  striking: readonly Counted<I2cFault>[];
  /** Bytes that have passed. */
  passed: number;
  /** SCL is held at its address by a fault. */
  held: boolean;
  /** The controller has gone on while the chip held SCL. */
  lost: boolean;
}

/** An I2C target as the tool reaches it over a bad bus, or with a controller that is bad. */
export class FaultyI2c implements I2cPins {
  readonly #board: Board;
  readonly #name: string;
  readonly #inner: I2cPins & { readonly address: number };
  readonly #planted: Planted<I2cFault>;
  readonly #effects: PinEffects;
  readonly #retry: (() => void)[] = [];
  #message: Message | undefined;
  /** The START of the message is being asked for again. */
  #asking = false;
  #silent = false;

  constructor(board: Board, name: string, faults: readonly I2cFault[], effects: PinEffects) {
    this.#board = board;
    this.#name = name;
    this.#inner = board.i2c(name);
    this.#planted = new Planted(board, faults, effects);
    this.#effects = effects;
    this.#inner.onRetry(() => this.#askAgain());
    if (this.#planted.rule('hold') !== undefined) {
      board.trace.listen((event) => {
        if (event.kind === 'reset' && (event.cause === 'NRST' || event.cause === 'power-on')) {
          this.#release();
        }
      });
    }
  }

  onRetry(listener: () => void): void {
    this.#retry.push(listener);
  }

  start(address: number, read: boolean): Answer | Hold {
    if (address !== this.#inner.address) {
      this.#message = undefined;
      return this.#inner.start(address, read);
    }
    if (this.#silent) return 'nack';
    const again = this.#asking ? this.#message : undefined;
    this.#asking = false;
    const message = again ?? this.#begin(address, read);
    if (message === undefined) return 'nack';
    if (message.held) return this.#wait();
    const answer = this.#inner.start(address, read);
    if (!isHold(answer)) return answer;
    if (!this.#goesOn()) return this.#wait();
    this.#loseTo(message);
    return 'ack';
  }

  write(byte: number): Answer | Hold {
    const message = this.#message;
    if (message === undefined) return this.#inner.write(byte);
    if (message.lost) return 'nack';
    if (message.passed === 0 && message.step === 'command') this.#nameCommand(message, byte);
    let sent = byte;
    for (const fault of message.striking) {
      if (!('byte' in fault) || fault.byte !== message.passed) continue;
      this.#planted.announce(`${fault.do} at byte ${fault.byte} of ${message.step}`, fault);
      if (fault.do === 'data-nack') return 'nack';
      sent ^= fault.value;
    }
    const answer = this.#inner.write(sent);
    if (!isHold(answer)) message.passed++;
    else if (this.#goesOn()) {
      this.#loseTo(message);
      return 'nack';
    }
    return answer;
  }

  read(last: boolean): number | Hold {
    const message = this.#message;
    if (message === undefined) return this.#inner.read(last);
    if (message.lost) return FILLER;
    const byte = this.#inner.read(last);
    if (typeof byte !== 'number') return byte;
    const at = message.passed++;
    return message.striking.reduce((heard, fault) => {
      if (fault.do === 'drop') return FILLER;
      if (fault.do === 'replace') return fault.bytes[at] ?? FILLER;
      const struck = fault.do === 'corrupt' && (fault.byte === 'last' ? last : fault.byte === at);
      return struck ? heard ^ fault.value : heard;
    }, byte);
  }

  stop(): void {
    this.#message = undefined;
    this.#asking = false;
    this.#inner.stop();
  }

  /** Undefined for a message whose address nobody acknowledges. */
  #begin(address: number, read: boolean): Message | undefined {
    const wait = this.#board.waiting(this.#name);
    const works = wait?.for === 'operation';
    if (!read) this.#planted.begin(nameOf(wait));
    else if (!works) this.#planted.answer();
    const { step } = this.#planted;
    const striking = works ? [] : this.#planted.striking(read ? 'to-host' : 'to-chip');
    const held = striking.some((fault) => fault.do === 'hold');
    const message = { address, read, step, striking, passed: 0, held, lost: false };
    this.#message = message;
    for (const fault of striking) this.#strike(fault, message);
    return this.#message === message ? message : undefined;
  }

  /** What a fault does at the address. */
  #strike(fault: Counted<I2cFault>, { step, read }: Message): void {
    switch (fault.do) {
      case 'data-nack':
        return; // at its byte
      case 'corrupt':
        if (!read) return; // at its byte
        break;
      case 'hold':
        if (fault.ms !== undefined) {
          this.#board.clock.wait(fault.ms * 1000, () => this.#release());
        }
        break;
      case 'address-nack':
        this.#message = undefined;
        break;
      case 'silence':
      case 'disconnect':
      case 'reset':
        this.#message = undefined;
        this.#silent = fault.do !== 'reset';
        break;
      case 'drop':
      case 'replace':
        break; // byte by byte
    }
    this.#planted.announce(`${describeHold(fault)} at ${read ? 'a reply to ' : ''}${step}`, fault);
    if (fault.do === 'disconnect') this.#effects.disconnect();
    if (fault.do === 'reset') this.#board.reset();
  }

  /** A command is known by its first byte. */
  #nameCommand(message: Message, opcode: number): void {
    message.step = commandStep(opcode);
    this.#planted.begin(message.step);
    const byName = this.#planted.striking(
      'to-chip',
      ({ do: what, step }) => (what === 'corrupt' || what === 'data-nack') && step === message.step,
    );
    message.striking = [...message.striking, ...byName];
  }

  /** SCL is held while the chip works, and the controller does not wait for it. */
  #goesOn(): boolean {
    return (
      this.#planted.rule('no-stretching') !== undefined &&
      this.#board.waiting(this.#name)?.for === 'operation'
    );
  }

  #loseTo(message: Message): void {
    message.lost = true;
    const fault = this.#planted.rule('no-stretching')!;
    this.#planted.announce(`SCL is held at ${message.step}, and the controller goes on`, fault);
  }

  #wait(): Hold {
    this.#asking = true;
    return HOLD;
  }

  #release(): void {
    if (this.#message?.held !== true) return;
    this.#message.held = false;
    this.#askAgain();
  }

  #askAgain(): void {
    for (const listener of this.#retry) listener();
  }
}

/** What the chip waits for as a message to it begins. */
function nameOf(wait: ReturnType<Board['waiting']>): BusStep {
  if (wait?.for !== 'bytes') return 'nobody waits';
  return wait.what === 'its address' ? 'command' : wait.what;
}

function describeHold(fault: Counted<I2cFault>): string {
  if (fault.do !== 'hold') return describe(fault);
  return fault.ms === undefined ? 'SCL held for ever' : `SCL held for ${fault.ms} ms`;
}

function isHold(answer: Answer | Hold): answer is Hold {
  return typeof answer === 'object';
}
