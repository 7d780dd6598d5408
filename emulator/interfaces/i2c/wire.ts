import { isDamaged } from '../framed/damaged.ts';
import type { BytePort } from '../../bootloader/dialogue.ts';
import { framedReplies } from '../framed/replies.ts';
import { addressRequests, framedRequests, framer } from '../framed/requests.ts';
import type { Framing } from '../framed/requests.ts';
import { be32, hex, xor } from '../../bootloader/octets.ts';
import { ACK, interfaces, NACK, opcodes } from '../../../families/index.ts';
import type { At, Wire } from '../framed/wire.ts';

const { checksum, mostPages, noStretch } = interfaces.I2C;
const NO_STRETCH: ReadonlySet<number> = new Set(
  (Object.keys(noStretch) as (keyof typeof noStretch)[]).map((name) => opcodes[name]),
);

/** How a command wants hosts to be met while the chip works. */
export type WorkingCommand = 'stretch' | 'no-stretch' | 'no-stretch-erase';

/** What the I2C protocol needs of its port beyond bytes. */
export interface I2cSide {
  selected(): void;
  /** The host may be silent for as long as it likes, until the first byte of the next command. */
  between(): void;
  begins(command: WorkingCommand): void;
  nacked(reason: string): void;
}

/**
 * The I2C form of requests and answers (AN4221 §3): every step is one message with a STOP, and an answer
 * is over when the host has fetched it. `outer` is the wire in use, replacements included.
 */
export function i2cWire(port: BytePort, side: I2cSide, outer: () => Wire): Wire {
  const framing: Framing = {
    port,
    end: () => port.flush(),
    mostPages,
    pagesLess: 1,
    padsOddBlocks: false,
  };
  const frame = framer(framing);
  const addressRequest = addressRequests(frame, outer);

  return {
    checksumsMainFlashOnly: true,
    ...framedRequests(framing, outer),
    ...framedReplies(port, outer),

    *select() {
      yield* port.take(1, 'its address');
      side.selected();
    },

    *command() {
      side.between();
      const packet = yield* frame(2, 'command');
      const opcode = packet[0]!;
      side.begins(workingCommand(opcode));
      if (!isDamaged(outer(), opcode ^ packet[1]! ^ 0xff, { step: 'command' })) return opcode;
      const detail = `${hex(opcode)} ${hex(packet[1]!)}`;
      yield* outer().refuse({ refused: 'complement', detail }, { step: 'command' });
      return 'malformed';
    },

    *acceptCommand() {
      yield* outer().accept();
    },

    *accept() {
      port.put(ACK);
      yield* port.flush();
    },

    *refuse(why) {
      side.nacked(why.detail === undefined ? why.refused : `${why.refused}: ${why.detail}`);
      port.put(NACK);
      yield* port.flush();
    },

    /** No-Stretch Get Checksum: a size in bytes, and no parameters of the calculation. */
    *checksumRequest(check) {
      const command = 'no-stretch-get-checksum';
      const address = yield* addressRequest(command, (from) =>
        from % 4 === 0 ? check(from) : { refused: 'misaligned' },
      );
      if (address === 'answered') return address;
      const size = yield* frame(5, `${command}: size`);
      const length = be32(size);
      const atSize: At = { command, step: 'length' };
      const refused = isDamaged(outer(), xor(size), atSize)
        ? ({ refused: 'checksum' } as const)
        : length === 0 || length % 4 !== 0
          ? ({ refused: 'length', detail: `${length} bytes` } as const)
          : check(address, length);
      if (refused !== undefined) {
        yield* outer().refuse(refused, atSize);
        return 'answered';
      }
      yield* outer().accept();
      return { address, words: length / 4, ...checksum };
    },

    *reply(bytes) {
      port.putAll(bytes);
      yield* port.flush();
    },
  };
}

function workingCommand(opcode: number): WorkingCommand {
  if (opcode === opcodes['no-stretch-erase']) return 'no-stretch-erase';
  return NO_STRETCH.has(opcode) ? 'no-stretch' : 'stretch';
}
