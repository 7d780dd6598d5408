import type { CanFrame } from '../../emulator/index.ts';
import {
  damagedId,
  damagedList,
  deafBehindNack,
  framesOfReads,
  idInTwoFrames,
  optionFrameMissing,
  optionsWithoutReset,
  protectWithoutReset,
  wearingOff,
  writesInFrames,
} from './frame-faults.ts';
import {
  changed,
  commandsMutant,
  frameMutant,
  mutantsOn,
  readsRefused,
  wireMutant,
} from './kit.ts';
import type { Mutant } from './kit.ts';
import {
  bitFarInRead,
  bitFarInWritten,
  bitInSecondFrameRead,
  bitInSecondFrameWritten,
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
  secondBankKept,
  secondBlockLost,
  secondEraseIgnored,
  stopsAtProtected,
  upperHalfMirrored,
  upperHalfWrittenBelow,
  writesWithinPages,
} from './memory-faults.ts';

/** A device that hears another frame than was sent. */
function hears(
  name: string,
  wrong: string,
  change: (frame: CanFrame) => CanFrame,
  part?: Mutant['part'],
): Mutant {
  const mutant = frameMutant('fdcan', name, wrong, (pins) => ({
    receive: (frame, rate) => pins.receive(change(frame), rate),
  }));
  return part === undefined ? mutant : { ...mutant, part };
}

/** A device that takes another list of pages than was sent. */
function lists(
  name: string,
  wrong: string,
  change: (pages: readonly number[]) => readonly number[],
  part?: Mutant['part'],
): Mutant {
  return wireMutant(
    name,
    wrong,
    (wire) => ({
      *extendedEraseRequest() {
        const request = yield* wire.extendedEraseRequest();
        return typeof request === 'object' && 'pages' in request
          ? { pages: change(request.pages) }
          : request;
      },
    }),
    part,
  );
}

const withPart = (mutants: readonly Mutant[], part: Mutant['part'] & string): readonly Mutant[] =>
  mutants.map((each) => ({ ...each, name: `${each.name}-${part}`, part }));

