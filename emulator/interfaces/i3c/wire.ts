import type { BytePort, Dialogue } from '../../bootloader/dialogue.ts';
import { be16, hex, xor } from '../../bootloader/octets.ts';
import { isDamaged } from '../framed/damaged.ts';
import { framedReplies } from '../framed/replies.ts';
import { addressRequests, framedRequests, framer } from '../framed/requests.ts';
import type { Framing } from '../framed/requests.ts';
import { ACK, interfaces, NACK } from '../../../families/index.ts';
import type { Answered, At, Check, Wire } from '../framed/wire.ts';
import type { CommandName } from '../../../families/index.ts';

/** AN5927 §3.4, §3.6: bytes of one chunk. */
const MOST_BYTES = 2048;
/** OpenBootloader: what a buffer of 2049 bytes holds of pages and of sectors, two bytes each. */
const MOST_PAGES = 1023;
const MOST_SECTORS = 1024;

/** What the I3C protocol needs of its port beyond bytes. */
export interface I3cSide {
  /** Interrupts the controller; over when it has taken it. */
  interrupt(byte: number): void;
  selected(): void;
  /** The host may be silent for as long as it likes, until the next opcode. */
  between(): void;
  begins(): void;
  /** Read Memory is over, for all that it offered was read. */
  readOver(): void;
  nacked(reason: string): void;
  dropped(what: string, why: string): void;
  /** The checksums of Erase are complements of the XOR. */
  readonly eraseSumsComplemented: boolean;
  /** Special data of no bytes are refused. */
  readonly emptySpecialsRefused: boolean;
  /** A chunk with a wrong checksum does not end Write Memory if more were announced. */
  readonly outlivesBadChunk: boolean;
}

/** The I3C form of requests and answers, and whether another chunk of Read Memory or Write Memory was announced. */
export interface I3cWire {
  readonly wire: Wire;
  readonly goesOn: () => boolean;
}

/**
 * The I3C form of requests and answers (AN5927 §3): every ACK and NACK is an in-band interrupt with that byte, data
 * are offered to private reads. `outer` is the wire in use, replacements included.
 */
export function i3cWire(port: BytePort, side: I3cSide, outer: () => Wire): I3cWire {
  const framing: Framing = {
    port,
    *end(): Dialogue<void> {},
    mostPages: MOST_PAGES,
    pagesLess: 0,
    eraseSum: side.eraseSumsComplemented ? 0xff : 0,
    padsOddBlocks: false,
    refusesSize: (length, most) => length > most || (length === 0 && side.emptySpecialsRefused),
  };
  const frame = framer(framing);
  const address = addressRequests(frame, outer);
  let greets = false;
  /** Where the next chunk begins, if one was announced. */
  let next: number | undefined;

  /** The address, of the first chunk alone, and the size of the chunk with the bit that announces another. */
  function* chunk(
    command: CommandName,
    check: Check,
  ): Dialogue<{ address: number; length: number } | Answered> {
    const from = next ?? (yield* address(command, check));
    next = undefined;
    if (from === 'answered') return from;
    const head = yield* frame(3, `${command}: size`);
    const [size, at] = [be16(head, 0), { command, step: 'length' } satisfies At];
    const length = size >> 1;
    const refused = isDamaged(outer(), xor(head), at)
      ? ({ refused: 'checksum' } as const)
      : length === 0 || length > MOST_BYTES
        ? ({ refused: 'length', detail: `${length} bytes` } as const)
        : check(from, length);
    if (refused !== undefined) {
      yield* outer().refuse(refused, at);
      return 'answered';
    }
    yield* outer().accept();
    if ((size & 1) === 1) next = (from + length) >>> 0;
    return { address: from, length };
  }

  const wire: Wire = {
    readsNothingPastEnd: true,
    ...framedRequests(framing, outer),
    ...framedReplies(port, outer),

    *select() {
      for (;;) {
        const [first] = yield* port.take(1, 'sync');
        if (first === interfaces.I3C.sync) break;
        side.dropped(`0x${hex(first!)}`, 'the first byte must be 0x5A');
      }
      side.selected();
      greets = true;
    },

    *command() {
      if (greets) yield* outer().accept();
      greets = false;
      side.between();
      const packet = yield* frame(2, 'command');
      side.begins();
      const wrong = packet[0]! ^ packet[1]! ^ 0xff;
      if (!isDamaged(outer(), wrong, { step: 'command' })) return packet[0]!;
      const detail = `${hex(packet[0]!)} ${hex(packet[1]!)}`;
      yield* outer().refuse({ refused: 'complement', detail }, { step: 'command' });
      return 'malformed';
    },

    *acceptCommand() {
      yield* outer().accept();
    },

    *accept() {
      side.interrupt(ACK);
      yield* port.flush();
    },

    *refuse(why) {
      next = undefined; // a NACK ends the command (AN5927 §3.4)
      side.nacked(why.detail === undefined ? why.refused : `${why.refused}: ${why.detail}`);
      side.interrupt(NACK);
      yield* port.flush();
    },

    *readRequest(check) {
      return yield* chunk('read-memory', check);
    },

    *writeRequest(check) {
      const command = 'write-memory';
      const request = yield* chunk(command, check);
      if (request === 'answered') return request;
      const block = yield* frame(request.length + 1, `${command}: data`);
      const at: At = { command, step: 'block' };
      if (!isDamaged(outer(), xor(block), at)) {
        return { address: request.address, data: block.subarray(0, -1) };
      }
      const again = side.outlivesBadChunk && next !== undefined ? request.address : undefined;
      yield* outer().refuse({ refused: 'checksum' }, at);
      next = again;
      return 'answered';
    },

    /** The number of sectors, then each in two bytes (AN5927 §3.8). */
    *writeProtectRequest() {
      const command = 'write-protect';
      const head = yield* frame(3, `${command}: count`);
      const atCount: At = { command, step: 'length' };
      const count = be16(head, 0);
      if (isDamaged(outer(), xor(head), atCount)) {
        yield* outer().refuse({ refused: 'checksum' }, atCount);
        return 'answered';
      }
      yield* outer().accept();
      if (count > MOST_SECTORS) {
        yield* outer().refuse({ refused: 'length', detail: `${count} sectors` }, atCount);
        return 'answered';
      }
      const sectors = yield* frame(2 * count + 1, `${command}: sectors`);
      const at: At = { command, step: 'block' };
      if (isDamaged(outer(), xor(sectors), at)) {
        yield* outer().refuse({ refused: 'checksum' }, at);
        return 'answered';
      }
      return { codes: Array.from({ length: count }, (_, sector) => be16(sectors, 2 * sector)) };
    },

    *checksumRequest() {
      throw new Error('unreachable: no command list of I3C has Get Checksum');
    },

    *reply(bytes) {
      port.putAll(bytes);
      yield* port.flush();
    },

    /** Their number, the version, then the opcodes, each offered by itself (OpenBootloader). */
    *replyCounted(bytes) {
      yield* outer().reply(Uint8Array.of(bytes.length - 1));
      yield* outer().reply(bytes.subarray(0, 1));
      yield* outer().reply(bytes.subarray(1));
    },

    /** The number itself, not less one (AN5927 §3.3). */
    *replyId(bytes) {
      yield* outer().reply(Uint8Array.of(bytes.length));
      yield* outer().reply(bytes);
    },

    *replyMemory(bytes) {
      yield* outer().reply(bytes);
      if (next === undefined) side.readOver();
    },
  };
  return { wire, goesOn: () => next !== undefined };
}
