import { interfaces } from '../../../families/index.ts';
import type { I2cCommandName, UsartCommandName } from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import { ANY } from '../../run/script.ts';
import type { Reply, Step } from '../../run/script.ts';
import { timeOutMs } from './part.ts';
import { OUTCOME, transfer } from './transactions.ts';
import { ACK_BYTE, NACK_BYTE, be16, be32, complement, packet } from '../usart/host.ts';

export const { busy: BUSY_BYTE, opcodes: OPCODES } = interfaces.I2C;

/** How a device that works meets a host: it holds SCL, or it says that it is busy. */
export type Form = 'stretch' | 'no-stretch';

/** Commands that have both forms. */
export type Working =
  | 'write-memory'
  | 'extended-erase'
  | 'write-protect'
  | 'write-unprotect'
  | 'readout-protect'
  | 'readout-unprotect';

/** ms that hosts give the longest work before they give up (stm32flash). */
const ERASE_MS = 35_000;
const WRITE_MS = 5_000;

/** ms between two questions whether the work is done: a hundred of them outlast it. */
const POLL_MS = { write: 10, erase: 100, all: 400 } as const;

export const ACK: Reply = read(ACK_BYTE);
export const NACK: Reply = read(NACK_BYTE);
export const BUSY: Reply = read(BUSY_BYTE);
/** All of a frame was acknowledged by the peripheral. */
export const TAKEN: Reply = { bytes: [OUTCOME.done] };
/** SCL was held until the host gave up. */
export const HELD: Reply = { bytes: [] };
/** Nobody acknowledged: controllers tell in two ways. */
export const NOBODY: readonly Reply[] = [
  { bytes: [OUTCOME['no-target']] },
  { bytes: [OUTCOME.refused] },
];

/** Nobody acknowledged the address: a byte that is refused behind it comes of somebody who is there. */
export const NOBODY_THERE: Reply = { bytes: [OUTCOME['no-target']] };

/** The bytes that a read got; below 0 they are any. */
export function read(...bytes: readonly number[]): Reply {
  return { bytes: [OUTCOME.data, ...bytes] };
}

/** The command of that name, in its form where it has two. */
export function formOf(name: UsartCommandName, form: Form): I2cCommandName {
  const other = `no-stretch-${name === 'extended-erase' ? 'erase' : name}`;
  return form === 'no-stretch' && isOffered(other) ? other : name;
}

function isOffered(name: string): name is I2cCommandName {
  return name in OPCODES;
}

/** A frame that nothing is read behind. */
export function frame(name: string, bytes: readonly number[], ...replies: readonly Reply[]): Step {
  return { name, send: transfer({ write: bytes }), replies: orElse(replies, TAKEN) };
}

/** Reads so many bytes, `pause` ms after what came before. */
export function fetch(
  name: string,
  count: number,
  replies: readonly Reply[],
  { pause }: { readonly pause?: number } = {},
): Step {
  const before = pause === undefined ? [] : [{ pause }];
  return { name, send: transfer(...before, { read: count }), replies };
}

/** A frame, and the one byte that answers it. */
export function ask(name: string, bytes: readonly number[], ...replies: readonly Reply[]): Step {
  const bursts = [transfer({ write: bytes }), transfer({ read: 1 })];
  return {
    name,
    send: bursts.flat(),
    bursts: bursts.map(({ length }) => length),
    replies: orElse(replies, ACK).map((reply) => ({
      ...reply,
      bytes: [OUTCOME.done, ...reply.bytes],
    })),
  };
}

/** The opcode and its complement, and their answer. */
export function command(name: I2cCommandName, ...replies: readonly Reply[]): Step {
  const opcode = OPCODES[name];
  return ask(name, [opcode, complement(opcode)], ...replies);
}

/** An address with its checksum; `spoil` is XORed into it. */
export function address(value: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  const name = `address 0x${value.toString(16).padStart(8, '0')}`;
  return ask(spoiled(name, spoil), packet(be32(value), spoil), ...replies);
}

/** A number of bytes or sectors less one, with its complement; `spoil` is XORed into it. */
export function count(
  what: string,
  number: number,
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const sent = [number - 1, complement(number - 1) ^ spoil];
  return ask(spoiled(`${number} ${what}`, spoil), sent, ...replies);
}

/** Bytes with their checksum as one frame, and its answer; `spoil` is XORed into the checksum. */
export function sealed(
  what: string,
  bytes: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  return ask(spoiled(what, spoil), packet(bytes, spoil), ...replies);
}

/** The answer to a command that takes work: waited for while SCL is held, or asked for until it is not busy. */
export function result(
  form: Form,
  work: keyof typeof POLL_MS,
  replies: readonly Reply[] = [ACK],
  pause: number = POLL_MS[work],
): Step {
  const withinMs = work === 'write' ? WRITE_MS : ERASE_MS;
  if (form === 'stretch') return { ...fetch('its answer', 1, replies), withinMs };
  const more = [...replies, { ...BUSY, again: true as const }];
  return { ...fetch('its answer', 1, more, { pause }), withinMs };
}

/** The block of Write Memory: N, the data and the checksum; `spoil` is XORed into it. */
export function block(
  data: readonly number[],
  form: Form,
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): readonly Step[] {
  const name = spoiled(`${data.length} bytes of data`, spoil);
  const sent = packet([data.length - 1, ...data], spoil);
  return [frame(name, sent), result(form, 'write', replies)];
}

