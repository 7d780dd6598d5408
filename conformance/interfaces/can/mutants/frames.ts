import type { CanFrame } from '../../../../emulator/index.ts';
import {
  frameMutant,
  hears,
  hearsInTurn,
  nackUnderLast,
  sends,
} from '../../../mutants/dialogue/frames.ts';
import type { Kind, Mutant } from '../../../mutants/kit.ts';
import { HELLO, OPCODES } from '../host.ts';

/** A device that hears frames of another rate than its own, as far as `which` says; before it has answered, or always. */
function hearsSpoilt(
  name: string,
  wrong: string,
  which: (frame: CanFrame, connected: boolean) => boolean,
): Mutant {
  return frameMutant(name, wrong, (pins) => {
    let connected = false;
    return {
      receive: (frame, rate) => pins.receive(frame, which(frame, connected) ? undefined : rate),
      onTransmit: (listener) =>
        pins.onTransmit((frame, rate) => {
          connected = true;
          return listener(frame, rate);
        }),
    };
  });
}

/** A device that hears nothing more from a spoilt frame on. */
const deafAfterSpoilt = (name: string, wrong: string, id: number): Mutant =>
  frameMutant(name, wrong, (pins) => {
    let deaf = false;
    return {
      receive(frame, rate) {
        if (deaf) return 'nobody';
        const taken = pins.receive(frame, rate);
        deaf = taken === 'error' && frame.id === id;
        return taken;
      },
    };
  });

/** Tells frames of data, which a write still waits for. */
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
const losesData = (name: string, wrong: string, which: (frame: CanFrame) => boolean): Mutant =>
  hearsInTurn(name, wrong, () => {
    const isData = dataWatcher();
    return (frame) => (isData(frame) && which(frame) ? 'acknowledged' : frame);
  });

/** A device that takes a wrong number for a count. */
const counts = (
  name: string,
  wrong: string,
  id: number,
  at: number,
  change: (count: number) => number,
): Mutant =>
  hearsInTurn(name, wrong, () => {
    const isData = dataWatcher();
    return (frame) =>
      !isData(frame) && frame.id === id && frame.data.length === at + 1
        ? { ...frame, data: frame.data.with(at, change(frame.data[at]!)) }
        : frame;
  });

const isOpcode = (id: number): boolean => (Object.values(OPCODES) as number[]).includes(id);

/** A device that looks at the data of a command that needs none. */
const judgesData = (name: string, id: number): Mutant =>
  hears(`${name}-judges-data`, `${name} with data is no command`, (frame) =>
    frame.id === id && frame.data.length > 0 ? { ...frame, id: 0x05 } : frame,
  );

const isAnswer = ({ data }: CanFrame): boolean => data.length === 1;

