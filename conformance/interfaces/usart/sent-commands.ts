import { ACK_BYTE, NACK_BYTE, OPCODES } from './host.ts';
import { isDangerous } from '../asked.ts';
import type { Asked } from '../asked.ts';
import { Command, USART_DIALECT } from '../packets.ts';
import type { Dialect } from '../packets.ts';

/**
 * Follows what is sent to a device, step by step as long as each step is answered as it can be, and tells
 * what it asks for. It never stops to look for commands, but in the data of a block that came whole where
 * the device waits for one. A device that did not answer as it can may be anywhere, until it is reset: then
 * any two bytes that would make an opcode are told as `astray`.
 */
export class SentCommands {
  readonly #asked: Asked;
  readonly #dialect: Dialect;
  #synchronised = false;
  /** Bytes of an opcode and its complement that are not whole yet. */
  #begun: number[] = [];
  #command: Command | undefined;
  /** A packet or an opcode was sent whole, so that an answer is due. */
  #answerDue = false;
  #answer: number[] = [];
  /** What was sent last belongs to a packet, not to an opcode. */
  #isPacket = false;
  #last: number | undefined;
  /** What was sent since the device was last where it is known to be. */
  #since = new Set<number>();
  #lost = false;
  /** A command that was under way when the device got lost, of which some bytes may not have been taken. */
  #open: Command | undefined;

  constructor(asked: Asked, dialect: Dialect = USART_DIALECT) {
    this.#asked = asked;
    this.#dialect = dialect;
    this.restarted();
  }

  /** Bytes that leave in one go. */
  sent(bytes: ArrayLike<number>): void {
    const burst = Array.from(bytes);
    if (burst.length === 0) return;
    this.#settle();
    this.clocked();
    const isData = !this.#lost && this.#command?.isAwaited(burst) === true;
    burst.forEach((byte, at) => {
      if (this.#answerDue && this.#synchronised) this.lose(); // more than a packet
      this.#lookAt(byte, isData && at > 0);
      this.#take(byte);
    });
    if (this.#dialect.wholePackets && !this.#answerDue && !this.#isGreeting) this.lose();
  }

  /** Bytes leave that belong to nothing; what is open could take them. */
  clocked(): void {
    if (this.#open !== undefined) this.#asked.astray?.(this.#open.opcode, this.#open.address);
  }

  heard(byte: number): void {
    this.#answer.push(byte);
  }

  /**
   * The device may be anywhere from now on. A command that is under way goes on with what comes next, but
   * where not all may have been taken of what was sent (`with gaps`).
   */
  lose(how?: 'with gaps'): void {
    const { losesBytes } = this.#dialect;
    const gaps = how === 'with gaps' || losesBytes === true;
    if (this.#answer.length > 0) this.#settle();
    this.#lost = true;
    this.#answerDue = false;
    const command = this.#command;
    if (command === undefined) return;
    if ((gaps || losesBytes === 'perhaps') && isDangerous(command.opcode)) this.#open ??= command;
    if (gaps || command.done) this.#command = undefined;
  }

  /** A packet of a command is awaited. */
  get isWithin(): boolean {
    if (this.#answer.length > 0) this.#settle();
    return this.#command?.done === false || this.#begun.length > 0;
  }

  /** What was sent last has not been answered yet. */
  get isAnswerDue(): boolean {
    return this.#answerDue && this.#answer.length === 0;
  }

  /** Nobody took what was sent last. */
  notTaken(): void {
    if (this.#lost) return;
    if (this.#isPacket || this.#begun.length > 0) return this.lose('with gaps');
    this.#command = undefined;
    this.#answerDue = false;
    this.#answer = [];
  }

  /** The device is known to wait for a command. */
  found(): void {
    this.restarted();
    this.#synchronised = true;
  }

  /** The device was reset. */
  restarted(): void {
    this.#synchronised = this.#dialect.sync === undefined;
    this.#begun = [];
    this.#command = undefined;
    this.#answerDue = false;
    this.#answer = [];
    this.#last = undefined;
    this.#since.clear();
    this.#lost = false;
    this.#open = undefined;
  }

  /** Makes of the answer to what was sent before where the device stands. */
  #settle(): void {
    const answer = this.#answer;
    this.#answer = [];
    if (this.#lost) return;
    if (!this.#answerDue) {
      if (answer.length === 0) return; // in the middle of a packet, or nothing was sent
      if (this.#command === undefined && this.#begun.length === 0) return; // the rest of an answer
      if (!this.#isGreeting || answer.length > 1 || answer[0] !== ACK_BYTE) return this.lose();
      this.#begun = []; // it was reset by itself, and synchronised again
      return;
    }
    this.#answerDue = false;
    const command = this.#command;
    const accepted = answer[0] === ACK_BYTE;
    if (!this.#synchronised) {
      this.#synchronised = accepted && answer.every((byte) => byte === ACK_BYTE);
      if (!this.#synchronised && answer.length > 0) this.lose();
    } else if (answer.length === 1 && answer[0] === NACK_BYTE) this.#command = undefined;
    else if (command === undefined || !accepted) return this.lose();
    else if (command.done) this.#command = undefined;
    else if (answer.length > 1) return this.lose();
    this.#since.clear();
  }

  /** What was sent is what a device that was reset is synchronised with. */
  get #isGreeting(): boolean {
    return this.#begun.length === 1 && this.#begun[0] === this.#dialect.sync;
  }

  /** A pair that a device which stands elsewhere would take for an opcode; `isData`: it cannot stand elsewhere. */
  #lookAt(byte: number, isData: boolean): void {
    const opcode = byte ^ 0xff;
    const found = this.#lost ? this.#since.has(opcode) : this.#last === opcode && !isData;
    this.#last = byte;
    this.#since.add(byte);
    if (!found || this.#isOpcodeItself(byte)) return;
    const meant = this.#dialect.meaning(opcode);
    if (isDangerous(meant)) this.#asked.astray?.(meant);
  }

  /** The second byte of an opcode where the device waits for one: that is told as the command that it is. */
  #isOpcodeItself(byte: number): boolean {
    const opcode = this.#begun.at(-1);
    const awaited = this.#begun.length === (this.#dialect.syncBeforeOpcode ? 2 : 1);
    return !this.#lost && awaited && this.#command === undefined && opcode === (byte ^ 0xff);
  }

  #take(byte: number): void {
    const command = this.#command;
    this.#isPacket = command !== undefined;
    if (command !== undefined) {
      command.take(byte);
      if (this.#lost) {
        if (command.done) this.#command = undefined;
      } else this.#answerDue = command.done || command.atPacket;
    } else if (!this.#lost) this.#begin(byte);
  }

  #begin(byte: number): void {
    const { sync, syncBeforeOpcode } = this.#dialect;
    if (!this.#synchronised) {
      if (byte !== sync) return this.lose();
      this.#answerDue = true;
      return;
    }
    if (syncBeforeOpcode && this.#begun.length === 0 && byte !== sync) return this.lose();
    this.#begun.push(byte);
    if (this.#begun.length < (syncBeforeOpcode ? 3 : 2)) return;
    const [opcode, complement] = this.#begun.slice(-2) as [number, number];
    this.#begun = [];
    this.#answerDue = true;
    if ((opcode ^ complement) !== 0xff) return;
    const meant = this.#dialect.meaning(opcode);
    if (!Object.values(OPCODES).includes(meant)) return;
    this.#asked.command(meant);
    this.#command = new Command(meant, this.#asked, this.#dialect);
  }
}
