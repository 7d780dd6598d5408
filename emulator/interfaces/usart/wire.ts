import type { CommandName } from '../../../families/index.ts';
import { isDamaged } from '../framed/damaged.ts';
import { checksumRequest } from '../framed/checksum-request.ts';
import type { BytePort, Dialogue } from '../../bootloader/dialogue.ts';
import { be16, be32, checked32, hex, xor } from '../../bootloader/octets.ts';
import { SPECIAL_ERASES } from '../framed/special-erase.ts';
import {
  ACK,
  interfaces,
  NACK,
  opcodes,
  eraseCodes,
  specialLimits,
} from '../../../families/index.ts';
import type { Answered, At, Wire } from '../framed/wire.ts';

const SYNC = interfaces.USART.sync;

/** How often each opcode is refused by a chip that `nacks-after-option-write`: what its log shows. */
const NACKS_AFTER_OPTION_WRITE: readonly (readonly [opcode: number, times: number])[] = [
  [opcodes['get-id'], 3],
  [opcodes['write-memory'], 1],
  [opcodes['read-memory'], 1],
];

/** What the USART protocol needs of its port beyond bytes. */
export interface UsartSide {
  /** Sync bytes that this port wants before it answers. */
  readonly syncs: number;
  /** Takes the rate of the frame just received as the port's own: the port is selected. False where it cannot. */
  measure(): boolean;
  /** The frame just received was not 0x7F: true where the port goes on at the rate that it had before the reset. */
  keepRate(): boolean;
  /** The frame just received was not 0x7F: true where the port is deaf from now on, false where it keeps looking. */
  mismeasure(byte: number): boolean;
  nacked(reason: string): void;
}

