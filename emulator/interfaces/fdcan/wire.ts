import type { CommandName } from '../../../families/index.ts';
import type { Erase } from '../../chip/chip.ts';
import type { CanFrame } from '../can/pins.ts';
import { addressedRequests } from '../framed/addressed-requests.ts';
import { ACKNOWLEDGED_WITH_ADDRESS, frameAnswers, notHere } from '../can/answers.ts';
import { frameName } from '../can/frames.ts';
import type { FramePort } from '../can/frames.ts';
import type { AwaitedStep, Dialogue } from '../../bootloader/dialogue.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';
import { SPECIAL_ERASES } from '../framed/special-erase.ts';
import { interfaces, NACK, opcodes, eraseCodes, specialLimits } from '../../../families/index.ts';
import type { Answered, Wire } from '../framed/wire.ts';

const { start: START, width: WIDTH } = interfaces.FDCAN;

/** What the FDCAN protocol needs of its port beyond frames. */
export interface FdcanSide {
  /** A frame came that starts the protocol: the port is selected. */
  selected(): void;
  readonly nacked: (reason: string) => void;
  readonly dropped: (what: string, why: string) => void;
}

/** The FDCAN form of requests and answers (AN5405): the identifier of a frame is the command. `outer` is the wire in use, replacements included. */
export function fdcanWire(port: FramePort, rom: Rom, side: FdcanSide, outer: () => Wire): Wire {
  const { quirk } = rom;
  const startFrame = atLeast(rom.protocol, '2.2');
  let current = frame(START.id, new Uint8Array());
  /** A frame that started the protocol and is a command as well. */
  let first: CanFrame | undefined;

  const opcode = (): number => current.id & 0xff;
  const byte = (at: number): number => current.data[at] ?? 0;

  /** Identifier of what answers the command. */
  const answerId = (positive: boolean): number => {
    const code = opcode();
    if (code === opcodes.special && quirk('fdcan-special-answers-on-0x111')) return START.id;
    if (code === opcodes['readout-unprotect'] && quirk('fdcan-readout-unprotect-reply-wrong'))
      return START.id;
    return positive && quirk('fdcan-answers-on-opcode') ? code : current.id;
  };

  /**
   * The next frame. One that was spoilt, or found the FIFO full, never gets here, and AN5405 lets the
   * bootloader look for neither; from 2.2 on a filter keeps identifiers above 0xFF away.
   */
  function* next(what: AwaitedStep): Dialogue<CanFrame> {
    for (;;) {
      const item = (yield* port.take(1, what))[0]!;
      if (item === 'bus error') side.dropped('a frame', 'it had errors, or the FIFO was full');
      else if (startFrame && item.id > 0xff) {
        side.dropped(frameName(item), 'identifiers above 0xff are filtered out');
      } else return item;
    }
  }

  /** `length` bytes in as many frames of 64 as they fill; what a shorter frame does not carry is taken as 0xFF. */
  function* dataFrames(command: CommandName, length: number): Dialogue<Uint8Array> {
    const data = new Uint8Array(length).fill(0xff);
    for (let at = 0; at < length; at += WIDTH) {
      const item = yield* next(`${command}: data`);
      const over = item.data.subarray(length - at);
      if (over.some((filler) => filler !== 0xff && filler !== 0)) {
        side.dropped(`${over.length} bytes of ${command}`, 'more than were announced');
      }
      data.set(item.data.subarray(0, length - at), at);
    }
    return data;
  }

  return {
    judgesWritesAtOnce: true,
    ...frameAnswers(
      port,
      {
        answer: (bytes) => port.put(frame(answerId(true), bytes.slice())),
        refuse: () => port.put(frame(answerId(false), Uint8Array.of(NACK))),
        nacked: side.nacked,
        memory: { width: WIDTH, padded: true },
      },
      outer,
    ),
    ...addressedRequests({ byte, data: dataFrames }, outer),

    *select() {
      for (;;) {
        const item = (yield* port.take(1, 'start frame'))[0]!;
        if (item === 'bus error') {
          side.dropped('a frame', 'it had errors');
          continue;
        }
        if (!startFrame) {
          first = item; // up to 2.1 any frame starts the protocol, and is a command too
          break;
        }
        const { id, data } = item;
        if (id === START.id && data.length === 1 && data[0] === START.data[0]) break;
        side.dropped(frameName(item), 'the start frame 0x111 5A is waited for');
      }
      side.selected();
      if (startFrame && quirk('fdcan-start-frame-acknowledged')) yield* outer().accept();
    },

    *command() {
      current = first ?? (yield* next('command'));
      first = undefined;
      return atLeast(rom.protocol, '2.1') ? current.id : opcode();
    },

    *acceptCommand() {
      const twice = opcode() === opcodes.go && quirk('fdcan-go-acknowledged-twice');
      if (twice || !ACKNOWLEDGED_WITH_ADDRESS.has(opcode())) yield* outer().accept();
    },

    *extendedEraseRequest(): Dialogue<Erase | Answered> {
      const command = 'extended-erase';
      const count = (byte(0) << 8) | byte(1); // AN5405, Erase Memory: the number itself, not less one
      if (count >= eraseCodes.reserved) {
        const special = SPECIAL_ERASES.get(count);
        if (special !== undefined) return special;
        const detail = `special erase code ${count.toString(16)}`;
        yield* outer().refuse({ refused: 'unsupported', detail }, { command, step: 'block' });
        return 'answered';
      }
      if (count > 32 && quirk('fdcan-32-sectors-at-most')) {
        const detail = `${count} sectors; this ROM takes 32`;
        yield* outer().refuse({ refused: 'length', detail }, { command, step: 'length' });
        return 'answered';
      }
      yield* outer().accept();
      const list = yield* dataFrames(command, 2 * count);
      const lowFirst = quirk('fdcan-erase-pages-low-byte-first');
      const numbers = new DataView(list.buffer);
      return { pages: Array.from({ length: count }, (_, n) => numbers.getUint16(2 * n, lowFirst)) };
    },

    *writeProtectRequest() {
      const codes = current.data.subarray(1, 1 + byte(0));
      const missing = byte(0) - codes.length;
      if (missing > 0) side.dropped(`${missing} sector codes`, 'they do not fit into the frame');
      return { codes: [...codes] };
    },

    *specialRequest(command, known) {
      const code = (byte(0) << 8) | byte(1);
      if (!known(code)) {
        const detail = `code ${code.toString(16)}`;
        yield* outer().refuse({ refused: 'unsupported', detail }, { command, step: 'address' });
        return 'answered';
      }
      yield* outer().accept();
      const limits = specialLimits[command];
      const parts: Uint8Array[] = [];
      for (const [index, limit] of limits.entries()) {
        const size = yield* next(`${command}: size`);
        const length = ((size.data[0] ?? 0) << 8) | (size.data[1] ?? 0);
        if (length > limit) {
          yield* outer().refuse(
            { refused: 'length', detail: `${length} bytes` },
            { command, step: 'length' },
          );
          return 'answered';
        }
        parts.push(yield* dataFrames(command, length));
        if (index < limits.length - 1) yield* outer().accept();
      }
      return { code, data: Uint8Array.from(parts.flatMap((part) => [...part])) };
    },

    eraseRequest: notHere('Erase'),
    checksumRequest: notHere('Get Checksum'),
    replyChecksum: notHere('Get Checksum'),
  };
}

/** A frame with a standard identifier and a fast data phase. */
function frame(id: number, data: Uint8Array): CanFrame {
  return { id, extended: false, fd: true, brs: true, data };
}
