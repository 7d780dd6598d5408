import type { CanFrame, CanPins } from '../../emulator/index.ts';
import { frameMutant } from './kit.ts';
import type { Mutant } from './kit.ts';

const START: CanFrame = {
  id: 0x111,
  extended: false,
  fd: true,
  brs: true,
  data: Uint8Array.of(0x5a),
};

/** A device that is wrong at its end of the bus; `change` gets the right pins. */
function bus(
  name: string,
  wrong: string,
  change: (pins: CanPins) => Partial<CanPins>,
  part?: Mutant['part'],
): Mutant {
  const mutant = frameMutant('fdcan', name, wrong, change);
  return part === undefined ? mutant : { ...mutant, part };
}

/** A device that makes another frame of what arrives; of undefined it takes no notice. */
function hears(
  name: string,
  wrong: string,
  change: () => (frame: CanFrame) => CanFrame | undefined,
  part?: Mutant['part'],
): Mutant {
  return bus(
    name,
    wrong,
    (pins) => {
      const heard = change();
      return {
        receive(frame, rate) {
          const instead = heard(frame);
          return instead === undefined ? 'acknowledged' : pins.receive(instead, rate);
        },
      };
    },
    part,
  );
}

/** A device that sends other frames. */
function says(
  name: string,
  wrong: string,
  change: () => (frame: CanFrame) => readonly CanFrame[],
): Mutant {
  return bus(name, wrong, (pins) => {
    const said = change();
    return {
      onTransmit: (listener) =>
        pins.onTransmit((frame, rate) =>
          said(frame)
            .map((each) => listener(each, rate))
            .every((answer) => answer !== false),
        ),
    };
  });
}

const isHeader = ({ id, data }: CanFrame): boolean => id === 0x31 && data.length === 5;

/** Devices that hear or say something else than they should. */
export const framing: readonly Mutant[] = [
  says(
    'answers-under-the-first-identifier',
    'what answers carries the identifier of the first answer for ever',
    () => {
      let first: number | undefined;
      return (frame) => {
        first ??= frame.id;
        return [{ ...frame, id: first }];
      };
    },
  ),
  hears(
    'filter-from-0x110-on',
    'the filter lets identifiers from 0x100 to 0x10F pass, of which the low byte counts',
    () => (frame) =>
      frame.id >= 0x100 && frame.id < 0x110 ? { ...frame, id: frame.id & 0xff } : frame,
    'start-frame',
  ),
  hears('first-frame-lost', 'the first frame wakes it and is lost', () => {
    let first = true;
    return (frame) => {
      if (!first) return frame;
      first = false;
      return undefined;
    };
  }),
  bus(
    'start-frame-not-needed',
    'any frame starts protocol 2.2',
    (pins) => {
      let started = false;
      return {
        receive(frame, rate) {
          if (!started) pins.receive(START, rate);
          started = true;
          return pins.receive(frame, rate);
        },
      };
    },
    'start-frame',
  ),
  hears(
    'start-byte-not-judged',
    'any byte under 0x111 starts protocol 2.2',
    () => (frame) => (frame.id === START.id && frame.data.length === 1 ? START : frame),
    'start-frame',
  ),
  hears(
    'start-length-not-judged',
    '0x5A under 0x111 starts protocol 2.2 with whatever else the frame holds',
    () => (frame) => (frame.id === START.id && frame.data[0] === 0x5a ? START : frame),
    'start-frame',
  ),
  hears(
    'start-identifier-not-judged',
    '0x5A starts protocol 2.2 under any identifier',
    () => (frame) => (frame.data.length === 1 && frame.data[0] === 0x5a ? START : frame),
    'start-frame',
  ),
  bus('any-rate', 'frames at any rate are taken', (pins) => ({
    receive: (frame) => pins.receive(frame),
  })),
  bus('any-data-rate', 'the data phase may have any rate', (pins) => ({
    receive: (frame, rate) =>
      pins.receive(frame, rate === undefined ? undefined : { nominal: rate.nominal }),
  })),
  says('classic-answers', 'answers of up to eight bytes are classic frames', () => (frame) => [
    frame.data.length <= 8 ? { ...frame, fd: false, brs: false } : frame,
  ]),
  says('answers-without-switch', 'answers have no fast data phase', () => (frame) => [
    { ...frame, brs: false },
  ]),
  says('answers-extended', 'answers have extended identifiers', () => (frame) => [
    { ...frame, extended: true },
  ]),
  says('answers-under-the-start', 'every answer carries identifier 0x111', () => (frame) => [
    { ...frame, id: START.id },
  ]),
  hears(
    'extended-heard',
    'extended identifiers are heard by their low eleven bits',
    () => (frame) => (frame.extended ? { ...frame, extended: false, id: frame.id & 0x7ff } : frame),
  ),
  hears(
    'long-identifiers-lost',
    'identifiers above one byte are filtered out before protocol 2.2',
    () => (frame) => (frame.id > 0xff ? undefined : frame),
  ),
  hears(
    'long-identifiers-heard',
    'identifiers above one byte are heard by their low byte at protocol 2.2',
    () => (frame) => (frame.id === START.id ? frame : { ...frame, id: frame.id & 0xff }),
    'start-frame',
  ),
  hears(
    'classic-lost',
    'classic frames are not heard',
    () => (frame) => (frame.fd ? frame : undefined),
  ),
  hears(
    'slow-frames-lost',
    'frames without a fast data phase are not heard',
    () => (frame) => (frame.fd && !frame.brs ? undefined : frame),
  ),
  hears(
    'long-frames-lost',
    'a command with data that it has no use for is not heard',
    () => (frame) => (frame.id === 0x02 && frame.data.length > 0 ? undefined : frame),
  ),
  bus('one-frame-at-a-time', 'a frame that follows another at once is lost', (pins) => {
    let answered = true;
    return {
      receive(frame, rate) {
        const lost = !answered && frame.id === 0x02;
        answered = false;
        return lost ? 'acknowledged' : pins.receive(frame, rate);
      },
      onTransmit(listener) {
        pins.onTransmit((frame, rate) => {
          answered = true;
          return listener(frame, rate);
        });
      },
    };
  }),
  hears(
    'whole-frames-written',
    'what fills the last frame of a block up is written too',
    () => (frame) =>
      isHeader(frame) ? { ...frame, data: frame.data.with(4, frame.data[4]! | 0x3f) } : frame,
  ),
  hears(
    'count-of-codes-ignored',
    'all bytes behind the count of Write Protect are codes',
    () => (frame) =>
      frame.id === 0x63 ? { ...frame, data: frame.data.with(0, frame.data.length - 1) } : frame,
  ),
  hears('page-count-less-one', 'the number of pages is taken as one less', () => (frame) => {
    const { id, data } = frame;
    const counts = id === 0x44 && data.length === 2 && data[0] === 0 && data[1]! > 0;
    return counts ? { ...frame, data: Uint8Array.of(0, data[1]! + 1) } : frame;
  }),
  says('frames-as-long-as-needed', 'the filler of a frame of memory is left out', () => (frame) => {
    const last = frame.data.findLastIndex((byte) => byte !== 0xff) + 1;
    const { data } = frame;
    return [data.length === 64 && last < 8 ? { ...frame, data: data.slice(0, last) } : frame];
  }),
  says('filled-with-zeros', 'the last frame of memory is filled up with zeros', () => (frame) => {
    const last = frame.data.findLastIndex((byte) => byte !== 0xff);
    const { data } = frame;
    return [
      data.length === 64 && last >= 0
        ? { ...frame, data: data.map((byte, at) => (at > last ? 0 : byte)) }
        : frame,
    ];
  }),
];
