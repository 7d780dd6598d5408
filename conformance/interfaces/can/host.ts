import { interfaces } from '../../../families/index.ts';
import type { CanCommandName } from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import type { Reply, Step } from '../../run/script.ts';
import { CAN_RATE, LOST, frame, rate } from './frames.ts';
import type { Frame } from './frames.ts';
import { ACK_BYTE, ERASE_MS, NACK_BYTE, be32, erasesMs } from '../usart/host.ts';

export const { hello: HELLO, opcodes: OPCODES, speeds: SPEEDS } = interfaces.CAN;

/** What is recommended as the identifier of data (AN3154 §3.7). */
export const DATA = 0x04;

/** Most data bytes of a frame. */
const LONGEST = 8;

/** How long the second ACK of Speed may be on its way, in ms: OpenBootloader lets hosts a third of a second. */
const SPEED_MS = 2_000;

/** Nothing is answered. */
export const SILENCE: Reply = { bytes: [] };

/** A frame that did not go through. */
export const NOT_TAKEN: Reply = { bytes: [LOST] };

/** Frames of the device under an identifier. */
export function answer(id: number, ...frames: readonly (readonly number[])[]): Reply {
  return { bytes: frames.flatMap((data) => frame({ id, data })) };
}

/** So many ACKs one behind the other. */
export function ack(id: number, count = 1): Reply {
  return answer(id, ...Array.from({ length: count }, () => [ACK_BYTE]));
}

/** A NACK under an identifier. */
export function nack(id: number): Reply {
  return answer(id, [NACK_BYTE]);
}

/** An answer as it is, with another verdict than `pass`. */
export function but(reply: Reply, verdict: NonNullable<Reply['verdict']>, says: string): Reply {
  return { ...reply, verdict, says };
}

/** A frame of the host in words, and the replies to it; an ACK under its identifier where none is given. */
export function sent(name: string, each: Frame, ...replies: readonly Reply[]): Step {
  return { name, send: frame(each), replies: replies.length === 0 ? [ack(each.id)] : replies };
}

/** The frame that connects. */
export function hello(...replies: readonly Reply[]): Step {
  return sent('connect', { id: HELLO, data: [] }, ...replies);
}

/** The same to a device that has reset itself. */
export function helloAgain(): Step {
  return { ...hello(), afterReset: true };
}

/** A command's frame. */
export function command(
  name: CanCommandName,
  data: readonly number[] = [],
  ...replies: readonly Reply[]
): Step {
  return sent(name, { id: OPCODES[name], data }, ...replies);
}

/** Get ID as the part answers it. */
export function getId(part: Pick<Part, 'device'>): Step {
  const { productId } = part.device;
  const id = [productId >> 8, productId & 0xff];
  return command('get-id', [], answer(OPCODES['get-id'], [ACK_BYTE], id, [ACK_BYTE]));
}

/** The host goes on at so many bits per second. */
export function hostRate(bitsPerSecond: number, ...replies: readonly Reply[]): Step {
  const name = `the host goes to ${bitsPerSecond / 1000} kbit/s`;
  return {
    name,
    send: rate({ nominal: bitsPerSecond }),
    replies: replies.length === 0 ? [SILENCE] : replies,
    withinMs: SPEED_MS,
  };
}

/** A frame at another rate, by a host that is back at `at` behind it: whatever comes, it is spoilt. */
export function spoilt(name: string, each: Frame, at: number = CAN_RATE.nominal): Step {
  const wrong = at === SPEEDS[3] ? SPEEDS[2]! : SPEEDS[3]!;
  const send = [...rate({ nominal: wrong }), ...frame(each), ...rate({ nominal: at })];
  return { name: `${name}, spoilt`, send, replies: [], anything: true };
}

/** Speed: an ACK at the rate that is, and one at the new rate. */
export function speed(code: number, from: number = CAN_RATE.nominal): readonly Step[] {
  const to = SPEEDS[code]!;
  const name = `speed ${to / 1000} kbit/s`;
  const id = OPCODES.speed;
  if (from === to) return [sent(name, { id, data: [code] }, ack(id, 2))];
  return [sent(name, { id, data: [code] }, ack(id)), hostRate(to, ack(id))];
}

/** Memory as Read Memory answers it: eight bytes to a frame, the last as long as the rest. */
export function readFrames(data: readonly number[]): readonly (readonly number[])[] {
  return [[ACK_BYTE], ...chunks(data), [ACK_BYTE]];
}

/** All of Read Memory with the bytes expected. */
export function read(from: number, data: readonly number[]): Step {
  return readCommand(from, data.length, answer(OPCODES['read-memory'], ...readFrames(data)));
}

