import { ignores, isUnknown, unknownAcknowledged } from '../../../mutants/dialogue/acknowledged.ts';
import { erasesFirst, finishedTwice, unfinished } from '../../../mutants/dialogue/answers.ts';
import { framesOfReads, writesInFrames } from '../../../mutants/dialogue/frames.ts';
import { framed, relisted, versioned } from '../../../mutants/dialogue/listed.ts';
import { opened } from '../../../mutants/dialogue/protected.ts';
import { commandMutant, commandsMutant, speaks, wireMutant } from '../../../mutants/kit.ts';
import type { Kind, Mutant, Wire } from '../../../mutants/kit.ts';

/** Speed acknowledges so often at the old rate, and goes on without a further ACK. */
const speedAcked = (name: string, wrong: string, times: number): Mutant =>
  speaks(name, wrong, 'speed', (wire) => {
    let isFirst = true;
    return {
      *accept() {
        for (let ack = 0; isFirst && ack < times; ack++) yield* wire.accept();
        isFirst = false;
      },
    };
  });

/** Speed is acknowledged and changes nothing. */
function* staysAtItsRate(wire: Wire): ReturnType<Wire['accept']> {
  yield* wire.accept();
  yield* wire.accept();
}

/** The frames of up to eight bytes of a read. */
const frames = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / 8) }, (_, at) => bytes.slice(8 * at, 8 * at + 8));

/** A command is not acknowledged before it is carried out. */
const unacknowledged = (name: string, opcode: number): Mutant =>
  wireMutant(name, `command 0x${opcode.toString(16)} is not acknowledged when received`, (wire) => {
    let last: number | 'malformed' = 0;
    return {
      *command() {
        last = yield* wire.command();
        return last;
      },
      *acceptCommand() {
        if (last !== opcode) yield* wire.acceptCommand();
      },
    };
  });

/** Devices whose dialogue is wrong as it can be here alone. */
export const dialogueOnCan: readonly Kind[] = [
  ignores('never-refuses', 'what should be refused is not answered'),
  unknownAcknowledged('no-command-acked'),
  ignores(
    'low-identifiers-ignored',
    'an identifier below 0x90 that is no command is not answered',
    (why, at) => isUnknown(why, at) && Number(why.detail?.split(' ')[1]) < 0x90,
  ),
  ignores(
    'speed-silent-under-rdp',
    'Speed is not answered under readout protection',
    (why, { command }) => why.refused === 'protected' && command === 'speed',
  ),
  unfinished('erase-unfinished', 'erase'),
  unacknowledged('get-version-not-acked', 0x01),
  unacknowledged('erase-not-acked', 0x43),
  unacknowledged('write-protect-not-acked', 0x63),
  unacknowledged('readout-unprotect-not-acked', 0x92),
  finishedTwice('erase-acked-once-more', 'erase'),
  erasesFirst('erase-at-once', 'erase'),
  relisted('list-with-extended-erase', 'Get lists Extended Erase', (all) =>
    all.map((opcode) => (opcode === 0x43 ? 0x44 : opcode)),
  ),
  framed('list-in-one-frame', 'Get sends its opcodes in whole frames', (bytes) => {
    const all = [bytes.length - 1, ...bytes];
    return all.flatMap((_, at) => (at % 8 === 0 ? [all.slice(at, at + 8)] : []));
  }),
  wireMutant('get-version-differs', 'Get tells version 1.0', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(bytes.with(0, 0x10));
    },
  })),
  versioned('version-bytes-not-zero', 'the two bytes behind the version are not 0', (version) => [
    [version],
    [1, 2],
  ]),
  commandsMutant('speed-missing', 'there is no speed', (all) =>
    all.filter(({ name }) => name !== 'speed'),
  ),
  opened('erase'),
  opened('speed'),
  speedAcked('speed-acked-once', 'Speed is acknowledged at the old rate alone', 1),
  speedAcked('speed-acked-twice-before', 'both ACKs of Speed are at the old rate', 2),
  commandMutant('speed-stays', 'Speed is acknowledged twice and changes nothing', 'speed', () => ({
    run: ({ wire }) => staysAtItsRate(wire),
  })),
  commandMutant('second-speed-stays', 'a second Speed changes nothing', 'speed', ({ run }) => {
    let ran = false;
    return {
      *run(environment) {
        yield* ran ? staysAtItsRate(environment.wire) : run(environment);
        ran = true;
      },
    };
  }),
  wireMutant('read-unfinished', 'no ACK follows the data of Read Memory', (wire) => ({
    *replyMemory(bytes) {
      for (const frame of frames(bytes)) yield* wire.reply(frame);
    },
  })),
  wireMutant('read-empty-frame', 'an empty frame follows whole ones', (wire) => ({
    *replyMemory(bytes) {
      if (bytes.length % 8 !== 0 || bytes.length < 40 || bytes.length === 256) {
        return yield* wire.replyMemory(bytes);
      }
      for (const frame of [...frames(bytes), new Uint8Array()]) yield* wire.reply(frame);
      yield* wire.accept();
    },
  })),
  wireMutant('write-frames-not-acked', 'frames of data are not acknowledged', (wire) => {
    let inData = false;
    return {
      *writeRequest(check) {
        let header = true;
        inData = false;
        const request = yield* wire.writeRequest((at, length) => {
          const refused = check(at, length);
          if (header) inData = refused === undefined;
          header = false;
          return refused;
        });
        inData = false;
        return request;
      },
      *accept() {
        if (!inData) yield* wire.accept();
      },
    };
  }),
  wireMutant('erase-per-page', 'each page is acknowledged twice', (wire) => ({
    *eraseRequest() {
      const request = yield* wire.eraseRequest();
      if (typeof request === 'object' && 'pages' in request) {
        for (const _ of request.pages) yield* wire.accept();
      }
      return request;
    },
  })),
  framesOfReads('read-last-frames-swapped', 'frames 31 and 32 of a read are swapped', 8, (all) =>
    all.length < 32 ? all : [...all.slice(0, 30), all[31]!, all[30]!],
  ),
  framesOfReads('read-second-frame-repeated', 'frame 3 of a read is frame 2 again', 8, (all) =>
    all.map((frame, at) => (at === 2 && frame.length === 8 ? all[1]! : frame)),
  ),
  framesOfReads('read-half-repeated', 'behind 128 bytes a read begins again', 8, (all) =>
    all.map((frame, at) => (frame.length === 8 ? all[at % 16]! : frame)),
  ),
  writesInFrames('write-frame-lost', 'the 17th frame of a block is written as zeros', (data) =>
    data.map((byte, at) => (at >= 128 && at < 136 ? 0 : byte)),
  ),
  writesInFrames('write-frames-swapped', 'the second and the third frame are swapped', (data) =>
    data.length < 24
      ? data
      : Uint8Array.of(
          ...data.subarray(0, 8),
          ...data.subarray(16, 24),
          ...data.subarray(8, 16),
          ...data.subarray(24),
        ),
  ),
];
