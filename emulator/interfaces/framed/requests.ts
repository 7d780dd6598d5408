import { eraseCodes, specialLimits } from '../../../families/index.ts';
import type { CommandName } from '../../../families/index.ts';
import { isDamaged } from './damaged.ts';
import type { AwaitedStep, BytePort, Dialogue } from '../../bootloader/dialogue.ts';
import { be16, be32, xor } from '../../bootloader/octets.ts';
import { SPECIAL_ERASES } from './special-erase.ts';
import type { Answered, At, Check, Wire } from './wire.ts';

type Requests = Pick<
  Wire,
  | 'readRequest'
  | 'writeRequest'
  | 'goRequest'
  | 'eraseRequest'
  | 'extendedEraseRequest'
  | 'writeProtectRequest'
  | 'specialRequest'
>;

/** The steps by which a request reaches a bus that frames them. */
export interface Framing {
  readonly port: BytePort;
  /** The end of a frame whose bytes have all been taken: a STOP where the bus has one. */
  end(): Dialogue<void>;
  /** Erase lists of more pages are refused. */
  readonly mostPages: number;
  /** What is taken off a number of pages before it is sent. */
  readonly pagesLess: 0 | 1;
  /** XOR of a frame of Erase and its checksum; 0 where nothing is said. */
  readonly eraseSum?: number;
  /** Data of Special that are refused for their size alone, before they come. */
  readonly refusesSize?: (length: number, most: number) => boolean;
  /** A host may complete an odd number of data bytes with 0xFF, which the checksum then follows. */
  readonly padsOddBlocks: boolean;
}

/**
 * Requests in the form that I2C, SPI and I3C share: one frame a step, each with a checksum of its own and an
 * ACK behind it (AN4221 §3, AN4286 §2, AN5927 §3). `outer` is the wire in use, replacements included.
 */
