import type { Board } from '../../board/board.ts';
import type { SpiPins } from '../../interfaces/spi/pins.ts';
import { be16, be32, sealed } from './i2c-host.ts';

export const ACK = 0x79;
export const NACK = 0x1f;

/** How the hosts that are known to work differ on the bus. */
export interface SpiManner {
  /** A dummy before the polls for an answer; else the polls alone. */
  readonly dummyFirst: boolean;
  /** When NSS is released: never, behind each run of bytes, behind every byte. */
  readonly releases: 'never' | 'runs' | 'bytes';
  /** Bytes read beyond those that are offered. */
  readonly tooMany: number;
  /** Virtual ms that pass before the last byte of each frame. */
  readonly pauseMs: number;
}

export const PLAIN: SpiManner = { dummyFirst: true, releases: 'never', tooMany: 0, pauseMs: 0 };

const POLLS = 64;

/** An SPI master in memory with a host of the bootloader behind it. */
export class SpiHost {
  readonly board: Board;
  readonly pins: SpiPins;
  readonly #manner: SpiManner;

  constructor(board: Board, port?: string, manner: SpiManner = PLAIN) {
    this.board = board;
    this.pins = board.spi(port);
    this.#manner = manner;
    board.run();
  }

  /** A run of bytes: what came in their slots. */
  exchange(...bytes: readonly number[]): number[] {
    const { releases } = this.#manner;
    const heard = bytes.map((byte) => {
      this.pins.select(0);
      const miso = this.pins.exchange(byte);
      if (releases === 'bytes') this.pins.select(1);
      return miso;
    });
    if (releases === 'runs') this.pins.select(1);
    return heard;
  }

  /** Polls for ACK or NACK while the chip works, and acknowledges it; undefined where neither comes. */
  answer(): number | undefined {
    if (this.#manner.dummyFirst) this.exchange(0x00);
    for (let poll = 0; poll < POLLS; poll++) {
      this.board.run();
      const [byte] = this.exchange(0x00);
      if (byte !== ACK && byte !== NACK) continue;
      this.exchange(ACK);
      this.board.run();
      return byte;
    }
    return undefined;
  }

  sync(): number | undefined {
    this.exchange(0x5a);
    return this.answer();
  }

  /** A frame and its answer. */
  step(...bytes: readonly number[]): number | undefined {
    const { clock } = this.board;
    const { pauseMs } = this.#manner;
    this.exchange(...bytes.slice(0, -1));
    if (pauseMs > 0) clock.advanceTo(clock.now + 1000 * pauseMs);
    this.exchange(...bytes.slice(-1));
    return this.answer();
  }

  command(opcode: number): number | undefined {
    return this.step(0x5a, opcode, opcode ^ 0xff);
  }

  /** Bytes and their checksum as one frame. */
  packet(...bytes: readonly number[]): number | undefined {
    return this.step(...sealed(bytes));
  }

  /** So many bytes behind the dummy. */
  read(count: number): number[] {
    const slots = Array.from({ length: 1 + count + this.#manner.tooMany }, () => 0x00);
    return this.exchange(...slots).slice(1, 1 + count);
  }

  /** Sends a command that answers with a reply of so many bytes and an ACK: the reply. */
  ask(opcode: number, count: number): number[] | 'refused' {
    if (this.command(opcode) !== ACK) return 'refused';
    const reply = this.read(count);
    return this.answer() === ACK ? reply : 'refused';
  }

  readMemory(
    address: number,
    length: number,
  ): number[] | 'refused command' | 'refused address' | 'refused length' {
    if (this.command(0x11) !== ACK) return 'refused command';
    if (this.packet(...be32(address)) !== ACK) return 'refused address';
    if (this.step(length - 1, (length - 1) ^ 0xff) !== ACK) return 'refused length';
    return this.read(length);
  }

  writeMemory(
    address: number,
    data: readonly number[],
  ): 'ack' | 'refused command' | 'refused address' | 'refused block' {
    if (this.command(0x31) !== ACK) return 'refused command';
    if (this.packet(...be32(address)) !== ACK) return 'refused address';
    return this.packet(data.length - 1, ...data) === ACK ? 'ack' : 'refused block';
  }

  erase(pages: readonly number[]): 'ack' | 'refused command' | 'refused count' | 'refused pages' {
    if (this.command(0x44) !== ACK) return 'refused command';
    if (this.packet(...be16(pages.length - 1)) !== ACK) return 'refused count';
    return this.packet(...pages.flatMap(be16)) === ACK ? 'ack' : 'refused pages';
  }

  massErase(code = 0xffff): number | undefined {
    const accepted = this.command(0x44);
    return accepted === ACK ? this.packet(...be16(code)) : accepted;
  }

  go(address: number): number | undefined {
    const accepted = this.command(0x21);
    return accepted === ACK ? this.packet(...be32(address)) : accepted;
  }
}
