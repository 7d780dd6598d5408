import type { CanFrame } from '../../../../emulator/index.ts';
import { frameMutant, hears, nackUnderLast, sends } from '../../../mutants/dialogue/frames.ts';
import { madeOf } from '../../../mutants/kit.ts';
import type { Kind, Mutant } from '../../../mutants/kit.ts';
import { OPCODES } from '../../usart/host.ts';

const START: CanFrame = {
  id: 0x111,
  extended: false,
  fd: true,
  brs: true,
  data: Uint8Array.of(0x5a),
};

const isHeader = ({ id, data }: CanFrame): boolean => id === 0x31 && data.length === 5;

const withId = (frame: CanFrame, id: number): CanFrame => ({ ...frame, id });

/** Devices of protocol 2.2, which a frame under 0x111 starts. */
const started: readonly Mutant[] = [
  hears(
    'filter-from-0x110-on',
    'the filter lets identifiers from 0x100 to 0x10F pass, of which the low byte counts',
    (frame) => (frame.id >= 0x100 && frame.id < 0x110 ? withId(frame, frame.id & 0xff) : frame),
  ),
  frameMutant('start-frame-not-needed', 'any frame starts protocol 2.2', (pins) => {
    let isStarted = false;
    return {
      receive(frame, rate) {
        if (!isStarted) pins.receive(START, rate);
        isStarted = true;
        return pins.receive(frame, rate);
      },
    };
  }),
  hears('start-byte-not-judged', 'any byte under 0x111 starts protocol 2.2', (frame) =>
    frame.id === START.id && frame.data.length === 1 ? START : frame,
  ),
  hears('start-length-not-judged', 'more than 0x5A under 0x111 starts protocol 2.2', (frame) =>
    frame.id === START.id && frame.data[0] === 0x5a ? START : frame,
  ),
  hears('start-identifier-not-judged', '0x5A starts protocol 2.2 under any identifier', (frame) =>
    frame.data.length === 1 && frame.data[0] === 0x5a ? START : frame,
  ),
  hears('long-identifiers-heard', 'longer identifiers are heard by their low byte', (frame) =>
    frame.id === START.id ? frame : withId(frame, frame.id & 0xff),
  ),
];

/** Devices that hear or say something else than they should. */
export const framingOnFdcan: readonly Kind[] = [
  ...madeOf('start-frame', started),
  frameMutant(
    'answers-under-the-first-identifier',
    'what answers carries the identifier of the first answer for ever',
    (pins) => {
      let first: number | undefined;
      return {
        onTransmit: (listener) =>
          pins.onTransmit((frame, rate) => {
            first ??= frame.id;
            return listener(withId(frame, first), rate);
          }),
      };
    },
  ),
  hears('first-frame-lost', 'the first frame wakes it and is lost', (frame, { host }) =>
    host === undefined ? 'acknowledged' : frame,
  ),
  frameMutant('any-rate', 'frames at any rate are taken', (pins) => ({
    receive: (frame) => pins.receive(frame),
  })),
  frameMutant('any-data-rate', 'the data phase may have any rate', (pins) => ({
    receive: (frame, rate) =>
      pins.receive(frame, rate === undefined ? undefined : { nominal: rate.nominal }),
  })),
  sends('classic-answers', 'answers of up to eight bytes are classic frames', (frame) => [
    frame.data.length <= 8 ? { ...frame, fd: false, brs: false } : frame,
  ]),
  sends('answers-without-switch', 'answers have no fast data phase', (frame) => [
    { ...frame, brs: false },
  ]),
  sends('answers-extended', 'answers have extended identifiers', (frame) => [
    { ...frame, extended: true },
  ]),
  sends('answers-under-the-start', 'every answer carries identifier 0x111', (frame) => [
    withId(frame, START.id),
  ]),
  hears('extended-heard', 'extended identifiers are heard by their low eleven bits', (frame) =>
    frame.extended ? { ...frame, extended: false, id: frame.id & 0x7ff } : frame,
  ),
  hears('long-identifiers-lost', 'longer identifiers are not heard', (frame) =>
    frame.id > 0xff ? 'acknowledged' : frame,
  ),
  hears('classic-lost', 'classic frames are not heard', (frame) =>
    frame.fd ? frame : 'acknowledged',
  ),
  hears('slow-frames-lost', 'frames without a fast data phase are not heard', (frame) =>
    frame.fd && !frame.brs ? 'acknowledged' : frame,
  ),
  hears('long-frames-lost', 'a command with data that it has no use for is not heard', (frame) =>
    frame.id === 0x02 && frame.data.length > 0 ? 'acknowledged' : frame,
  ),
  frameMutant('one-frame-at-a-time', 'a frame that follows another at once is lost', (pins) => {
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
  hears('whole-frames-written', 'what fills the last frame is written too', (frame) =>
    isHeader(frame) ? { ...frame, data: frame.data.with(4, frame.data[4]! | 0x3f) } : frame,
  ),
  hears('count-of-codes-ignored', 'all bytes behind a count are codes', (frame) =>
    frame.id === 0x63 ? { ...frame, data: frame.data.with(0, frame.data.length - 1) } : frame,
  ),
  hears('page-count-less-one', 'the number of pages is taken as one less', (frame) => {
    const { id, data } = frame;
    const counts = id === 0x44 && data.length === 2 && data[0] === 0 && data[1]! > 0;
    return counts ? { ...frame, data: Uint8Array.of(0, data[1]! + 1) } : frame;
  }),
  sends('frames-as-long-as-needed', 'the filler of a frame of memory is left out', (frame) => {
    const last = frame.data.findLastIndex((byte) => byte !== 0xff) + 1;
    const { data } = frame;
    return [data.length === 64 && last < 8 ? { ...frame, data: data.slice(0, last) } : frame];
  }),
  sends('filled-with-zeros', 'the last frame of memory is filled up with zeros', (frame) => {
    const last = frame.data.findLastIndex((byte) => byte !== 0xff);
    const { data } = frame;
    return [
      data.length === 64 && last >= 0
        ? { ...frame, data: data.map((byte, at) => (at > last ? 0 : byte)) }
        : frame,
    ];
  }),
  hears('identifier-top-bit-ignored', 'the top bit of an identifier is ignored', (frame) =>
    frame.id >= 0x83 && frame.id !== 0x92 && frame.id <= 0xff
      ? withId(frame, frame.id & 0x7f)
      : frame,
  ),
  hears('read-count-signed', 'a length has seven bits', (frame) =>
    frame.id === 0x11 && frame.data.length === 5
      ? { ...frame, data: frame.data.with(4, frame.data[4]! & 0x7f) }
      : frame,
  ),
  nackUnderLast((id) => (Object.values(OPCODES) as number[]).includes(id)),
];