export function framedRequests(framing: Framing, outer: () => Wire): Requests {
  const { port, eraseSum = 0 } = framing;
  const frame = framer(framing);

  function* refuse(
    refused: 'checksum' | 'complement' | 'length' | 'unsupported',
    at: At,
    detail?: string,
  ): Dialogue<Answered> {
    yield* outer().refuse(detail === undefined ? { refused } : { refused, detail }, at);
    return 'answered';
  }

  const address = addressRequests(frame, outer);

  /** A number and its complement, acknowledged. */
  function* count(command: CommandName): Dialogue<number | Answered> {
    const packet = yield* frame(2, `${command}: length`);
    const at: At = { command, step: 'length' };
    const damaged = isDamaged(outer(), packet[0]! ^ packet[1]! ^ 0xff, at);
    return damaged ? yield* refuse('complement', at) : packet[0]!;
  }

  return {
    *readRequest(check) {
      const command = 'read-memory';
      const from = yield* address(command, check);
      if (from === 'answered') return from;
      const last = yield* count(command);
      if (last === 'answered') return last;
      const length = last + 1; // number of bytes to be read - 1
      const refused = check(from, length);
      if (refused !== undefined) {
        yield* outer().refuse(refused, { command, step: 'length' });
        return 'answered';
      }
      yield* outer().accept();
      return { address: from, length };
    },

    *writeRequest(check) {
      const command = 'write-memory';
      const to = yield* address(command, check);
      if (to === 'answered') return to;
      const last = (yield* port.take(1, `${command}: length`))[0]!;
      const block = yield* frame(last + 2, `${command}: data`);
      const data = block.subarray(0, -1);
      const at: At = { command, step: 'block' };
      if (!isDamaged(outer(), xor(block) ^ last, at)) return { address: to, data };
      const pad = block.at(-1)!;
      if (framing.padsOddBlocks && data.length % 2 === 1 && pad === 0xff) {
        const checksum = (yield* frame(1, `${command}: checksum`))[0]!;
        const sum = xor(data) ^ last ^ checksum;
        if (sum === 0 || sum === pad) return { address: to, data }; // with the 0xFF in it, or without
      }
      return yield* refuse('checksum', at);
    },

    *goRequest(check) {
      const to = yield* address('go', check);
      return to === 'answered' ? to : { address: to };
    },

    *eraseRequest() {
      throw new Error('unreachable: no command list of I2C, SPI or I3C has Erase (0x43)');
    },

    *extendedEraseRequest() {
      const command = 'extended-erase';
      const head = yield* frame(3, `${command}: count`);
      const atCount: At = { command, step: 'length' };
      if (isDamaged(outer(), xor(head) ^ eraseSum, atCount)) {
        return yield* refuse('checksum', atCount);
      }
      const last = be16(head, 0);
      if (last >= eraseCodes.reserved) {
        const special = SPECIAL_ERASES.get(last);
        if (special !== undefined) return special;
        const detail = `special erase code ${last.toString(16)}`;
        return yield* refuse('unsupported', atCount, detail);
      }
      const count = last + framing.pagesLess;
      if (count === 0 || count > framing.mostPages) {
        return yield* refuse('length', atCount, `${count} pages`);
      }
      yield* outer().accept();
      const pages = yield* frame(2 * count + 1, `${command}: pages`);
      // of the page numbers only: the count had a checksum of its own
      const atPages: At = { command, step: 'block' };
      if (isDamaged(outer(), xor(pages) ^ eraseSum, atPages)) {
        return yield* refuse('checksum', atPages);
      }
      return { pages: Array.from({ length: count }, (_, page) => be16(pages, 2 * page)) };
    },

    *writeProtectRequest() {
      const command = 'write-protect';
      const last = yield* count(command);
      if (last === 'answered') return last;
      yield* outer().accept();
      const codes = yield* frame(last + 2, `${command}: sectors`);
      const at: At = { command, step: 'block' };
      if (isDamaged(outer(), xor(codes), at)) return yield* refuse('checksum', at);
      return { codes: [...codes.subarray(0, -1)] };
    },

    *specialRequest(command, known) {
      const head = yield* frame(3, `${command}: code`);
      const code = be16(head, 0);
      const at: At = { command, step: 'address' };
      if (isDamaged(outer(), xor(head), at)) return yield* refuse('checksum', at);
      if (!known(code)) return yield* refuse('unsupported', at, `code ${code.toString(16)}`);
      yield* outer().accept();
      const limits = specialLimits[command];
      const parts: number[] = [];
      for (const [index, limit] of limits.entries()) {
        const size = yield* port.take(2, `${command}: size`);
        const length = be16(size, 0);
        const tooLong = framing.refusesSize?.(length, limit) === true;
        const data = tooLong ? undefined : yield* frame(length + 1, `${command}: data`);
        if (data === undefined || length > limit) {
          return yield* refuse('length', { command, step: 'length' }, `${length} bytes`);
        }
        const atData: At = { command, step: 'block' };
        if (isDamaged(outer(), xor(data) ^ xor(size), atData)) {
          return yield* refuse('checksum', atData);
        }
        parts.push(...data.subarray(0, -1));
        if (index < limits.length - 1) yield* outer().accept();
      }
      return { code, data: Uint8Array.from(parts) };
    },
  };
}

/** An address and its checksum, acknowledged unless `check` refuses it. */
export function addressRequests(
  frame: Frame,
  outer: () => Wire,
): (command: CommandName, check: Check) => Dialogue<number | Answered> {
  return function* address(command, check) {
    const packet = yield* frame(5, `${command}: address`);
    const at: At = { command, step: 'address' };
    const value = be32(packet);
    const refused = isDamaged(outer(), xor(packet), at)
      ? ({ refused: 'checksum' } as const)
      : check(value);
    if (refused !== undefined) {
      yield* outer().refuse(refused, at);
      return 'answered';
    }
    yield* outer().accept();
    return value;
  };
}

/** Takes so many bytes of a frame, to its end. */
export type Frame = (count: number, what: AwaitedStep) => Dialogue<Uint8Array>;

/** Takes a frame, or the rest of one, to its end. */
export function framer(framing: Pick<Framing, 'port' | 'end'>): Frame {
  return function* frame(count, what) {
    const bytes = yield* framing.port.take(count, what);
    yield* framing.end();
    return bytes;
  };
}