/** Read Memory; a count above 256 wraps. */
export function readCommand(from: number, count: number, ...replies: readonly Reply[]): Step {
  const data = [...be32(from), (count - 1) & 0xff];
  return {
    ...command('read-memory', data, ...replies),
    name: `read ${count} bytes at ${hex(from)}`,
  };
}

/** The first frame of Write Memory. */
export function writeHeader(to: number, count: number, ...replies: readonly Reply[]): Step {
  const data = [...be32(to), count - 1];
  return {
    ...command('write-memory', data, ...replies),
    name: `write ${count} bytes at ${hex(to)}`,
  };
}

/** A data frame of Write Memory; its ACK comes under the identifier of the command. */
export function dataFrame(
  data: readonly number[],
  replies: readonly Reply[] = [ack(OPCODES['write-memory'])],
  id = DATA,
): Step {
  return { ...sent(`${data.length} bytes of data`, { id, data }, ...replies), withinMs: 5_000 };
}

/** Data of Write Memory in frames: an ACK for each, and one behind the last when all is programmed. */
export function dataFrames(
  frames: readonly (readonly number[])[],
  end: readonly Reply[] = [ack(OPCODES['write-memory'], 2)],
  id = DATA,
): readonly Step[] {
  return frames.map((data, at) =>
    at < frames.length - 1 ? dataFrame(data, undefined, id) : dataFrame(data, end, id),
  );
}

/** All of Write Memory. */
export function write(to: number, data: readonly number[]): readonly Step[] {
  return [writeHeader(to, data.length), ...dataFrames(chunks(data))];
}

/** The first frame of Erase: the number of pages less one. */
export function eraseHeader(count: number, ...replies: readonly Reply[]): Step {
  return { ...command('erase', [count - 1], ...replies), name: `erase ${count} pages` };
}

/**
 * Pages of Erase in frames of page numbers. Hosts that work wait for one ACK for each frame, and one when all is
 * erased; the note tells of an ACK behind each page.
 */
export function pageFrames(frames: readonly (readonly number[])[]): readonly Step[] {
  const total = frames.flat().length;
  const says = 'it acknowledges each page when it is erased, as AN3154 tells, and not each frame';
  const named = (at: number, ...replies: readonly Reply[]): Step => {
    const data = frames[at]!;
    const each = sent(`pages ${data.join(' ')}`, { id: OPCODES.erase, data }, ...replies);
    return { ...each, withinMs: erasesMs(total) };
  };
  const from = (at: number, waiting: boolean): readonly Step[] => {
    if (at === frames.length) return [];
    const isLast = at === frames.length - 1;
    const late = but(ack(OPCODES.erase, total + 1), 'informational', says);
    if (waiting) {
      return isLast ? [named(at, late)] : [named(at, SILENCE), ...from(at + 1, true)];
    }
    if (isLast) return [named(at, ack(OPCODES.erase, 2), ...(total > 1 ? [late] : []))];
    const quiet = { ...but(SILENCE, 'informational', says), goOn: from(at + 1, true) };
    return [named(at, ack(OPCODES.erase), quiet), ...from(at + 1, false)];
  };
  return from(0, false);
}

/** All of Erase for some pages. */
export function erase(pages: readonly number[]): readonly Step[] {
  return [eraseHeader(pages.length), ...pageFrames(chunks(pages))];
}

/** Erase of all: 0xFF, with whatever else the frame carries. */
export function massErase(rest: readonly number[] = [], ...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [ack(OPCODES.erase, 2)] : replies;
  return {
    ...command('erase', [0xff, ...rest], ...wanted),
    name: 'mass erase',
    withinMs: ERASE_MS,
  };
}

/** All of Write Protect: the number of sectors less one, then their codes. */
export function writeProtect(codes: readonly number[]): readonly Step[] {
  const id = OPCODES['write-protect'];
  const frames = chunks(codes);
  return [
    command('write-protect', [codes.length - 1]),
    ...frames.map((data, at) => ({
      ...sent(`sectors ${data.join(' ')}`, { id, data }, ack(id, at < frames.length - 1 ? 1 : 2)),
      withinMs: 5_000,
    })),
  ];
}

/** A command that is acknowledged when it is received and when it is done, before the reset. */
export function done(name: 'write-unprotect' | 'readout-protect' | 'readout-unprotect'): Step {
  return { ...command(name, [0x00], ack(OPCODES[name], 2)), withinMs: ERASE_MS };
}

/** Bytes as frames carry them, eight to a frame or fewer. */
export function chunks(data: readonly number[], most = LONGEST): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(data.length / most) }, (_, at) =>
    data.slice(at * most, (at + 1) * most),
  );
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
