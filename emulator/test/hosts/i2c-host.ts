import type { Board } from '../../board/board.ts';
import type { I2cPins } from '../../interfaces/i2c/pins.ts';
import type { Hold } from '../../pins.ts';

export const ACK = 0x79;
export const NACK = 0x1f;
export const BUSY = 0x76;

type Heard = number[] | 'nack' | 'stuck';

/**
 * An I2C controller in memory with a host of the bootloader behind it. It waits as long as SCL is held,
 * and lets the chip's work and then its time-outs pass meanwhile.
 */
export class I2cHost {
  readonly board: Board;
  readonly pins: I2cPins;
  readonly address: number;

  constructor(board: Board, port?: string) {
    const pins = board.i2c(port);
    this.board = board;
    this.pins = pins;
    this.address = pins.address;
    board.run();
  }

  /** One message of bytes to the target, with its STOP. */
  write(bytes: readonly number[], address = this.address): 'ack' | 'nack' | 'stuck' {
    const answer = this.#write(bytes, address);
    this.pins.stop();
    this.board.run();
    return answer;
  }

  /** One message of so many bytes from the target, with its STOP. */
  read(count: number, address = this.address): Heard {
    const answer = this.#read(count, address);
    this.pins.stop();
    this.board.run();
    return answer;
  }

  /** Fetches one answer, past BUSY. */
  answer(): number | 'nack' | 'stuck' {
    for (;;) {
      const answer = this.read(1);
      if (typeof answer === 'string') return answer;
      if (answer[0] !== BUSY) return answer[0]!;
    }
  }

  /** Bytes as one message, then its answer. */
  step(...bytes: readonly number[]): number | 'nack' | 'stuck' {
    const answer = this.write(bytes);
    return answer === 'ack' ? this.answer() : answer;
  }

  command(opcode: number): number | 'nack' | 'stuck' {
    return this.step(opcode, opcode ^ 0xff);
  }

  /** Bytes and their checksum as one message. */
  packet(...bytes: readonly number[]): number | 'nack' | 'stuck' {
    return this.step(...sealed(bytes));
  }

  /** Sends a command that answers with a reply of so many bytes and an ACK: the reply. */
  ask(opcode: number, count: number): Heard | 'refused' {
    if (this.command(opcode) !== ACK) return 'refused';
    const reply = this.read(count);
    return this.answer() === ACK ? reply : 'refused';
  }

  readMemory(
    address: number,
    length: number,
  ): Heard | 'refused command' | 'refused address' | 'refused length' {
    if (this.command(0x11) !== ACK) return 'refused command';
    if (this.packet(...be32(address)) !== ACK) return 'refused address';
    if (this.step(length - 1, (length - 1) ^ 0xff) !== ACK) return 'refused length';
    return this.read(length);
  }

  writeMemory(
    address: number,
    data: readonly number[],
    opcode = 0x31,
  ): 'ack' | 'refused command' | 'refused address' | 'refused block' {
    if (this.command(opcode) !== ACK) return 'refused command';
    if (this.packet(...be32(address)) !== ACK) return 'refused address';
    return this.packet(data.length - 1, ...data) === ACK ? 'ack' : 'refused block';
  }

  erase(
    pages: readonly number[],
    opcode = 0x44,
  ): 'ack' | 'refused command' | 'refused count' | 'refused pages' {
    if (this.command(opcode) !== ACK) return 'refused command';
    if (this.packet(...be16(pages.length - 1)) !== ACK) return 'refused count';
    return this.packet(...pages.flatMap(be16)) === ACK ? 'ack' : 'refused pages';
  }

  massErase(code = 0xffff, opcode = 0x44): number | 'nack' | 'stuck' {
    const accepted = this.command(opcode);
    return accepted === ACK ? this.packet(...be16(code)) : accepted;
  }

  go(address: number): number | 'nack' | 'stuck' {
    const accepted = this.command(0x21);
    return accepted === ACK ? this.packet(...be32(address)) : accepted;
  }

  /** Asks again for a step that is held, until the chip can do nothing more about it. */
  #held<T>(ask: () => T | Hold): T | 'stuck' {
    for (;;) {
      const answer = ask();
      if (!isHold(answer)) return answer;
      const before = this.board.clock.now;
      this.board.run();
      if (this.board.clock.now === before && !this.board.clock.step()) return 'stuck';
    }
  }

  #write(bytes: readonly number[], address: number): 'ack' | 'nack' | 'stuck' {
    let answer = this.#held(() => this.pins.start(address, false));
    for (const byte of bytes) {
      if (answer !== 'ack') break;
      answer = this.#held(() => this.pins.write(byte));
    }
    return answer;
  }

  #read(count: number, address: number): Heard {
    const started = this.#held(() => this.pins.start(address, true));
    if (started !== 'ack') return started;
    const bytes: number[] = [];
    while (bytes.length < count) {
      const byte = this.#held(() => this.pins.read(bytes.length === count - 1));
      if (byte === 'stuck') return byte;
      bytes.push(byte);
    }
    return bytes;
  }
}

export function isHold(answer: unknown): answer is Hold {
  return typeof answer === 'object' && answer !== null;
}

/** Bytes and their XOR. */
export function sealed(bytes: readonly number[]): number[] {
  return [...bytes, bytes.reduce((all, byte) => all ^ byte, 0)];
}

export function be16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

export function be32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
