import { commandMutant, on, speaks, wireMutant } from '../kit.ts';
import type { Mutant, Wire } from '../kit.ts';
import { framesOfReads, writesInFrames } from '../dialogue/frames.ts';

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

/** Devices that answer wrongly as only those of CAN can. */
export const answeringOnCan: readonly Mutant[] = on('can', [
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
]);
