import type { Board } from '../../board/board.ts';
import type { I3cPins } from '../../interfaces/i3c/pins.ts';
import { ACK, be16, be32, sealed } from './i2c-host.ts';

export { ACK, be16, be32, NACK, sealed } from './i2c-host.ts';

/** What a step came to: the byte of an in-band interrupt, `silent` where none comes, `nack` where nobody is there. */
export type Heard = number | 'silent' | 'nack';

const SYNC = 0x5a;

/** An I3C controller in memory with a host of the bootloader behind it. */
export class I3cHost {
  readonly board: Board;
  readonly pins: I3cPins;
  /** That it gives to the chip. */
  readonly address: number;
  /** Bytes of in-band interrupts that nobody has looked at. */
  readonly interrupts: number[] = [];

  constructor(board: Board, port?: string, address = 0x08) {
    this.board = board;
    this.pins = board.i3c(port);
    this.address = address;
    this.pins.onInterrupt(({ byte }) => this.interrupts.push(byte));
    board.run();
  }

  /** Gives the chip its address, and sends the first byte. */
  connect(): Heard {
    this.interrupts.length = 0;
    this.pins.assignAddress(this.address);
    return this.step(SYNC);
  }

  write(bytes: readonly number[], address = this.address): 'ack' | 'nack' {
    return this.pins.write(address, bytes);
  }

  read(most: number, address = this.address): number[] | 'nack' {
    const bytes = this.pins.read(address, most);
    return bytes === 'nack' ? bytes : [...bytes];
  }

  /** Lets the chip do its work: the byte of its interrupt. */
  answer(): Heard {
    this.board.run();
    return this.interrupts.shift() ?? 'silent';
  }

  /** Bytes as one frame, then the answer to it. */
  step(...bytes: readonly number[]): Heard {
    return this.write(bytes) === 'ack' ? this.answer() : 'nack';
  }

  command(opcode: number): Heard {
    return this.step(opcode, opcode ^ 0xff);
  }

  /** Bytes and their checksum as one frame. */
  packet(...bytes: readonly number[]): Heard {
    return this.step(...sealed(bytes));
  }

  /** Sends a command that answers with replies of so many bytes and an ACK: the replies. */
  ask(opcode: number, ...counts: readonly number[]): (number[] | 'nack')[] | 'refused' {
    if (this.command(opcode) !== ACK) return 'refused';
    const replies = counts.map((count) => this.read(count));
    return this.answer() === ACK ? replies : 'refused';
  }

  /** The size of a chunk, and whether another follows. */
  chunk(length: number, more = false): Heard {
    return this.packet(...be16((length << 1) | (more ? 1 : 0)));
  }

  /** Reads chunks of these lengths, in one command. */
  readMemory(address: number, ...lengths: readonly number[]): number[] | string {
    if (this.command(0x11) !== ACK) return 'refused command';
    if (this.packet(...be32(address)) !== ACK) return 'refused address';
    const all: number[] = [];
    for (const [at, length] of lengths.entries()) {
      if (this.chunk(length, at < lengths.length - 1) !== ACK) return `refused length ${at}`;
      const bytes = this.read(length);
      if (bytes === 'nack') return 'nack';
      all.push(...bytes);
    }
    return all;
  }

  /** Writes chunks, in one command. */
  writeMemory(address: number, ...chunks: readonly (readonly number[])[]): string {
    if (this.command(0x31) !== ACK) return 'refused command';
    if (this.packet(...be32(address)) !== ACK) return 'refused address';
    for (const [at, data] of chunks.entries()) {
      if (this.chunk(data.length, at < chunks.length - 1) !== ACK) return `refused length ${at}`;
      if (this.packet(...data) !== ACK) return `refused block ${at}`;
    }
    return 'ack';
  }

  erase(pages: readonly number[]): string {
    if (this.command(0x44) !== ACK) return 'refused command';
    if (this.packet(...be16(pages.length)) !== ACK) return 'refused count';
    return this.packet(...pages.flatMap(be16)) === ACK ? 'ack' : 'refused pages';
  }

  massErase(code = 0xffff): Heard {
    const accepted = this.command(0x44);
    return accepted === ACK ? this.packet(...be16(code)) : accepted;
  }

  go(address: number): Heard {
    const accepted = this.command(0x21);
    return accepted === ACK ? this.packet(...be32(address)) : accepted;
  }
}
