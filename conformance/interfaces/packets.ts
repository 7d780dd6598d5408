import { eraseCodes } from '../../families/index.ts';
import { OPCODES, SYNC, xor } from './usart/host.ts';
import type { Asked } from './asked.ts';

/** How a bus says what AN3155 says otherwise. */
export interface Dialect {
  /** The opcode on USART of what an opcode asks for. */
  readonly meaning: (opcode: number) => number;
  /** How many pages or sectors there are is a packet of its own, with a checksum of its own. */
  readonly countsApart: boolean;
  /** Words of Get Checksum, each a packet. */
  readonly checksumWords: number;
  /** What a host greets the device with; undefined where there is no greeting. */
  readonly sync: number | undefined;
  /** The greeting also stands before every opcode. */
  readonly syncBeforeOpcode: boolean;
  /** A packet that ends too early is never completed: the device may have given up. */
  readonly wholePackets: boolean;
  /** A device that is lost takes not all that is sent, or perhaps does. */
  readonly losesBytes: boolean | 'perhaps';
  /** The packets of a command, where they are not those of AN3155. */
  readonly packets?: (command: Command, asked: Asked) => Packets | undefined;
}

/** Of AN3155. */
export const USART_DIALECT: Dialect = {
  meaning: (opcode) => opcode,
  countsApart: false,
  checksumWords: 4,
  sync: SYNC,
  syncBeforeOpcode: false,
  wholePackets: false,
  losesBytes: false,
};

/** Takes a byte at each `yield`, which gives `true` where a packet begins. */
export type Packets<T = void> = Generator<boolean, T, number>;

/** A command that a device was sent, as far as its packets go. */
export class Command {
  /** As on USART. */
  readonly opcode: number;
  /** Packets that came whole. */
  packets = 0;
  /** It is the beginning of a packet. */
  atPacket = true;
  /** All of it was sent. */
  done = false;
  /** Where it writes to, once that was sent. */
  address: number | undefined;
  /** Length of the packet that is awaited, where it may hold anything and `Dialect.packets` tells of it. */
  free: number | undefined;
  readonly #taking: Packets;

  constructor(opcode: number, asked: Asked, dialect: Dialect) {
    this.opcode = opcode;
    this.#taking = dialect.packets?.(this, asked) ?? this.#packets(asked, dialect);
    this.done = this.#taking.next(0).done === true;
  }

  take(byte: number): void {
    const { done, value } = this.#taking.next(byte);
    this.done = done === true;
    this.atPacket = value === true;
    if (this.atPacket) this.packets++;
  }

  /**
   * These bytes are all of the packet that is awaited, and one that may hold anything: the block of Write
   * Memory, or a number with its complement.
   */
  isAwaited(bytes: readonly number[]): boolean {
    if (!this.atPacket) return false;
    if (this.free !== undefined) return bytes.length === this.free && xor(bytes) === 0;
    const [first = 0, second = 0] = bytes;
    switch (this.opcode) {
      case OPCODES['write-memory']:
        // a device may refuse a length that it does not like, and take the data for commands
        return (
          this.packets === 1 && bytes.length === first + 3 && first % 4 === 3 && xor(bytes) === 0
        );
      case OPCODES['read-memory']:
        return this.packets === 1 && bytes.length === 2 && (first ^ second) === 0xff;
      case OPCODES['write-protect']:
        return this.packets === 0 && bytes.length === 2 && (first ^ second) === 0xff;
      default:
        return false;
    }
  }

  /** The packets that follow an opcode (AN3155 §3). */
  *#packets(asked: Asked, { countsApart, checksumWords }: Dialect): Packets {
    switch (this.opcode) {
      case OPCODES['read-memory']:
        yield* word();
        yield true;
        yield false;
        return;
      case OPCODES.go: {
        const { value, valid } = yield* word();
        if (valid) asked.go(value);
        return;
      }
      case OPCODES['write-memory']: {
        const { value: address } = yield* word();
        this.address = address;
        const last = yield true;
        asked.block?.(address, last + 1);
        for (let at = 0; at <= last; at++) asked.write(address + at, yield false);
        yield false;
        return;
      }
      case OPCODES.erase:
        return yield* erase(asked);
      case OPCODES['extended-erase']:
        return yield* extendedErase(asked, countsApart);
      case OPCODES['write-protect']: {
        const last = yield true;
        if (countsApart) yield false;
        for (let at = 0; at <= last; at++) yield countsApart && at === 0;
        yield false;
        return;
      }
      case OPCODES['get-checksum']:
        for (let packet = 0; packet < checksumWords; packet++) yield* word();
        return;
      case OPCODES.special:
      case OPCODES['extended-special']: {
        const high = yield true;
        asked.special(high * 256 + (yield false));
        yield false;
        const sizes = this.opcode === OPCODES.special ? 1 : 2;
        for (let packet = 0; packet < sizes; packet++) yield* sized();
        return;
      }
    }
  }
}

/** Four bytes and their checksum. */
export function* word(): Packets<{ readonly value: number; readonly valid: boolean }> {
  const bytes = [yield true];
  for (let at = 0; at < 3; at++) bytes.push(yield false);
  const sum = yield false;
  return { value: bytes.reduce((all, byte) => all * 256 + byte, 0), valid: sum === xor(bytes) };
}

/** Two bytes and their checksum. */
export function* number(): Packets<{ readonly value: number }> {
  const high = yield true;
  const value = high * 256 + (yield false);
  yield false;
  return { value };
}

function* sized(): Packets {
  const high = yield true;
  const size = high * 256 + (yield false);
  for (let at = 0; at <= size; at++) yield false;
}

function* erase(asked: Asked): Packets {
  const last = yield true;
  if (last === 0xff) {
    asked.erase('all'); // whatever stands behind it
    yield false;
    return;
  }
  const pages: number[] = [];
  for (let at = 0; at <= last; at++) pages.push(yield false);
  asked.erase(pages);
  yield false;
}

function* extendedErase(asked: Asked, countsApart: boolean): Packets {
  const high = yield true;
  const last = high * 256 + (yield false);
  if (last >= eraseCodes.reserved) {
    asked.erase('all');
    yield false;
    return;
  }
  if (countsApart) yield false;
  const pages: number[] = [];
  for (let at = 0; at <= last; at++) {
    const upper = yield countsApart && at === 0;
    pages.push(upper * 256 + (yield false));
  }
  asked.erase(pages);
  yield false;
}