/** The number of pages of Erase, acknowledged on its own. */
export function pageCount(pages: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  return sealed(`${pages} pages`, be16(pages - 1), replies, spoil);
}

/** The page numbers of Erase, whose checksum does not cover how many they are. */
export function pageList(
  pages: readonly number[],
  form: Form,
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): readonly Step[] {
  const name = spoiled(`pages ${pages.join(' ')}`, spoil);
  const pause = Math.min(POLL_MS.all, POLL_MS.erase * pages.length);
  return [frame(name, packet(pages.flatMap(be16), spoil)), result(form, 'erase', replies, pause)];
}

/** A special code of Erase. */
export function specialErase(
  code: number,
  form: Form,
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): readonly Step[] {
  const name = spoiled(`special erase 0x${code.toString(16)}`, spoil);
  return [frame(name, packet(be16(code), spoil)), result(form, 'all', replies)];
}

/** The sector codes of Write Protect, whose checksum does not cover how many they are. */
export function sectorList(
  codes: readonly number[],
  form: Form,
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): readonly Step[] {
  const name = spoiled(`sectors ${codes.join(' ')}`, spoil);
  return [frame(name, packet(codes, spoil)), result(form, 'write', replies)];
}

/** All of Read Memory, with the data expected. */
export function readMemory(from: number, data: readonly number[]): readonly Step[] {
  return [
    command('read-memory'),
    address(from),
    count('bytes', data.length),
    fetch('the data', data.length, [read(...data)]),
  ];
}

/** All of Write Memory. */
export function writeMemory(
  to: number,
  data: readonly number[],
  form: Form = 'stretch',
): readonly Step[] {
  return [command(formOf('write-memory', form)), address(to), ...block(data, form)];
}

/** All of Erase with a list of pages. */
export function erase(pages: readonly number[], form: Form = 'stretch'): readonly Step[] {
  return [
    command(formOf('extended-erase', form)),
    pageCount(pages.length),
    ...pageList(pages, form),
  ];
}

/** A protection command without parameters: its opcode is acknowledged, and that it is done. */
export function protection(
  name: Exclude<Working, 'write-memory' | 'extended-erase' | 'write-protect'>,
  form: Form = 'stretch',
): readonly Step[] {
  return [
    command(formOf(name, form)),
    result(form, name === 'readout-unprotect' ? 'all' : 'write'),
  ];
}

/**
 * Get ID, `pause` ms after what came before; the ID is not judged. A device that is still in reset is asked
 * again.
 */
export function comesBack(pause?: number): readonly Step[] {
  const away = NOBODY.map((reply) => ({ ...reply, again: true as const }));
  const write = [OPCODES['get-id'], complement(OPCODES['get-id'])];
  const first = pause === undefined ? transfer({ write }) : transfer({ pause }, { write });
  const name = pause === undefined ? 'Get ID' : `Get ID after ${pause} ms`;
  return [{ name, send: first, replies: [TAKEN, ...away] }, identity()];
}

/** The same of a device that has reset itself. */
export function restarted(pause?: number): readonly Step[] {
  const [first, ...rest] = comesBack(pause) as [Step, ...Step[]];
  return [{ ...first, afterReset: true }, ...rest];
}

/** Get ID, whose first frame is acknowledged at once. */
export function getId(): readonly Step[] {
  return [frame('Get ID', [OPCODES['get-id'], complement(OPCODES['get-id'])]), identity()];
}

/** Finds that the chip was reset, by an address that is not acknowledged at once, and waits until it is back. */
export function isReset(): readonly Step[] {
  const says = 'its address is acknowledged at once: it was not reset, or is back already';
  const there: Reply = { ...TAKEN, verdict: 'informational', says, goOn: [identity()] };
  const write = [OPCODES['get-id'], complement(OPCODES['get-id'])];
  return [frame('Get ID at once', write, ...NOBODY, there), ...restarted()];
}

/** A host that is silent for longer than the chip waits within a command, and finds it again. */
export function outlasts(part: Pick<Part, 'device' | 'quirks'>): readonly Step[] {
  return restarted(Math.ceil(timeOutMs(part) * 1.3) + 5);
}

/** What follows the opcode of Get ID: an ACK, the ID behind its length, and an ACK. */
export function identity(id: Reply = read(ANY, ANY, ANY)): Step {
  const bursts = [1, 3, 1].map((bytes) => transfer({ read: bytes }));
  return {
    name: 'the ID',
    send: bursts.flat(),
    bursts: bursts.map(({ length }) => length),
    replies: [{ ...id, bytes: [...ACK.bytes, ...id.bytes, ...ACK.bytes] }],
  };
}

/** The bootloader was left: its address is not acknowledged any more. */
export function isGone(): Step {
  return frame('the address is not acknowledged any more', [0x02, 0xfd], NOBODY_THERE);
}

function orElse(replies: readonly Reply[], usual: Reply): readonly Reply[] {
  return replies.length === 0 ? [usual] : replies;
}

function spoiled(name: string, spoil: number): string {
  return spoil === 0 ? name : `${name}, checksum wrong by 0x${spoil.toString(16)}`;
}