/** Devices that are wrong in what they hear and send on the bus. */
export const framingOnCan: readonly Kind[] = [
  hears('hello-with-data-unheard', 'a frame 0x79 with data does not connect', (frame, bus) =>
    !bus.connected && frame.id === HELLO && frame.data.length > 0 ? 'nobody' : frame,
  ),
  hears('any-frame-connects', 'any identifier connects', (frame, bus) =>
    bus.connected ? frame : { ...frame, id: HELLO },
  ),
  hears('extended-hello-connects', 'the extended identifier 0x79 connects', (frame, bus) =>
    bus.connected ? frame : { ...frame, extended: false, id: frame.id & 0x7ff },
  ),
  deafAfterSpoilt('lost-after-wrong-rate', 'it never recovers from a wrong rate', HELLO),
  hearsSpoilt(
    'connects-at-any-rate',
    'it takes 0x79 at any rate, and answers at 125 kbit/s',
    ({ id }, connected) => id === HELLO && !connected,
  ),
  sends('hello-answered-under-0', 'the ACK to 0x79 has the identifier 0', (frame) => [
    frame.id === HELLO ? { ...frame, id: 0 } : frame,
  ]),
  sends('hello-acked-twice', '0x79 is acknowledged twice', (frame) =>
    frame.id === HELLO && frame.data[0] === 0x79 ? [frame, frame] : [frame],
  ),
  hears('second-hello-unheard', 'a second 0x79 is not answered', (frame, bus) =>
    bus.connected && frame.id === HELLO ? { ...frame, extended: true } : frame,
  ),
  hears('low-byte-only', 'of an identifier the low byte alone counts', (frame, bus) =>
    bus.connected && !frame.extended ? { ...frame, id: frame.id & 0xff } : frame,
  ),
  hears('extended-heard', 'extended identifiers are taken as standard ones', (frame, bus) =>
    bus.connected ? { ...frame, extended: false, id: frame.id & 0x7ff } : frame,
  ),
  hears('extended-by-its-top', 'the upper bits of an extended identifier count', (frame, bus) =>
    bus.connected && frame.extended ? { ...frame, extended: false, id: frame.id >>> 18 } : frame,
  ),
  hears('fd-heard', 'frames of CAN FD are taken as classic ones', (frame) => ({
    ...frame,
    fd: false,
    brs: false,
  })),
  hearsSpoilt(
    'spoilt-erase-heard',
    'an Erase that was spoilt is executed',
    ({ id }) => id === 0x43,
  ),
  hearsSpoilt('spoilt-data-heard', 'data that was spoilt is taken', ({ id }) => id === 0x04),
  deafAfterSpoilt('lost-after-spoilt-data', 'it hears nothing after spoilt data', 0x04),
  hearsInTurn('lost-after-overrun', 'five frames in a row leave it deaf', () => {
    let deaf = false;
    return (frame, bus) => {
      deaf ||= bus.unanswered > 5;
      return deaf ? 'nobody' : frame;
    };
  }),
  hears('one-at-a-time', 'a frame is lost that comes before the last was answered', (frame, bus) =>
    bus.connected && bus.unanswered > 0 ? { ...frame, extended: true } : frame,
  ),
  judgesData('get', 0x00),
  judgesData('get-version', 0x01),
  judgesData('get-id', 0x02),
  hears('speed-needs-one-byte', 'Speed with more than its code is none', (frame) =>
    frame.id === 0x03 && frame.data.length > 1 ? { ...frame, data: Uint8Array.of(0) } : frame,
  ),
  hears('speed-codes-swapped', 'codes 2 and 3 of Speed are swapped', (frame) => {
    const [code] = frame.data;
    const swapped = frame.id === 0x03 && (code === 2 || code === 3);
    return swapped ? { ...frame, data: Uint8Array.of(5 - code) } : frame;
  }),
  hears('speed-code-wraps', 'of the code of Speed two bits count', (frame) =>
    frame.id === 0x03 && frame.data[0]! > 4
      ? { ...frame, data: Uint8Array.of((frame.data[0]! & 3) + 1) }
      : frame,
  ),
  hears('speed-0-is-125', 'Speed takes 0 as 125 kbit/s', (frame) =>
    frame.id === 0x03 && frame.data[0] === 0 ? { ...frame, data: Uint8Array.of(1) } : frame,
  ),
  hears('speed-by-default', 'Speed without a code is 125 kbit/s', (frame) =>
    frame.id === 0x03 && frame.data.length === 0 ? { ...frame, data: Uint8Array.of(1) } : frame,
  ),
  frameMutant('speed-outlives-reset', 'the rate outlives a reset', (pins) => {
    let own: number | undefined;
    return {
      receive: (frame, rate) =>
        own !== undefined && frame.id === HELLO && rate?.nominal !== own
          ? 'error'
          : pins.receive(frame, rate),
      onTransmit: (listener) =>
        pins.onTransmit((frame, rate) => {
          if (rate.nominal !== 125_000) own = rate.nominal;
          return listener(frame, rate);
        }),
    };
  }),
  frameMutant('fast-frames-lost', 'at 1 Mbit/s full frames are lost', (pins) => ({
    receive: (frame, rate) =>
      rate?.nominal === 1_000_000 && frame.data.length === 8
        ? 'acknowledged'
        : pins.receive(frame, rate),
  })),
  sends('read-odd-rest-padded', 'an odd rest of a read is filled up with a byte', (frame) => [
    frame.id === 0x11 && frame.data.length % 2 === 1 && !isAnswer(frame)
      ? { ...frame, data: Uint8Array.of(...frame.data, 0xff) }
      : frame,
  ]),
  sends('read-rest-byte-by-byte', 'the rest of a read comes in frames of one byte', (frame) =>
    frame.id === 0x11 && frame.data.length < 8
      ? Array.from(frame.data, (byte) => ({ ...frame, data: Uint8Array.of(byte) }))
      : [frame],
  ),
  hears('read-needs-five-bytes', 'a longer frame of Read Memory is no command', (frame) =>
    frame.id === 0x11 && frame.data.length > 5 ? { ...frame, id: 0x05 } : frame,
  ),
  hears(
    'short-read-reads',
    'a short frame of Read Memory is not answered any more',
    (frame, bus) =>
      bus.connected && frame.id === 0x11 && frame.data.length < 5
        ? { ...frame, id: 0x31, data: Uint8Array.of(0x20, 0x00, 0x40, 0x00, 0xff) }
        : frame,
  ),
  sends(
    'data-acked-under-its-identifier',
    'data is acknowledged under its own ID',
    (frame, host) => [
      frame.id === 0x31 && host !== undefined && host.id !== 0x04
        ? { ...frame, id: host.id }
        : frame,
    ],
  ),
  hears('data-frames-filled-up', 'a data frame of an odd length is filled up', (frame) =>
    frame.id === 0x04 && frame.data.length % 2 === 1
      ? { ...frame, data: Uint8Array.of(...frame.data, 0xff) }
      : frame,
  ),
  hears('page-frames-of-two', 'of a frame of pages two count', (frame, bus) =>
    frame.id === 0x43 && bus.connected && frame.data.length > 4 && frame.data[0] !== 0xff
      ? { ...frame, data: frame.data.slice(0, 2) }
      : frame,
  ),
  hears('mass-erase-judges-data', 'Erase with 0xFF and more data is no command', (frame) =>
    frame.id === 0x43 && frame.data[0] === 0xff && frame.data.length > 1
      ? { ...frame, id: 0x05 }
      : frame,
  ),
  hears('unprotect-under-0x93', '0x93 is taken as Readout Unprotect', (frame) =>
    frame.id === 0x93 ? { ...frame, id: 0x92 } : frame,
  ),
  losesData(
    'data-under-commands-lost',
    'data under other commands is not heard',
    ({ id }) => isOpcode(id) && id !== OPCODES['write-memory'],
  ),
  losesData(
    'data-under-other-identifiers-lost',
    'data under an identifier that is neither 0x04 nor a command is not heard',
    ({ id }) => id !== 0x04 && !isOpcode(id),
  ),
  counts(
    'read-count-signed',
    'a length has seven bits',
    OPCODES['read-memory'],
    4,
    (count) => count & 0x7f,
  ),
  counts('erase-count-signed', 'a count of pages has seven bits', OPCODES.erase, 0, (count) =>
    count === 0xff ? count : count & 0x7f,
  ),
  hearsInTurn('identifier-top-bit-ignored', 'the top bit of an identifier is ignored', () => {
    const isData = dataWatcher();
    return (frame, { connected }) =>
      connected && !isData(frame) && !frame.extended && frame.id >= 0x83 && frame.id !== 0x92
        ? { ...frame, id: frame.id & 0x7f }
        : frame;
  }),
  hearsInTurn('wrong-speed-deafens', 'behind a wrong code of Speed it is deaf', () => {
    let deaf = false;
    return (frame) => {
      if (deaf) return 'error';
      deaf = frame.id === OPCODES.speed && frame.data.length === 1 && frame.data[0]! > 4;
      return frame;
    };
  }),
  nackUnderLast(isOpcode),
];
