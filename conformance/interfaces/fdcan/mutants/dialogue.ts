import {
  accepts,
  acknowledges,
  isUnknown,
  unknownAcknowledged,
} from '../../../mutants/dialogue/acknowledged.ts';
import { unfinished } from '../../../mutants/dialogue/answers.ts';
import { framesOfReads, writesInFrames } from '../../../mutants/dialogue/frames.ts';
import {
  bothErases,
  framed,
  relisted,
  shrinking,
  versioned,
} from '../../../mutants/dialogue/listed.ts';
import { madeOf, wireMutant } from '../../../mutants/kit.ts';
import type { Kind, Mutant } from '../../../mutants/kit.ts';

/** Memory in frames of this width, filled up as they should be. */
const filled = (bytes: Uint8Array, width: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / width) }, (_, at) => {
    const frame = new Uint8Array(width).fill(0xff);
    frame.set(bytes.subarray(width * at, width * at + width));
    return frame;
  });

/** Read Memory answers other bytes than were read. */
const sendsOfReads = (
  name: string,
  wrong: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant =>
  wireMutant(name, wrong, (wire) => ({
    *replyMemory(bytes) {
      yield* wire.replyMemory(change(bytes));
    },
  }));

/** Devices whose dialogue is wrong as it can be here alone. */
export const dialogueOnFdcan: readonly Kind[] = [
  unknownAcknowledged('unknown-acked'),
  acknowledges(
    'other-commands-acked',
    'commands of other buses are acknowledged',
    (why, at) => isUnknown(why, at) && /0x(03|43|50|51|a1)/.test(why.detail ?? ''),
  ),
  accepts('read-nowhere-acked', 'read-memory', 'unfit addresses'),
  accepts('write-nowhere-acked', 'write-memory', 'unfit addresses'),
  accepts('go-nowhere-acked', 'go', 'unfit addresses'),
  accepts('reserved-codes-acked', 'extended-erase', 'reserved codes'),
  ...madeOf('two-banks', [accepts('write-nowhere-acked-2', 'write-memory', 'unfit addresses')]),
  unfinished('erase-not-acked', 'extended-erase'),
  bothErases('erase-of-other-protocols'),
  relisted('list-with-erase', 'Get lists Erase (0x43) in place of 0x44', (all) =>
    all.map((opcode) => (opcode === 0x44 ? 0x43 : opcode)),
  ),
  shrinking('get-shrinks'),
  framed('get-in-one-frame', 'Get answers count, version and list in one frame', (bytes) => [
    [bytes.length - 1, ...bytes],
  ]),
  wireMutant('get-version-higher', 'Get tells a version one higher', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(bytes.with(0, bytes[0]! + 1));
    },
  })),
  versioned('version-wrong', 'Get Version tells 3.1', () => [[0x31], [0, 0]]),
  versioned('version-option-bytes-not-zero', 'bytes behind the version are not 0', (version) => [
    [version],
    [0, 1],
  ]),
  wireMutant('read-without-closing-ack', 'no ACK follows the data of Read Memory', (wire) => ({
    *replyMemory(bytes) {
      for (const frame of filled(bytes, 64)) yield* wire.reply(frame);
    },
  })),
  wireMutant('read-in-frames-of-32', 'long reads come in frames of 32 bytes', (wire) => ({
    *replyMemory(bytes) {
      if (bytes.length <= 64) return yield* wire.replyMemory(bytes);
      for (const frame of filled(bytes, 32)) yield* wire.reply(frame);
      yield* wire.accept();
    },
  })),
  sendsOfReads('long-read-cut', 'of 256 bytes the last frame is missing', (bytes) =>
    bytes.length === 256 ? bytes.subarray(0, 192) : bytes,
  ),
  sendsOfReads('odd-reads-short', 'an odd read ends one byte early', (bytes) =>
    bytes.length % 2 === 1 ? bytes.with(bytes.length - 1, 0) : bytes,
  ),
  sendsOfReads('blank-reads-zero', 'longer blank memory is read as zeros', (bytes) =>
    bytes.length > 64 && bytes.every((byte) => byte === 0xff)
      ? new Uint8Array(bytes.length)
      : bytes,
  ),
  sendsOfReads('read-frame-more', 'a read of whole frames has a frame more', (bytes) =>
    bytes.length % 64 === 0 ? Uint8Array.of(...bytes, 0xff) : bytes,
  ),
  wireMutant('third-read-empty', 'every third read is answered by zeros', (wire) => {
    let reads = 0;
    return {
      *replyMemory(bytes) {
        yield* wire.replyMemory(++reads % 3 === 0 ? new Uint8Array(bytes.length) : bytes);
      },
    };
  }),
  framesOfReads('read-frames-swapped', 'frames 2 and 3 of a read are swapped', 64, (frames) =>
    frames.length < 3 ? frames : [frames[0]!, frames[2]!, frames[1]!, ...frames.slice(3)],
  ),
  framesOfReads('read-first-frame-repeated', 'frame 2 of a read is frame 1 again', 64, (frames) =>
    frames.map((frame, at) => (at === 1 && frame.length === 64 ? frames[0]! : frame)),
  ),
  wireMutant('frames-acked', 'each frame of data is acknowledged', (wire) => ({
    *writeRequest(check) {
      const request = yield* wire.writeRequest(check);
      if (request === 'answered') return request;
      for (let at = 64; at < request.data.length; at += 64) yield* wire.accept();
      return request;
    },
  })),
  writesInFrames('long-writes-cut', 'only the first frame of data is written', (data) =>
    data.subarray(0, 64),
  ),
  writesInFrames('write-third-frame-lost', 'frame 3 of a block is written as zeros', (data) =>
    data.map((byte, at) => (at >= 128 && at < 192 ? 0 : byte)),
  ),
  writesInFrames('write-first-frame-repeated', 'frame 2 of a block is frame 1 again', (data) =>
    data.length < 128
      ? data
      : Uint8Array.of(...data.subarray(0, 64), ...data.subarray(0, 64), ...data.subarray(128)),
  ),
  wireMutant('erase-without-second-ack', 'no ACK asks for the list of pages', (wire) => {
    let silent = false;
    return {
      *accept() {
        if (silent) silent = false;
        else yield* wire.accept();
      },
      *extendedEraseRequest() {
        silent = true;
        const request = yield* wire.extendedEraseRequest();
        silent = false;
        return request;
      },
    };
  }),
  wireMutant('unprotect-acks-longer', 'the ACKs of Readout Unprotect have two bytes', (wire) => {
    let last = 0;
    return {
      *command() {
        const opcode = yield* wire.command();
        last = opcode === 'malformed' ? last : opcode;
        return opcode;
      },
      *accept() {
        yield* last === 0x92 ? wire.reply(Uint8Array.of(0x79, 0x00)) : wire.accept();
      },
    };
  }),
  ...madeOf('special', [
    wireMutant('special-code-low-byte', 'of a code the low byte counts', (wire) => ({
      *specialRequest(command, known) {
        const request = yield* wire.specialRequest(command, (code) => known(code & 0xff));
        return request === 'answered' ? request : { ...request, code: request.code & 0xff };
      },
    })),
  ]),
];
