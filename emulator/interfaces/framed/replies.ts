import type { BytePort } from '../../bootloader/dialogue.ts';
import { checked32 } from '../../bootloader/octets.ts';
import type { Wire } from './wire.ts';

type Replies = Pick<
  Wire,
  | 'replyCounted'
  | 'replyVersion'
  | 'replyId'
  | 'replyMemory'
  | 'replyChecksum'
  | 'busy'
  | 'flush'
  | 'silence'
>;

/** Answers in the form that I2C and SPI share: each is one frame (AN4221 §3, AN4286 §2). */
export function framedReplies(port: BytePort, outer: () => Wire): Replies {
  return {
    *replyCounted(bytes) {
      yield* outer().reply(Uint8Array.of(bytes.length - 1, ...bytes));
    },

    *replyVersion(version) {
      yield* outer().reply(Uint8Array.of(version)); // no option bytes
    },

    *replyId(bytes) {
      yield* outer().replyCounted(bytes);
    },

    *replyMemory(bytes) {
      yield* outer().reply(bytes);
    },

    *replyChecksum(value) {
      yield* outer().reply(checked32(value));
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
