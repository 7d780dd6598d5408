import type { CanFrame } from '../../emulator/index.ts';
import { OPCODES } from '../interfaces/can/host.ts';
import {
  damagedId,
  damagedList,
  deafBehindNack,
  framesOfReads,
  idInTwoFrames,
  onceOnly,
  optionFrameMissing,
  optionsWithoutReset,
  protectWithoutReset,
  wearingOff,
  writesInFrames,
} from './frame-faults.ts';
import { frameMutant, mutantsOn, readsRefused, wireMutant } from './kit.ts';
import type { Mutant } from './kit.ts';
import {
  bitFarInRead,
  bitFarInWritten,
  faultyOn,
  firstAreaFreed,
  firstPageSurvives,
  flashSizeSwapped,
  highestPageKept,
  lastCodeLost,
  middleSectorKept,
  middleSurvives,
  optionsCutAtEight,
  optionsReadBlank,
  pageEndsKept,
  pageMiddlesKept,
  protectionAdds,
  protectsForGood,
  ramWritesAligned,
  readsWithinPages,
  sticksAtPageEnd,
  regressionDoesNothingAtLevel0,
  regressionKeepsLastPage,
  regressionNeedsLevel1,
  secondBlockLost,
  secondEraseIgnored,
  stopsAtProtected,
  upperHalfMirrored,
  upperHalfWrittenBelow,
  writesWithinPages,
} from './memory-faults.ts';

/** Frames of data that a write still waits for, as they are seen on the bus. */
function dataWatcher(): (frame: CanFrame) => boolean {
  let left = 0;
  return ({ id, data }) => {
    if (left > 0) {
      left -= data.length;
      return true;
    }
    if (id === OPCODES['write-memory'] && data.length === 5) left = data[4]! + 1;
    return false;
  };
}

/** A device that does not hear some of the frames of data. */
function losesData(name: string, wrong: string, which: (frame: CanFrame) => boolean): Mutant {
  return frameMutant('can', name, wrong, (pins) => {
    const isData = dataWatcher();
    return {
      receive: (frame, rate) =>
        isData(frame) && which(frame) ? 'acknowledged' : pins.receive(frame, rate),
    };
  });
}

/** A device that takes a wrong number of bytes for a count. */
function counts(
  name: string,
  wrong: string,
  id: number,
  at: number,
  change: (count: number) => number,
): Mutant {
  return frameMutant('can', name, wrong, (pins) => {
    const isData = dataWatcher();
    return {
      receive(frame, rate) {
        const isRequest = !isData(frame) && frame.id === id && frame.data.length === at + 1;
        const heard = isRequest
          ? { ...frame, data: frame.data.with(at, change(frame.data[at]!)) }
          : frame;
        return pins.receive(heard, rate);
      },
    };
  });
}

const isOpcode = (id: number): boolean => (Object.values(OPCODES) as number[]).includes(id);

