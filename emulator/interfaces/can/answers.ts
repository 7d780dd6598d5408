import type { FramePort } from './frames.ts';
import { ACK, opcodes } from '../../../families/index.ts';
import type { Wire } from '../framed/wire.ts';

/** Commands whose single ACK comes when the address in the command's frame is judged (AN3154, AN5405). */
export const ACKNOWLEDGED_WITH_ADDRESS: ReadonlySet<number> = new Set<number>([
  opcodes['read-memory'],
  opcodes.go,
  opcodes['write-memory'],
]);

/** How the frames of one protocol carry answers. */
export interface Answering {
  /** Sends one frame of data, an ACK among it, in answer to the command. */
  readonly answer: (bytes: Uint8Array) => void;
  /** Sends a NACK. */
  readonly refuse: () => void;
  readonly nacked: (reason: string) => void;
  /** Bytes of memory in a frame; `padded` where the last frame is as long as the others. */
  readonly memory: { readonly width: number; readonly padded: boolean };
}

type Shared =
  | 'accept'
  | 'refuse'
  | 'reply'
  | 'replyCounted'
  | 'replyVersion'
  | 'replyId'
  | 'replyMemory'
  | 'busy'
  | 'flush'
  | 'silence';

/** Answers that CAN and FDCAN share. `outer` is the wire in use, replacements included. */
export function frameAnswers(
  port: FramePort,
  { answer, refuse, nacked, memory }: Answering,
  outer: () => Wire,
): Pick<Wire, Shared> {
  return {
    *accept() {
      answer(Uint8Array.of(ACK));
    },

    *refuse(why) {
      nacked(why.detail === undefined ? why.refused : `${why.refused}: ${why.detail}`);
      refuse();
    },

    *reply(bytes) {
      answer(bytes);
    },

    /** Each byte is a frame of its own; the count is that of the opcodes behind the version. */
    *replyCounted(bytes) {
      for (const byte of [bytes.length - 1, ...bytes]) yield* outer().reply(Uint8Array.of(byte));
    },

    *replyVersion(version) {
      yield* outer().reply(Uint8Array.of(version));
      yield* outer().reply(Uint8Array.of(0, 0));
    },

    *replyId(bytes) {
      yield* outer().reply(bytes);
    },

    *replyMemory(bytes) {
      const { width, padded } = memory;
      for (let at = 0; at < bytes.length; at += width) {
        const part = bytes.subarray(at, at + width);
        const frame = new Uint8Array(padded ? width : part.length).fill(0xff); // OpenBootloader's filler
        frame.set(part);
        yield* outer().reply(frame);
      }
      yield* outer().accept();
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

/** A request that the protocol does not have: no command of it asks. */
export function notHere(what: string): () => never {
  return () => {
    throw new Error(`unreachable: ${what} on this bus`);
  };
}
