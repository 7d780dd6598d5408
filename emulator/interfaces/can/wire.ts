import type { CommandName } from '../../../families/index.ts';
import type { Micros } from '../../clock.ts';
import type { CanFrame } from './pins.ts';
import { addressedRequests } from '../framed/addressed-requests.ts';
import { ACKNOWLEDGED_WITH_ADDRESS, frameAnswers, notHere } from './answers.ts';
import { frameName } from './frames.ts';
import type { FramePort } from './frames.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import { interfaces, NACK, opcodes } from '../../../families/index.ts';
import type { Answered, Wire } from '../framed/wire.ts';

const HELLO = interfaces.CAN.hello;

/** One try of the clock search: the controller runs at 125 kbit/s if the guess of the crystal is right. */
export interface ClockGuess {
  /** MHz that the crystal is taken for. */
  readonly crystal: number;
  /** How long a frame is waited for. */
  readonly within: Micros;
}

/** The command under way. */
export interface CanRequest {
  frame: CanFrame;
}

/** No command yet: what is answered is the frame that connects. */
export function noRequest(): CanRequest {
  return { frame: frame(HELLO, new Uint8Array()) };
}

/** What the CAN protocol needs of its port beyond frames. */
export interface CanSide {
  readonly now: () => Micros;
  /** RX moved: the port is looked at alone from now on. The guesses that are tried one after the other. */
  woken(): readonly ClockGuess[];
  /** The controller is set up for the guess. */
  tune(guess: ClockGuess): void;
  /** A frame came through: the port is selected. */
  selected(): void;
  /** No frame came through: the ROM gives up by a system reset. */
  clockNotFound(): void;
  /** Sector codes of an Erase are answered when they are erased, not with their frame. */
  readonly erasesAnsweredPerPage: boolean;
  readonly nacked: (reason: string) => void;
  readonly dropped: (what: string, why: string) => void;
}

/** The CAN form of requests and answers (AN3154): the identifier of a frame is the command. `outer` is the wire in use, replacements included. */
export function canWire(
  port: FramePort,
  side: CanSide,
  request: CanRequest,
  outer: () => Wire,
): Wire {
  /** A byte of the command's frame; what a shorter frame does not carry is taken as 0. */
  const byte = (at: number): number => request.frame.data[at] ?? 0;

  /** ID 0x79 came through before the time was over; frames with errors and other identifiers do not count. */
  function* heardHello(within: Micros): Dialogue<boolean> {
    const until = side.now() + within;
    for (;;) {
      const left = until - side.now();
      if (left <= 0) return false;
      const items = yield* port.takeWithin(left, 1, 'clock search');
      if (items === 'late') return false;
      const item = items[0]!;
      if (item !== 'bus error' && item.id === HELLO) return true;
      const what = item === 'bus error' ? 'a frame with errors' : frameName(item);
      side.dropped(what, `only 0x${HELLO.toString(16)} counts in the search for the clock`);
    }
  }

  /** Data of frames with any identifier until `length` bytes are there; each frame is acknowledged unless `quietly`. */
  function* dataFrames(
    command: CommandName,
    length: number,
    quietly = false,
  ): Dialogue<Uint8Array | Answered> {
    const data = new Uint8Array(length);
    for (let got = 0; got < length;) {
      const item = (yield* port.take(1, `${command}: data`))[0]!;
      if (item === 'bus error') {
        yield* outer().refuse({ refused: 'checksum', detail: item }, { command, step: 'block' });
        return 'answered';
      }
      const over = got + item.data.length - length;
      if (over > 0) side.dropped(`${over} bytes of ${command}`, 'more than were announced');
      data.set(item.data.subarray(0, length - got), got);
      got += item.data.length;
      if (!quietly) yield* outer().accept();
    }
    return data;
  }

  return {
    judgesWritesAtOnce: true,
    ...frameAnswers(
      port,
      {
        answer: (bytes) => port.put(frame(request.frame.id, bytes.slice())),
        refuse: () => port.put(frame(request.frame.id, Uint8Array.of(NACK))),
        nacked: side.nacked,
        memory: { width: 8, padded: false },
      },
      outer,
    ),
    ...addressedRequests({ byte, data: dataFrames }, outer),

    *select() {
      yield* port.take(1, 'edge');
      for (const guess of side.woken()) {
        side.tune(guess);
        if (!(yield* heardHello(guess.within))) continue;
        side.selected();
        yield* outer().accept();
        return;
      }
      side.clockNotFound();
      yield* port.silence('no clock found');
    },

    *command() {
      const item = (yield* port.take(1, 'command'))[0]!;
      if (item !== 'bus error') {
        request.frame = item;
        return item.id;
      }
      yield* outer().refuse({ refused: 'checksum', detail: item }, { step: 'command' });
      return 'malformed';
    },

    *acceptCommand() {
      const { id } = request.frame;
      const later = id === opcodes.speed || ACKNOWLEDGED_WITH_ADDRESS.has(id);
      if (!later) yield* outer().accept();
    },

    // the note can be read in several ways here: this is what hosts that work do
    *eraseRequest() {
      const count = byte(0);
      if (count === 0xff) return { mass: true };
      const pages = yield* dataFrames('erase', count + 1, side.erasesAnsweredPerPage);
      return pages === 'answered' ? pages : { pages: [...pages] };
    },

    *writeProtectRequest() {
      const codes = yield* dataFrames('write-protect', byte(0) + 1);
      return codes === 'answered' ? codes : { codes: [...codes] };
    },

    extendedEraseRequest: notHere('Extended Erase'),
    checksumRequest: notHere('Get Checksum'),
    specialRequest: notHere('Special'),
    replyChecksum: notHere('Get Checksum'),
  };
}

/** A data frame with a standard identifier. */
function frame(id: number, data: Uint8Array): CanFrame {
  return { id, extended: false, fd: false, brs: false, data };
}
