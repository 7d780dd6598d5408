import { mutantsOn, wireMutant } from './kit.ts';
import type { Mutant, Wire } from './kit.ts';

type Why = Parameters<Wire['refuse']>[0];
type At = Parameters<Wire['refuse']>[1];

/** A device that acknowledges some of what it should refuse, and goes on as if it had refused. */
function acknowledges(
  name: string,
  wrong: string,
  which: (why: Why, at: At) => boolean,
  part?: Mutant['part'],
): Mutant {
  return wireMutant(
    name,
    wrong,
    (wire) => ({
      *refuse(why, at) {
        if (which(why, at)) yield* wire.accept();
        else yield* wire.refuse(why, at);
      },
    }),
    part,
  );
}

const nowhere =
  (command: At['command']) =>
  (why: Why, at: At): boolean =>
    why.refused !== 'protected' && at.command === command && at.step === 'address';

/** Devices that answer wrongly. */
export const answeringFrames: readonly Mutant[] = mutantsOn('fdcan', [
  {
    name: 'always-ack',
    wrong: 'every frame is acknowledged and nothing is done',
    replace: {
      commands: () => [],
      wire: (wire) => ({
        ...wire,
        *refuse() {
          yield* wire.accept();
        },
      }),
    },
  },
  wireMutant('answers-swapped', 'ACK and NACK are swapped', (wire) => ({
    *accept() {
      yield* wire.reply(Uint8Array.of(0x1f));
    },
    *refuse() {
      yield* wire.reply(Uint8Array.of(0x79));
    },
  })),
  acknowledges(
    'unknown-acked',
    'identifiers that are no command are acknowledged',
    (why) => why.refused === 'unknown-command',
  ),
  acknowledges(
    'other-commands-acked',
    'commands of other protocols are acknowledged',
    (why) => why.refused === 'unknown-command' && /0x(03|43|50|51|a1)/.test(why.detail ?? ''),
  ),
  acknowledges(
    'protected-acked',
    'protected commands are acknowledged and not carried out',
    (why) => why.refused === 'protected',
  ),
  acknowledges(
    'read-nowhere-acked',
    'a read without memory is acknowledged',
    nowhere('read-memory'),
  ),
  acknowledges(
    'write-nowhere-acked',
    'a write without memory is acknowledged, and is over',
    nowhere('write-memory'),
  ),
  acknowledges(
    'write-nowhere-acked-2',
    'a write without memory is acknowledged, and is over, with two banks',
    nowhere('write-memory'),
    'two-banks',
  ),
  acknowledges('go-nowhere-acked', 'a Go without memory is acknowledged and stays', nowhere('go')),
  acknowledges(
    'reserved-codes-acked',
    'the reserved codes of Erase Memory are acknowledged',
    (why, at) => why.refused === 'unsupported' && at.command === 'extended-erase',
  ),
  acknowledges(
    'special-unknown-acked',
    'Special acknowledges sub-operations that it does not have',
    (why, at) => why.refused === 'unsupported' && at.command === 'special',
    'special',
  ),
  acknowledges(
    'extended-special-unknown-acked',
    'Extended Special acknowledges sub-operations that it does not have',
    (why, at) => why.refused === 'unsupported' && at.command === 'extended-special',
    'extended-special',
  ),
  wireMutant('nack-twice', 'every refusal is sent twice', (wire) => ({
    *refuse(why, at) {
      yield* wire.refuse(why, at);
      yield* wire.refuse(why, at);
    },
  })),
  wireMutant('get-in-one-frame', 'Get answers count, version and list in one frame', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.reply(Uint8Array.of(bytes.length - 1, ...bytes));
    },
  })),
  wireMutant('get-count-of-bytes', 'Get counts the version too', (wire) => ({
    *replyCounted(bytes) {
      for (const byte of [bytes.length, ...bytes]) yield* wire.reply(Uint8Array.of(byte));
    },
  })),
  wireMutant('get-version-higher', 'Get tells a version one higher', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(bytes.with(0, bytes[0]! + 1));
    },
  })),
  wireMutant('list-in-wrong-order', 'Get lists the commands in another order', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(Uint8Array.of(bytes[0]!, ...bytes.slice(1).reverse()));
    },
  })),
  wireMutant('version-zeros-apart', 'each zero behind the version has its own frame', (wire) => ({
    *replyVersion(version) {
      for (const byte of [version, 0, 0]) yield* wire.reply(Uint8Array.of(byte));
    },
  })),
  wireMutant('version-wrong', 'Get Version tells 3.1', (wire) => ({
    *replyVersion() {
      yield* wire.replyVersion(0x31);
    },
  })),
  wireMutant('id-swapped', 'Get ID sends the low byte first', (wire) => ({
    *replyId(bytes) {
      yield* wire.replyId(bytes.slice().reverse());
    },
  })),
  wireMutant('read-without-closing-ack', 'no ACK follows the data of Read Memory', (wire) => ({
    *replyMemory(bytes) {
      for (let at = 0; at < bytes.length; at += 64) {
        const frame = new Uint8Array(64).fill(0xff);
        frame.set(bytes.subarray(at, at + 64));
        yield* wire.reply(frame);
      }
    },
  })),
  wireMutant('read-in-frames-of-32', 'long reads come in frames of 32 bytes', (wire) => ({
    *replyMemory(bytes) {
      if (bytes.length <= 64) return yield* wire.replyMemory(bytes);
      for (let at = 0; at < bytes.length; at += 32) {
        const frame = new Uint8Array(32).fill(0xff);
        frame.set(bytes.subarray(at, at + 32));
        yield* wire.reply(frame);
      }
      yield* wire.accept();
    },
  })),
  wireMutant('long-read-cut', 'of 256 bytes the last frame is missing', (wire) => ({
    *replyMemory(bytes) {
      yield* wire.replyMemory(bytes.length === 256 ? bytes.subarray(0, 192) : bytes);
    },
  })),
  wireMutant('odd-reads-short', 'a read of an odd number of bytes ends one byte early', (wire) => ({
    *replyMemory(bytes) {
      const odd = bytes.length % 2 === 1;
      yield* wire.replyMemory(odd ? bytes.with(bytes.length - 1, 0) : bytes);
    },
  })),
  wireMutant('third-read-empty', 'every third read is answered by zeros', (wire) => {
    let reads = 0;
    return {
      *replyMemory(bytes) {
        yield* wire.replyMemory(++reads % 3 === 0 ? new Uint8Array(bytes.length) : bytes);
      },
    };
  }),
  wireMutant('blank-reads-zero', 'more than a frame of blank memory is read as zeros', (wire) => ({
    *replyMemory(bytes) {
      const blank = bytes.length > 64 && bytes.every((byte) => byte === 0xff);
      yield* wire.replyMemory(blank ? new Uint8Array(bytes.length) : bytes);
    },
  })),
  wireMutant('frames-acked', 'each frame of data is acknowledged', (wire) => ({
    *writeRequest(check) {
      const request = yield* wire.writeRequest(check);
      if (request === 'answered') return request;
      for (let at = 64; at < request.data.length; at += 64) yield* wire.accept();
      return request;
    },
  })),
  wireMutant('long-writes-cut', 'only the first frame of data is written', (wire) => ({
    *writeRequest(check) {
      const request = yield* wire.writeRequest(check);
      if (request === 'answered') return request;
      return { ...request, data: request.data.subarray(0, 64) };
    },
  })),
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
  wireMutant('pages-low-byte-first', 'page numbers are taken low byte first', (wire) => ({
    *extendedEraseRequest() {
      const request = yield* wire.extendedEraseRequest();
      if (request === 'answered' || !('pages' in request)) return request;
      return { pages: request.pages.map((page) => ((page & 0xff) << 8) | (page >> 8)) };
    },
  })),
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
]);