/** The USART form of requests and answers (AN3155 §3). `outer` is the wire in use, replacements included. */
export function usartWire(port: BytePort, side: UsartSide, outer: () => Wire): Wire {
  /** Refuses a packet that is damaged. */
  function* refusesDamage(
    refused: 'checksum' | 'complement',
    wrong: number,
    at: At,
    detail?: string,
  ): Dialogue<boolean> {
    if (!isDamaged(outer(), wrong, at)) return false;
    yield* outer().refuse(detail === undefined ? { refused } : { refused, detail }, at);
    return true;
  }

  function* addressPacket(command: CommandName): Dialogue<number | Answered> {
    const packet = yield* port.take(5, `${command}: address`);
    const damaged = yield* refusesDamage('checksum', xor(packet), { command, step: 'address' });
    return damaged ? 'answered' : be32(packet);
  }

  /** An address packet that is acknowledged unless `check` refuses it. */
  function* acceptedAddress(
    command: CommandName,
    check: (address: number) => ReturnType<Parameters<Wire['readRequest']>[0]>,
  ): Dialogue<number | Answered> {
    const address = yield* addressPacket(command);
    if (address === 'answered') return address;
    const refused = check(address);
    if (refused !== undefined) {
      yield* outer().refuse(refused, { command, step: 'address' });
      return 'answered';
    }
    yield* outer().accept();
    return address;
  }

  /** The host takes the session that a reset ended for open. */
  function* unsynchronised(first: number): Dialogue<never> {
    const left = new Map(NACKS_AFTER_OPTION_WRITE);
    for (let opcode = first; ; opcode = (yield* port.take(1, 'command'))[0]!) {
      const complement = (yield* port.take(1, 'command'))[0]!;
      const times = left.get(opcode) ?? 0;
      if ((opcode ^ complement) !== 0xff || times === 0) break;
      left.set(opcode, times - 1);
      const detail = 'the chip was reset, and no 0x7F came since';
      yield* outer().refuse({ refused: 'unsynchronised', detail }, { step: 'command' });
    }
    return yield* port.silence('deaf: no 0x7F came after the reset');
  }

  return {
    *select() {
      for (let wanted = side.syncs; wanted > 0;) {
        const first = (yield* port.take(1, 'sync'))[0]!;
        if (first === SYNC) wanted--;
        else if (side.keepRate()) yield* unsynchronised(first);
        else if (side.mismeasure(first))
          yield* port.silence('deaf after a first byte that was not 0x7F');
      }
      if (!side.measure()) yield* port.silence('deaf: no rate found');
      port.put(ACK);
    },

    *command() {
      const packet = yield* port.take(2, 'command');
      const wrong = packet[0]! ^ packet[1]! ^ 0xff;
      if (wrong === 0) return packet[0]!;
      const detail = `${hex(packet[0]!)} ${hex(packet[1]!)}`;
      const damaged = yield* refusesDamage('complement', wrong, { step: 'command' }, detail);
      return damaged ? 'malformed' : packet[0]!;
    },

    *acceptCommand() {
      yield* outer().accept();
    },

    *accept() {
      port.put(ACK);
    },

    *refuse(why) {
      side.nacked(why.detail === undefined ? why.refused : `${why.refused}: ${why.detail}`);
      port.put(NACK);
    },

    *readRequest(check) {
      const command = 'read-memory';
      const address = yield* acceptedAddress(command, check);
      if (address === 'answered') return address;
      const packet = yield* port.take(2, `${command}: length`);
      const wrong = packet[0]! ^ packet[1]! ^ 0xff;
      if (yield* refusesDamage('complement', wrong, { command, step: 'length' })) return 'answered';
      const length = packet[0]! + 1; // AN3155 §3.4: number of bytes to be read - 1
      const refused = check(address, length);
      if (refused !== undefined) {
        yield* outer().refuse(refused, { command, step: 'length' });
        return 'answered';
      }
      yield* outer().accept();
      return { address, length };
    },

    *writeRequest(check) {
      const command = 'write-memory';
      const address = yield* acceptedAddress(command, check);
      if (address === 'answered') return address;
      const count = (yield* port.take(1, `${command}: length`))[0]!;
      const block = yield* port.take(count + 2, `${command}: data`); // AN3155 §3.6: N + 1 bytes, checksum
      const wrong = xor(block) ^ count;
      if (yield* refusesDamage('checksum', wrong, { command, step: 'block' })) return 'answered';
      return { address, data: block.subarray(0, -1) };
    },

    *goRequest(check) {
      const address = yield* acceptedAddress('go', check);
      return address === 'answered' ? address : { address };
    },

    *eraseRequest() {
      const command = 'erase';
      const count = (yield* port.take(1, `${command}: count`))[0]!;
      if (count === 0xff) {
        const second = (yield* port.take(1, `${command}: count`))[0]!;
        // AN3155 §3.7: FF and anything but 00 is acknowledged without an erase
        return second === 0x00 ? { mass: true } : 'nothing';
      }
      const pages = yield* port.take(count + 2, `${command}: pages`);
      const wrong = xor(pages) ^ count;
      if (yield* refusesDamage('checksum', wrong, { command, step: 'block' })) return 'answered';
      return { pages: [...pages.subarray(0, -1)] };
    },

    *extendedEraseRequest() {
      const command = 'extended-erase';
      const head = yield* port.take(2, `${command}: count`);
      const count = (head[0]! << 8) | head[1]!;
      if (count >= eraseCodes.reserved) {
        const checksum = (yield* port.take(1, `${command}: checksum`))[0]!;
        const wrong = checksum ^ xor(head);
        if (yield* refusesDamage('checksum', wrong, { command, step: 'block' })) return 'answered';
        const special = SPECIAL_ERASES.get(count);
        if (special !== undefined) return special;
        const detail = `special erase code ${count.toString(16)}`;
        yield* outer().refuse({ refused: 'unsupported', detail }, { command, step: 'block' });
        return 'answered';
      }
      const list = yield* port.take(2 * (count + 1) + 1, `${command}: pages`);
      const wrong = xor(list) ^ xor(head);
      if (yield* refusesDamage('checksum', wrong, { command, step: 'block' })) return 'answered';
      return { pages: Array.from({ length: count + 1 }, (_, page) => be16(list, 2 * page)) };
    },

    *writeProtectRequest() {
      const command = 'write-protect';
      const count = (yield* port.take(1, `${command}: count`))[0]!;
      const codes = yield* port.take(count + 2, `${command}: sectors`);
      const wrong = xor(codes) ^ count;
      if (yield* refusesDamage('checksum', wrong, { command, step: 'block' })) return 'answered';
      return { codes: [...codes.subarray(0, -1)] };
    },

    checksumRequest: (check) => checksumRequest(port, outer, check),

    *specialRequest(command, known) {
      const head = yield* port.take(3, `${command}: code`);
      const code = be16(head, 0);
      const at: At = { command, step: 'address' };
      const detail = `code ${code.toString(16)}`;
      if (yield* refusesDamage('checksum', xor(head), at, detail)) return 'answered';
      if (!known(code)) {
        yield* outer().refuse({ refused: 'unsupported', detail }, at);
        return 'answered';
      }
      yield* outer().accept();
      const limits = specialLimits[command];
      const parts: Uint8Array[] = [];
      for (const [index, limit] of limits.entries()) {
        const size = yield* port.take(2, `${command}: size`);
        const length = be16(size, 0);
        if (length > limit) {
          // OpenBootloader refuses here, before the data: what follows is taken as commands
          yield* outer().refuse(
            { refused: 'length', detail: `${length} bytes` },
            { command, step: 'length' },
          );
          return 'answered';
        }
        const data = yield* port.take(length + 1, `${command}: data`);
        const wrong = xor(data) ^ xor(size);
        if (yield* refusesDamage('checksum', wrong, { command, step: 'block' })) return 'answered';
        parts.push(data.slice(0, -1));
        if (index < limits.length - 1) yield* outer().accept();
      }
      return { code, data: Uint8Array.from(parts.flatMap((part) => [...part])) };
    },

    *reply(bytes) {
      port.putAll(bytes);
    },

    *replyCounted(bytes) {
      port.put(bytes.length - 1);
      port.putAll(bytes);
    },

    *replyVersion(version) {
      yield* outer().reply(Uint8Array.of(version, 0, 0)); // the option bytes are 0 on every ROM seen
    },

    *replyId(bytes) {
      yield* outer().replyCounted(bytes);
    },

    *replyMemory(bytes) {
      yield* outer().reply(bytes);
    },

    *replyChecksum(value) {
      port.putAll(checked32(value));
    },

    *busy(operation) {
      yield* port.busy(operation);
    },

    *flush() {
      yield* port.flush();
    },

    *silence(what) {
      return yield* port.silence(what);
    },
  };
}