/** Devices that go wrong behind the first frame, page, area or command. */
export const laterOnCan: readonly Mutant[] = [
  ...mutantsOn('can', [
    damagedList,
    damagedId,
    idInTwoFrames,
    optionFrameMissing,
    wireMutant('list-count-with-version', 'Get counts the version too', (wire) => ({
      *replyCounted(bytes) {
        for (const byte of [bytes.length, ...bytes]) yield* wire.reply(Uint8Array.of(byte));
      },
    })),
    wireMutant('get-version-differs', 'Get tells version 1.0', (wire) => ({
      *replyCounted(bytes) {
        yield* wire.replyCounted(bytes.with(0, 0x10));
      },
    })),
    deafBehindNack,
    readsRefused(
      'ram-end-closed',
      'a read may not end where RAM ends',
      (address, length) => address + length === 0x2001_c000,
    ),
    wearingOff,
    optionsWithoutReset,
    protectWithoutReset,
    onceOnly(
      'second-speed-stays',
      'a second Speed is acknowledged and changes nothing',
      'speed',
      function* ({ wire }) {
        yield* wire.accept();
        yield* wire.accept();
      },
    ),
    framesOfReads(
      'read-last-frames-swapped',
      'the 31st and the 32nd frame of a read are swapped',
      8,
      (frames) =>
        frames.length < 32 ? frames : [...frames.slice(0, 30), frames[31]!, frames[30]!],
    ),
    framesOfReads(
      'read-second-frame-repeated',
      'the third frame of a read is the second again',
      8,
      (frames) => frames.map((frame, at) => (at === 2 && frame.length === 8 ? frames[1]! : frame)),
    ),
    framesOfReads(
      'read-half-repeated',
      'of a read of more than 128 bytes the first 128 come again',
      8,
      (frames) => frames.map((frame, at) => (frame.length === 8 ? frames[at % 16]! : frame)),
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
    writesInFrames('write-last-of-256-lost', 'the last byte of 256 is written as 0', (data) =>
      data.length === 256 ? data.with(255, 0) : data,
    ),
  ]),
  losesData(
    'data-under-commands-lost',
    'data under the identifier of another command is not heard',
    ({ id }) => isOpcode(id) && id !== OPCODES['write-memory'],
  ),
  losesData(
    'data-under-other-identifiers-lost',
    'data under an identifier that is neither 0x04 nor a command is not heard',
    ({ id }) => id !== 0x04 && !isOpcode(id),
  ),
  counts(
    'read-count-signed',
    'of the length of a read seven bits count',
    OPCODES['read-memory'],
    4,
    (count) => count & 0x7f,
  ),
  counts(
    'erase-count-signed',
    'of the number of pages seven bits count',
    OPCODES.erase,
    0,
    (count) => (count === 0xff ? count : count & 0x7f),
  ),
  frameMutant(
    'can',
    'identifier-top-bit-ignored',
    'the top bit of the byte of an identifier does not count',
    (pins) => {
      const isData = dataWatcher();
      let connected = false;
      return {
        receive(frame, rate) {
          const heard =
            connected && !isData(frame) && !frame.extended && frame.id >= 0x83 && frame.id !== 0x92
              ? { ...frame, id: frame.id & 0x7f }
              : frame;
          return pins.receive(heard, rate);
        },
        onTransmit(listener) {
          pins.onTransmit((frame, rate) => {
            connected = true;
            return listener(frame, rate);
          });
        },
      };
    },
  ),
  frameMutant('can', 'wrong-speed-deafens', 'behind a wrong code of Speed it is deaf', (pins) => {
    let deaf = false;
    return {
      receive(frame, rate) {
        if (deaf) return 'error';
        deaf = frame.id === OPCODES.speed && frame.data.length === 1 && frame.data[0]! > 4;
        return pins.receive(frame, rate);
      },
    };
  }),
  frameMutant(
    'can',
    'nack-under-the-last-command',
    'a NACK to what is no command has the identifier of the last command',
    (pins) => {
      let last: number | undefined;
      return {
        receive(frame, rate) {
          if (isOpcode(frame.id)) last = frame.id;
          return pins.receive(frame, rate);
        },
        onTransmit: (listener) =>
          pins.onTransmit((frame, rate) => {
            const refuses = frame.data.length === 1 && frame.data[0] === 0x1f;
            const under = refuses && !isOpcode(frame.id) && last !== undefined;
            return listener(under ? { ...frame, id: last! } : frame, rate);
          }),
      };
    },
  ),
  ...faultyOn('can', [
    bitFarInRead,
    readsWithinPages,
    sticksAtPageEnd,
    upperHalfMirrored,
    flashSizeSwapped,
    optionsReadBlank,
    bitFarInWritten,
    writesWithinPages,
    secondBlockLost,
    ramWritesAligned,
    upperHalfWrittenBelow,
    optionsCutAtEight,
    stopsAtProtected,
    pageEndsKept,
    pageMiddlesKept,
    highestPageKept,
    firstPageSurvives,
    middleSurvives,
    secondEraseIgnored,
    protectionAdds,
    lastCodeLost,
    firstAreaFreed,
    middleSectorKept,
    protectsForGood,
    regressionKeepsLastPage,
    regressionNeedsLevel1,
    regressionDoesNothingAtLevel0,
  ]),
];