/** Devices that go wrong behind the first frame, page, area or command. */
export const laterOnFdcan: readonly Mutant[] = [
  ...mutantsOn('fdcan', [
    damagedList,
    damagedId,
    idInTwoFrames,
    optionFrameMissing,
    wireMutant(
      'version-option-bytes-not-zero',
      'the bytes behind the version are not 0',
      (wire) => ({
        *replyVersion(version) {
          yield* wire.reply(Uint8Array.of(version));
          yield* wire.reply(Uint8Array.of(0, 1));
        },
      }),
    ),
    wireMutant('list-with-erase', 'Get lists Erase (0x43) in place of 0x44', (wire) => ({
      *replyCounted(bytes) {
        yield* wire.replyCounted(bytes.map((byte) => (byte === 0x44 ? 0x43 : byte)));
      },
    })),
    wireMutant('get-shrinks', 'a second Get leaves the last command out', (wire) => {
      let asked = 0;
      return {
        *replyCounted(bytes) {
          yield* wire.replyCounted(++asked > 1 ? bytes.subarray(0, -1) : bytes);
        },
      };
    }),
    deafBehindNack,
    readsRefused(
      'ram-end-closed',
      'a read may not end where RAM ends',
      (address, length) => address + length === 0x2405_0000,
    ),
    wearingOff,
    optionsWithoutReset,
    protectWithoutReset,
    commandsMutant('readout-unprotect-without-reset', 'no reset follows readout-unprotect', (all) =>
      changed(all, 'readout-unprotect', (each) => ({
        ...each,
        *run({ wire, memory }) {
          const operation = memory.readoutUnprotect(true, true);
          if ('refused' in operation) return;
          yield* wire.busy(operation);
          yield* wire.accept();
        },
      })),
    ),
    framesOfReads(
      'read-frames-swapped',
      'the second and the third frame of a read are swapped',
      64,
      (frames) =>
        frames.length < 3 ? frames : [frames[0]!, frames[2]!, frames[1]!, ...frames.slice(3)],
    ),
    framesOfReads(
      'read-first-frame-repeated',
      'the second frame of a read is the first again',
      64,
      (frames) => frames.map((frame, at) => (at === 1 && frame.length === 64 ? frames[0]! : frame)),
    ),
    wireMutant('read-frame-more', 'a read of whole frames has a frame more', (wire) => ({
      *replyMemory(bytes) {
        const whole = bytes.length % 64 === 0;
        const more = whole ? Uint8Array.of(...bytes, 0xff) : bytes;
        yield* wire.replyMemory(more);
      },
    })),
    writesInFrames(
      'write-third-frame-lost',
      'the third frame of a block is written as zeros',
      (data) => data.map((byte, at) => (at >= 128 && at < 192 ? 0 : byte)),
    ),
    writesInFrames(
      'write-first-frame-repeated',
      'the second frame of a block is the first again',
      (data) =>
        data.length < 128
          ? data
          : Uint8Array.of(...data.subarray(0, 64), ...data.subarray(0, 64), ...data.subarray(128)),
    ),
    writesInFrames('write-last-of-256-lost', 'the last byte of 256 is written as 0', (data) =>
      data.length === 256 ? data.with(255, 0) : data,
    ),
    lists('erase-two-pages-at-most', 'pages behind the second are not erased', (pages) =>
      pages.slice(0, 2),
    ),
    lists('erase-fourth-page-lost', 'the fourth page of a list is not erased', (pages) =>
      pages.filter((_, at) => at !== 3),
    ),
    lists(
      'erase-sixteen-at-most',
      'pages behind the sixteenth are not erased',
      (pages) => pages.slice(0, 16),
      'start-frame',
    ),
    lists(
      'erase-last-of-32-lost',
      'the 32nd page of a list is not erased',
      (pages) => (pages.length === 32 ? pages.slice(0, -1) : pages),
      'start-frame',
    ),
    lists(
      'erase-33rd-page-lost',
      'pages behind the 32nd are not erased',
      (pages) => pages.slice(0, 32),
      'start-frame',
    ),
    lists(
      'erase-long-list-lost',
      'a list of more than 32 pages is acknowledged and erases nothing',
      (pages) => (pages.length > 32 ? [] : pages),
      'start-frame',
    ),
    lists(
      'page-numbers-of-seven-bits',
      'of a page number seven bits count',
      (pages) => pages.map((page) => page & 0x7f),
      'two-banks',
    ),
    wireMutant(
      'special-code-low-byte',
      'of the code of Special the low byte alone counts',
      (wire) => ({
        *specialRequest(command, known) {
          const request = yield* wire.specialRequest(command, (code) => known(code & 0xff));
          return request === 'answered' ? request : { ...request, code: request.code & 0xff };
        },
      }),
      'special',
    ),
  ]),
  hears(
    'identifier-top-bit-ignored',
    'the top bit of the byte of an identifier does not count',
    (frame) =>
      frame.id >= 0x83 && frame.id !== 0x92 && frame.id <= 0xff
        ? { ...frame, id: frame.id & 0x7f }
        : frame,
  ),
  hears('read-count-signed', 'of the length of a read seven bits count', (frame) =>
    frame.id === 0x11 && frame.data.length === 5
      ? { ...frame, data: frame.data.with(4, frame.data[4]! & 0x7f) }
      : frame,
  ),
  frameMutant(
    'fdcan',
    'nack-under-the-last-command',
    'a NACK to what is no command has the identifier of the command before',
    (pins) => {
      let last = 0x02;
      let now = 0x02;
      return {
        receive(frame, rate) {
          last = now;
          now = frame.id;
          return pins.receive(frame, rate);
        },
        onTransmit: (listener) =>
          pins.onTransmit((frame, rate) => {
            const refuses = frame.data.length === 1 && frame.data[0] === 0x1f;
            return listener(refuses ? { ...frame, id: last } : frame, rate);
          }),
      };
    },
  ),
  ...faultyOn('fdcan', [
    bitFarInRead,
    bitInSecondFrameRead,
    readsWithinPages,
    sticksAtPageEnd,
    upperHalfMirrored,
    flashSizeSwapped,
    optionsReadBlank,
    bitFarInWritten,
    bitInSecondFrameWritten,
    writesWithinPages,
    secondBlockLost,
    ramWritesAligned,
    upperHalfWrittenBelow,
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
  ...faultyOn('fdcan', [secondBankKept, optionsCutAtEight], 'two-banks'),
  ...withPart(faultyOn('fdcan', [stopsAtProtected, firstAreaFreed], 'two-banks'), 'two-banks'),
];
