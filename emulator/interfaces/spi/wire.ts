import { isDamaged } from '../framed/damaged.ts';
import { checksumRequest } from '../framed/checksum-request.ts';
import type { AwaitedStep, BytePort, Dialogue } from '../../bootloader/dialogue.ts';
import { framedReplies } from '../framed/replies.ts';
import { framedRequests } from '../framed/requests.ts';
import type { Framing } from '../framed/requests.ts';
import { hex } from '../../bootloader/octets.ts';
import { ACK, interfaces, NACK, eraseCodes } from '../../../families/index.ts';
import type { Wire } from '../framed/wire.ts';

const { busy: BUSY, sync: SYNC } = interfaces.SPI;
/** A slot whose content no host looks at. */
const DUMMY = 0x00;

/** What the SPI protocol needs of its port beyond bytes. */
export interface SpiSide {
  /** MISO carries `before`, then `answer` for as long as it is not `fetched`. */
  answer(before: readonly number[], answer: number): void;
  fetched(): void;
  selected(): void;
  /** A first byte that is not 0x5A ends the search for a host. */
  readonly deafAfterBadSync: boolean;
  nacked(reason: string): void;
  dropped(what: string, why: string): void;
}

/**
 * The SPI form of requests and answers (AN4286 §2): the device's byte is one slot late, so every answer
 * begins with a dummy (behind the sync byte it is the busy byte), and a host sends 0x79 for every ACK and NACK that it has seen. `outer` is the wire
 * in use, replacements included.
 */
export function spiWire(port: BytePort, side: SpiSide, outer: () => Wire): Wire {
  const framing: Framing = {
    port,
    *end(): Dialogue<void> {},
    mostPages: eraseCodes.reserved,
    pagesLess: 1,
    padsOddBlocks: true,
  };
  let greets = false;

  /** Takes bytes until the one that is waited for comes; what is no dummy before it is told once. */
  function* skipTo(wanted: number, what: AwaitedStep): Dialogue<void> {
    for (let told = false; ;) {
      const [byte] = yield* port.take(1, what);
      if (byte === wanted) return;
      if (byte !== DUMMY && byte !== 0xff && !told) {
        told = true;
        side.dropped(`0x${hex(byte!)}`, `${what} is waited for`);
      }
    }
  }

  /** AN4286 §1: the host polls with dummies until it sees the byte, and acknowledges it. */
  function* handshake(answer: number, before: readonly number[] = [DUMMY]): Dialogue<void> {
    side.answer(before, answer);
    yield* skipTo(ACK, 'the ACK of its answer');
    side.fetched();
  }

  return {
    ...framedRequests(framing, outer),
    ...framedReplies(port, outer),

    *select() {
      for (;;) {
        const [first] = yield* port.take(1, 'sync');
        if (first === SYNC) break;
        side.dropped(`0x${hex(first!)}`, 'the first byte must be 0x5A');
        if (side.deafAfterBadSync) {
          yield* port.silence('deaf after a first byte that was not 0x5A');
        }
      }
      side.selected();
      greets = true;
    },

    *command() {
      if (greets) {
        greets = false;
        yield* handshake(ACK, [BUSY]);
      }
      yield* skipTo(SYNC, 'start of frame');
      const packet = yield* port.take(2, 'command');
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
      yield* handshake(ACK);
    },

    *refuse(why) {
      side.nacked(why.detail === undefined ? why.refused : `${why.refused}: ${why.detail}`);
      yield* handshake(NACK);
    },

    /** AN4286 §2.13: size in words, polynomial and initial value, each acknowledged. */
    checksumRequest: (check) => checksumRequest(port, outer, check),

    /** A dummy, then the bytes; what the host sends meanwhile is dummies too. */
    *reply(bytes) {
      port.put(BUSY);
      port.putAll(bytes);
      yield* port.flush();
    },
  };
}
