import type { Board } from '../../board/board.ts';
import type { Line, UsartPins } from '../../interfaces/usart/pins.ts';

export const ACK = 0x79;
export const NACK = 0x1f;

/** A host in memory, at the other end of a board's USART: sends bytes, lets the board run, hands over what came back. */
export class UsartHost {
  readonly board: Board;
  readonly pins: UsartPins;
  readonly #line: Line | undefined;
  #heard: number[] = [];

  constructor(board: Board, port?: string, line?: Line) {
    this.board = board;
    this.pins = board.usart(port);
    this.#line = line;
    this.pins.onTransmit((bytes) => this.#heard.push(...bytes));
    board.run();
  }

  /** What came since the last call. */
  heard(): number[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  send(...bytes: readonly number[]): number[] {
    this.pins.receive(Uint8Array.from(bytes), this.#line);
    this.board.run();
    return this.heard();
  }

  sync(): number[] {
    return this.send(0x7f);
  }

  command(opcode: number): number[] {
    return this.send(opcode, opcode ^ 0xff);
  }

  /** Bytes followed by their checksum. */
  packet(...bytes: readonly number[]): number[] {
    return this.send(...bytes, xor(bytes));
  }

  address(address: number): number[] {
    return this.packet(...be32(address));
  }

  /** Data, or the step at which it was refused. */
  read(address: number, length: number): number[] | 'command' | 'address' | 'length' {
    if (this.command(0x11)[0] !== ACK) return 'command';
    if (this.address(address)[0] !== ACK) return 'address';
    const reply = this.send(length - 1, (length - 1) ^ 0xff);
    return reply[0] === ACK ? reply.slice(1) : 'length';
  }

  /** `ack`, or the step at which it was refused. */
  write(address: number, data: readonly number[]): 'ack' | 'command' | 'address' | 'block' {
    if (this.command(0x31)[0] !== ACK) return 'command';
    if (this.address(address)[0] !== ACK) return 'address';
    return this.packet(data.length - 1, ...data)[0] === ACK ? 'ack' : 'block';
  }

  /** Extended Erase of pages by number: the last answer. */
  erase(...pages: readonly number[]): number[] {
    if (this.command(0x44)[0] !== ACK) return [NACK];
    return this.packet(...be16(pages.length - 1), ...pages.flatMap(be16));
  }

  massErase(code = 0xffff): number[] {
    if (this.command(0x44)[0] !== ACK) return [NACK];
    return this.packet(...be16(code));
  }
}

export function xor(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

export function be16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

export function be32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
