import { interfaces } from '../../../families/index.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import { ANY } from '../../run/script.ts';
import type { Reply, Step } from '../../run/script.ts';
import { BRS, FD, FDCAN_RATE, LOST, frame, rate } from '../can/frames.ts';
import type { Frame, Rate } from '../can/frames.ts';
import { ACK_BYTE, ERASE_MS, NACK_BYTE, OPCODES, be16, be32, erasesMs } from '../usart/host.ts';

export const { start: START, width: WIDTH } = interfaces.FDCAN;

/** Page numbers that one frame holds. */
export const PAGES_IN_A_FRAME = WIDTH / 2;

/** Lengths that a frame of CAN FD can have (ISO 11898-1, DLC). */
export const FD_LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64] as const;

const WRITE_MS = 5_000;

/** The rates of the line's bootloader. */
export function ratesOf({ device }: Pick<Part, 'device'>): Required<Rate> {
  const { nominal, data = nominal } = device.fdcanRates ?? FDCAN_RATE;
  return { nominal, data };
}

export const SILENCE: Reply = { bytes: [] };

/** The host's frame did not go through: it was spoilt by error frames, or nobody acknowledged it. */
export const NOT_TAKEN: Reply = { bytes: [LOST] };

/** Frames of the device under one identifier, one behind the other; below 0 it is any. */
export function answers(id: number, ...frames: readonly (readonly number[])[]): Reply {
  const name = id < 0 ? [ANY, ANY, ANY, ANY] : [0, 0, id >> 8, id & 0xff];
  return { bytes: frames.flatMap((data) => [FD | BRS, ...name, data.length, ...data]) };
}

/** An ACK for a command, `times` in a row. */
export function ack(name: UsartCommandName, times = 1): Reply {
  return answers(OPCODES[name], ...Array<number[]>(times).fill([ACK_BYTE]));
}

export function nack(name: UsartCommandName): Reply {
  return answers(OPCODES[name], [NACK_BYTE]);
}

/** A command that was accepted, and refused when its content was looked at. */
export function ackThenNack(name: UsartCommandName): Reply {
  return answers(OPCODES[name], [ACK_BYTE], [NACK_BYTE]);
}

/** Data between two ACKs, each of its frames as given. */
export function answered(name: UsartCommandName, ...frames: readonly (readonly number[])[]): Reply {
  return answers(OPCODES[name], [ACK_BYTE], ...frames, [ACK_BYTE]);
}

/** The shortest frame of CAN FD that holds the data, filled up with 0xFF. */
export function padded(data: readonly number[], least = 0): number[] {
  const length = FD_LENGTHS.find((each) => each >= Math.max(least, data.length));
  if (length === undefined) throw new Error(`unreachable: ${data.length} bytes in one frame`);
  return [...data, ...Array.from({ length: length - data.length }, () => 0xff)];
}

/** Frames of CAN FD with a fast data phase, sent as one burst. */
export function send(
  name: string,
  frames: readonly Pick<Frame, 'id' | 'data'>[],
  ...replies: readonly Reply[]
): Step {
  const bytes = frames.flatMap(({ id, data }) => frame({ id, data, fd: true, brs: true }));
  return { name, send: bytes, replies };
}

/** The frame of a command: its opcode is the identifier. By default it is acknowledged. */
export function command(
  name: UsartCommandName,
  data: readonly number[] = [],
  ...replies: readonly Reply[]
): Step {
  const wanted = replies.length === 0 ? [ack(name)] : replies;
  return send(name, [{ id: OPCODES[name], data: padded(data) }], ...wanted);
}

/** Asks whether the device is there, and nothing else of what it answers. */
export function getId(...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [answered('get-id', [ANY, ANY])] : replies;
  return command('get-id', [], ...wanted);
}

/** The frame of a command that there is not: it is refused under its own identifier. */
export function unknownCommand(id = 0x0e, ...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [answers(id, [NACK_BYTE])] : replies;
  return send(`identifier ${id.toString(16)}`, [{ id, data: [] }], ...wanted);
}

/** Get ID in frames that the device cannot read, sent at rates in which `wrong` phases are twice the right ones. */
export function spoilt(part: Part, wrong: 'nominal' | 'data' = 'nominal'): Step {
  const right = ratesOf(part);
  const frames = getId();
  return {
    name: `Get ID at a ${wrong} rate of ${2 * right[wrong]} bit/s`,
    send: [...rate({ ...right, [wrong]: 2 * right[wrong] }), ...frames.send, ...rate(right)],
    replies: [NOT_TAKEN],
  };
}

/** Finds that the bootloader was left: an application may have switched the controller on or not. */
export function isGone(): Step {
  return { ...getId(NOT_TAKEN, SILENCE), name: 'Get ID is not answered any more' };
}

/** The frame that protocol 2.2 begins with. */
export function startFrame(...replies: readonly Reply[]): Step {
  const says = 'it acknowledges the start frame (AN5405 does not say whether it should)';
  const acknowledged = answers(START.id, [ACK_BYTE]);
  const wanted = [SILENCE, { ...acknowledged, verdict: 'informational', says } as const];
  return send('start frame', [START], ...(replies.length === 0 ? wanted : replies));
}

