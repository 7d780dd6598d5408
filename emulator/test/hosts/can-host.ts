import type { Board } from '../../board/board.ts';
import type { CanFrame, CanPins, CanRate } from '../../interfaces/can/pins.ts';
import { be16, be32 } from './usart-host.ts';

export const ACK = 0x79;
export const NACK = 0x1f;

/** A frame as a test writes it: identifier, then data. */
export type Heard = readonly [id: number, ...bytes: number[]];

/** A CAN node in memory, on the bus of a board: sends frames, lets the board run, hands over what came back at its own rate. */
class BusHost {
  readonly board: Board;
  readonly pins: CanPins;
  readonly #fd: boolean;
  /** Bits per second of this node. */
  rate: CanRate;
  #heard: Heard[] = [];
  /** Every frame that came, its rate with it. */
  readonly all: { readonly frame: CanFrame; readonly rate: CanRate }[] = [];

  constructor(board: Board, port: string | undefined, rate: CanRate, fd: boolean) {
    this.board = board;
    this.pins = board.can(port);
    this.rate = rate;
    this.#fd = fd;
    this.pins.onTransmit((frame, sent) => {
      this.all.push({ frame, rate: sent });
      if (sent.nominal === this.rate.nominal) this.#heard.push([frame.id, ...frame.data]);
    });
    board.run();
  }

  heard(): Heard[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  /** One frame, as often as a controller repeats it within a millisecond: what the bus made of it. */
  offer(id: number, ...bytes: readonly number[]): 'acknowledged' | 'error' | 'nobody' {
    const [fd, brs] = [this.#fd, this.#fd];
    const frame = { id, extended: false, fd, brs, data: Uint8Array.from(bytes) };
    return this.pins.receive(frame, this.rate);
  }

  send(id: number, ...bytes: readonly number[]): Heard[] {
    this.offer(id, ...bytes);
    this.board.run();
    return this.heard();
  }
}

/** A host of the classic CAN protocol, written after AN3154. */
export class CanHost extends BusHost {
  constructor(board: Board, port?: string, nominal = 125_000) {
    super(board, port, { nominal }, false);
  }

  /** Identifier 0x79, repeated until somebody acknowledges it. */
  connect(): Heard[] {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (this.offer(0x79) === 'acknowledged') break;
    }
    this.board.run();
    return this.heard();
  }

  /** Opcodes, or undefined where the answer is malformed. */
  get(): { version: number; opcodes: number[] } | undefined {
    const bytes = this.send(0x00).map(([id, ...data]) =>
      id === 0 && data.length === 1 ? data[0]! : -1,
    );
    const [first, count, version, ...opcodes] = bytes;
    if (first !== ACK || opcodes.pop() !== ACK || opcodes.length !== count) return undefined;
    return { version: version!, opcodes };
  }

  productId(): number | undefined {
    const [first, id, last] = this.send(0x02);
    const answered = first?.[1] === ACK && last?.[1] === ACK && id?.length === 3;
    return answered ? (id[1]! << 8) | id[2]! : undefined;
  }

  read(address: number, length: number): number[] | 'nack' {
    const frames = this.send(0x11, ...be32(address), length - 1);
    if (frames[0]?.[1] !== ACK) return 'nack';
    const last = frames.at(-1)!;
    if (last[1] !== ACK || frames.length < 3) throw new Error('no ACK behind the data');
    return frames.slice(1, -1).flatMap(([, ...data]) => data);
  }

  /** The step at which it was refused, or `ack`. */
  write(address: number, data: readonly number[]): 'ack' | 'header' | 'frame' | 'end' {
    if (this.send(0x31, ...be32(address), data.length - 1)[0]?.[1] !== ACK) return 'header';
    for (let at = 0; at < data.length; at += 8) {
      const answers = this.send(0x04, ...data.slice(at, at + 8));
      if (answers[0]?.[0] !== 0x31 || answers[0][1] !== ACK) return 'frame';
      if (at + 8 < data.length) continue;
      return answers[1]?.[1] === ACK ? 'ack' : 'end';
    }
    return 'end';
  }

  /** Erase of pages by number, 8 to a frame: all answers. */
  erase(...pages: readonly number[]): number[] {
    const answers = this.send(0x43, pages.length - 1);
    for (let at = 0; at < pages.length; at += 8) {
      answers.push(...this.send(0x43, ...pages.slice(at, at + 8)));
    }
    return answers.map(([, byte]) => byte!);
  }

  eraseAll(): number[] {
    return this.send(0x43, 0xff).map(([, byte]) => byte!);
  }
}

/** A host of the FDCAN protocol, written after AN5405. */
export class FdcanHost extends BusHost {
  constructor(board: Board, port?: string, rate: CanRate = { nominal: 250_000, data: 1_000_000 }) {
    super(board, port, rate, true);
  }

  /** The start frame of protocol 2.2; older versions have none. */
  start(): Heard[] {
    return Number.parseFloat(this.board.bootloader.protocols.FDCAN!) >= 2.2
      ? this.send(0x111, 0x5a)
      : [];
  }

  get(): { version: number; opcodes: number[] } | undefined {
    const bytes = this.send(0x00).map(([id, ...data]) =>
      id === 0 && data.length === 1 ? data[0]! : -1,
    );
    const [first, count, version, ...opcodes] = bytes;
    if (first !== ACK || opcodes.pop() !== ACK || opcodes.length !== count) return undefined;
    return { version: version!, opcodes };
  }

  productId(): number | undefined {
    const [first, id, last] = this.send(0x02);
    const answered = first?.[1] === ACK && last?.[1] === ACK && id?.length === 3;
    return answered ? (id[1]! << 8) | id[2]! : undefined;
  }

  read(address: number, length: number): number[] | 'nack' | 'silence' {
    const frames = this.send(0x11, ...be32(address), length - 1);
    if (frames.length === 0) return 'silence';
    if (frames[0]![1] !== ACK) return 'nack';
    const data = frames.slice(1, -1);
    if (frames.at(-1)![1] !== ACK || data.some((frame) => frame.length !== 65)) {
      throw new Error('not whole frames and an ACK');
    }
    return data.flatMap(([, ...bytes]) => bytes).slice(0, length);
  }

  write(address: number, data: readonly number[]): 'ack' | 'header' | 'end' {
    if (this.send(0x31, ...be32(address), data.length - 1)[0]?.[1] !== ACK) return 'header';
    let answers: Heard[] = [];
    for (let at = 0; at < data.length; at += 64) {
      answers = this.send(0x31, ...whole(data.slice(at, at + 64)));
    }
    return answers.length === 1 && answers[0]![1] === ACK ? 'ack' : 'end';
  }

  /** Erase of up to 32 pages by number: all answers. */
  erase(...pages: readonly number[]): number[] {
    const answers = this.send(0x44, ...be16(pages.length));
    answers.push(...this.send(0x44, ...whole(pages.flatMap(be16))));
    return answers.map(([, byte]) => byte!);
  }

  eraseAll(code = 0xffff): number[] {
    return this.send(0x44, ...be16(code)).map(([, byte]) => byte!);
  }
}

/** A frame of 64 bytes, padded with 0xFF. */
export function whole(bytes: readonly number[]): number[] {
  return [...bytes, ...Array.from({ length: 64 - bytes.length }, () => 0xff)];
}