/** The header of Read Memory: address and number of bytes less one. */
export function readHeader(from: number, count: number, ...replies: readonly Reply[]): Step {
  const step = command('read-memory', [...be32(from), count - 1], ...replies);
  return { ...step, name: `read ${count} bytes at ${hex(from)}` };
}

/** All of Read Memory; what fills the last frame up is not judged. */
export function read(from: number, bytes: readonly number[]): readonly Step[] {
  return [readHeader(from, bytes.length, memory(bytes))];
}

/** Content of memory as Read Memory answers it: frames of 64 bytes, the last one filled up with `filler`. */
export function memory(bytes: readonly number[], filler: number = ANY): Reply {
  return answered('read-memory', ...inFrames(bytes, filler));
}

/** The header of Write Memory: address and number of bytes less one. */
export function writeHeader(to: number, count: number, ...replies: readonly Reply[]): Step {
  const step = command('write-memory', [...be32(to), count - 1], ...replies);
  return { ...step, name: `write ${count} bytes at ${hex(to)}` };
}

/** The data of Write Memory, in frames of 64 bytes that nothing answers but the last. */
export function block(data: readonly number[], ...replies: readonly Reply[]): Step {
  const frames = inFrames(data, 0xff).map((each) => ({ id: OPCODES['write-memory'], data: each }));
  const wanted = replies.length === 0 ? [ack('write-memory')] : replies;
  return { ...send(`${data.length} bytes of data`, frames, ...wanted), withinMs: WRITE_MS };
}

/** All of Write Memory. */
export function write(to: number, data: readonly number[]): readonly Step[] {
  return [writeHeader(to, data.length), block(data)];
}

/** The header of Erase Memory: the number of pages, which is acknowledged before the list is taken. */
export function pageCount(count: number, ...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [ack('extended-erase', 2)] : replies;
  const step = command('extended-erase', be16(count), ...wanted);
  return { ...step, name: `erase ${count} pages` };
}

/** Page numbers, most significant byte first. */
export function pageList(numbers: readonly number[], ...replies: readonly Reply[]): Step {
  return listOf(numbers, numbers.flatMap(be16), replies);
}

/** Page numbers in the order in which this ROM takes their bytes. */
export function pageBytes(part: Part, numbers: readonly number[]): number[] {
  const swapped = part.quirks.has('fdcan-erase-pages-low-byte-first'); // AN2606, L5
  return numbers.flatMap((each) => (swapped ? be16(each).reverse() : be16(each)));
}

/** All of Erase Memory as this ROM takes it. */
export function erase(part: Part, numbers: readonly number[]): readonly Step[] {
  return [pageCount(numbers.length), listOf(numbers, pageBytes(part, numbers), [])];
}

/** A special code of Erase Memory in the place of the number of pages. */
export function specialErase(code: number, ...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [ack('extended-erase', 2)] : replies;
  const step = command('extended-erase', be16(code), ...wanted);
  return { ...step, name: `special erase ${code.toString(16)}`, withinMs: ERASE_MS };
}

/** Go, which AN5405 has acknowledged once and OpenBootloader twice. */
export function go(to: number, ...replies: readonly Reply[]): Step {
  const says = 'it acknowledges the command and the address (OpenBootloader; AN5405 has one ACK)';
  const wanted = [ack('go'), { ...ack('go', 2), verdict: 'non-strict', says } as const];
  const step = command('go', be32(to), ...(replies.length === 0 ? wanted : replies));
  return { ...step, name: `go to ${hex(to)}` };
}

/** Write Protect: the number of codes and the codes, all in the frame of the command. */
export function writeProtect(codes: readonly number[], ...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [ack('write-protect', 2)] : replies;
  const step = command('write-protect', [codes.length, ...codes], ...wanted);
  return { ...step, name: `write protect ${codes.join(' ')}`, withinMs: WRITE_MS };
}

/** Write Unprotect, Readout Protect, Readout Unprotect: acknowledged when received and when done. */
export function protection(
  part: Part,
  name: 'write-unprotect' | 'readout-protect' | 'readout-unprotect',
): Step {
  const replies: Reply[] = [ack(name, 2)];
  if (name === 'readout-unprotect' && part.quirks.has('fdcan-readout-unprotect-reply-wrong')) {
    const says = 'the reply does not carry the command (limitation printed in AN2606)';
    const other = answers(ANY, [ACK_BYTE], [ACK_BYTE]);
    replies.push({ ...other, verdict: 'non-strict', says });
  }
  return { ...command(name, [], ...replies), withinMs: ERASE_MS };
}

/** So many bytes in frames of 64, the last one filled up. */
function inFrames(bytes: readonly number[], filler: number): number[][] {
  return Array.from({ length: Math.ceil(bytes.length / WIDTH) }, (_, at) =>
    Array.from({ length: WIDTH }, (__, index) => bytes[at * WIDTH + index] ?? filler),
  );
}

function listOf(
  numbers: readonly number[],
  bytes: readonly number[],
  replies: readonly Reply[],
): Step {
  const frames = inFrames(bytes, 0xff).map((data) => ({ id: OPCODES['extended-erase'], data }));
  const wanted = replies.length === 0 ? [ack('extended-erase')] : replies;
  return {
    ...send(`pages ${numbers.join(' ')}`, frames, ...wanted),
    withinMs: erasesMs(numbers.length),
  };
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}
