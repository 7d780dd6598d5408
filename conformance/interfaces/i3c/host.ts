import { interfaces } from '../../../families/index.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import { ANY, anyBytes } from '../../run/script.ts';
import type { Reply, Step } from '../../run/script.ts';
import {
  ACK_BYTE,
  NACK_BYTE,
  OPCODES,
  be16,
  be32,
  complement,
  erasesMs,
  ERASE_MS,
  packet,
} from '../usart/host.ts';
import { ADDRESS, CCC, burst, outcome } from './frames.ts';
import type { Frame, Outcome } from './frames.ts';

export { OPCODES } from '../usart/host.ts';
export { ADDRESS, CCC } from './frames.ts';

export const { sync: SYNC } = interfaces.I3C;

/** Most bytes of one chunk of Read Memory and Write Memory (AN5927). */
export const LONGEST_CHUNK = 2048;

/** Most pages of one Erase (AN5927). */
export const MOST_PAGES = 1023;

/** Bytes that a device tells of itself while it is given an address: provisioned ID, BCR, DCR. */
const CHARACTERISTICS = 8;

/** ms that a host leaves between an interrupt and the read behind it: the device fills its FIFO meanwhile. */
const TURNAROUND_MS = 1;

/** ms that a host leaves behind the data of a read: a command that comes earlier may be lost (NUCLEO-H503RB). */
const BEHIND_READ_MS = 5;

/** ms that hosts give a block to be programmed before they give up (stm32flash). */
const WRITE_MS = 5_000;

/** An in-band interrupt of the device, with the byte that it carries. */
export function interrupt(byte: number, address = ADDRESS): Outcome {
  return { kind: 'interrupt', address, byte };
}

/** What came back, as a reply. */
export function cameBack(...outcomes: readonly Outcome[]): Reply {
  return { bytes: outcomes.flatMap(outcome) };
}

export const TAKEN: Reply = cameBack({ kind: 'taken' });
/** Nobody acknowledged the address, or had anything to read. */
export const NOBODY: Reply = cameBack({ kind: 'nobody' });
/** A frame was taken, and answered by an interrupt. */
export const ACK: Reply = answered(ACK_BYTE);
export const NACK: Reply = answered(NACK_BYTE);

/** A frame was taken, and answered by interrupts with these bytes. */
export function answered(...bytes: readonly number[]): Reply {
  return cameBack({ kind: 'taken' }, ...bytes.map((byte) => interrupt(byte)));
}

/** What a controller does, as a step. */
export function step(name: string, frames: readonly Frame[], ...replies: readonly Reply[]): Step {
  return { name, send: burst(...frames), replies };
}

/** A private write; no reply given: an ACK answers it. */
export function ask(name: string, write: readonly number[], ...replies: readonly Reply[]): Step {
  return step(name, [{ write }], ...(replies.length === 0 ? [ACK] : replies));
}

/** A round of ENTDAA; no reply given: the device takes the address, whatever it tells of itself. */
export function assign(address = ADDRESS, ...replies: readonly Reply[]): Step {
  const usual = read(...anyBytes(CHARACTERISTICS));
  return step(
    `ENTDAA 0x${address.toString(16).padStart(2, '0')}`,
    [{ assign: address }],
    ...(replies.length === 0 ? [usual] : replies),
  );
}

/** 0x5A, which is acknowledged. */
export function sync(...replies: readonly Reply[]): Step {
  return ask('sync', [SYNC], ...replies);
}

/** What a host begins with. */
export function begins(): readonly Step[] {
  return [assign(), sync()];
}

/** The same at a device that has reset itself and may not be back yet: it has lost its address. */
export function beginsAgain(): readonly Step[] {
  const away: Reply = { ...NOBODY, again: true };
  const first = assign(ADDRESS, read(...anyBytes(CHARACTERISTICS)), away);
  return [{ ...first, afterReset: true }, sync()];
}

/** The bytes that a read got; below 0 they are any. */
export function read(...data: readonly number[]): Reply {
  return cameBack({ kind: 'data', data });
}

/** What a host sends to read, behind an answer. */
export function reading(count: number): readonly Frame[] {
  return [{ pauseMs: TURNAROUND_MS }, { read: count }];
}

/** Reads as many bytes as are expected; below 0 they are any. */
export function fetch(name: string, expected: readonly number[]): Step {
  return step(name, reading(expected.length), read(...expected));
}

/** Reads of so many bytes as are expected, one behind the other, and the ACK that ends most answers. */
export function fetchAcknowledged(name: string, ...expected: readonly (readonly number[])[]): Step {
  const bursts = expected.map(({ length }) => burst(...reading(length)));
  const data = expected.map((each): Outcome => ({ kind: 'data', data: each }));
  return {
    name,
    send: bursts.flat(),
    bursts: bursts.map(({ length }) => length),
    replies: [cameBack(...data, interrupt(ACK_BYTE))],
  };
}

/** The opcode and its complement, and their answer. */
export function command(name: UsartCommandName, ...replies: readonly Reply[]): Step {
  const opcode = OPCODES[name];
  return ask(name, [opcode, complement(opcode)], ...replies);
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

/** An address with its checksum. */
export function address(value: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  return sealed(`address 0x${value.toString(16).padStart(8, '0')}`, be32(value), replies, spoil);
}

/** Whether another chunk follows this one. */
export type Place = 'last' | 'more';

/** The size of a chunk: 15 bits, and whether more follow (AN5927, Read Memory and Write Memory). */
export function size(
  count: number,
  place: Place = 'last',
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const what = `${count} bytes${place === 'more' ? ', and more' : ''}`;
  return sealed(what, be16(count * 2 + (place === 'more' ? 1 : 0)), replies, spoil);
}

/** The data of a chunk of Write Memory, whose checksum does not cover how many they are. */
export function data(bytes: readonly number[], replies: readonly Reply[] = [ACK], spoil = 0): Step {
  const sent = sealed(`${bytes.length} bytes of data`, bytes, replies, spoil);
  return { ...sent, withinMs: WRITE_MS };
}

/** Each of these, and whether it is the last. */
function placed<T>(all: readonly T[]): readonly (readonly [T, Place])[] {
  return all.map((each, at) => [each, at < all.length - 1 ? 'more' : 'last']);
}

/** A chunk of Read Memory, with the data expected. */
export function readChunk(bytes: readonly number[], place: Place = 'last'): readonly Step[] {
  const behind: readonly Frame[] = place === 'last' ? [{ pauseMs: BEHIND_READ_MS }] : [];
  const frames = [...reading(bytes.length), ...behind];
  return [size(bytes.length, place), step('the data', frames, read(...bytes))];
}

/** All of Read Memory in chunks, with the data expected of each. */
export function readChunks(from: number, chunks: readonly (readonly number[])[]): readonly Step[] {
  return [
    command('read-memory'),
    address(from),
    ...placed(chunks).flatMap((chunk) => readChunk(...chunk)),
  ];
}

/** All of Read Memory in one chunk. */
export function readMemory(from: number, bytes: readonly number[]): readonly Step[] {
  return readChunks(from, [bytes]);
}

/** All of Write Memory in chunks. */
export function writeChunks(to: number, chunks: readonly (readonly number[])[]): readonly Step[] {
  return [
    command('write-memory'),
    address(to),
    ...placed(chunks).flatMap(([bytes, place]) => [size(bytes.length, place), data(bytes)]),
  ];
}

/** All of Write Memory in one chunk. */
export function writeMemory(to: number, bytes: readonly number[]): readonly Step[] {
  return writeChunks(to, [bytes]);
}

/** The number of pages of Erase as it is, acknowledged on its own. */
export function pageCount(pages: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  return sealed(`${pages} ${pages === 1 ? 'page' : 'pages'}`, be16(pages), replies, spoil);
}

/** The page numbers of Erase, whose checksum does not cover how many they are. */
export function pageList(
  pages: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const sent = sealed(`pages ${pages.join(' ')}`, pages.flatMap(be16), replies, spoil);
  return { ...sent, withinMs: erasesMs(pages.length) };
}

/** A special code of Erase. */
export function specialErase(code: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  const sent = sealed(`special erase 0x${code.toString(16)}`, be16(code), replies, spoil);
  return { ...sent, withinMs: ERASE_MS };
}

/** All of Erase with a list of pages. */
export function erase(pages: readonly number[]): readonly Step[] {
  return [command('extended-erase'), pageCount(pages.length), pageList(pages)];
}

/** The number of sectors of Write Protect, as it is. */
export function sectorCount(sectors: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  return sealed(`${sectors} sectors`, be16(sectors), replies, spoil);
}

/** The sector codes of Write Protect, two bytes each, whose checksum does not cover how many they are. */
export function sectorList(
  codes: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const sent = sealed(`sectors ${codes.join(' ')}`, codes.flatMap(be16), replies, spoil);
  return { ...sent, withinMs: WRITE_MS };
}

/** A protection command without parameters: its opcode is acknowledged, and that it is done. */
export function done(name: 'write-unprotect' | 'readout-protect' | 'readout-unprotect'): Step {
  const withinMs = name === 'readout-unprotect' ? ERASE_MS : WRITE_MS;
  return { ...command(name, answered(ACK_BYTE, ACK_BYTE)), withinMs };
}

/** Get ID; what it says is judged in its own section. */
export function getId(): readonly Step[] {
  return [command('get-id'), fetchAcknowledged('the ID', [ANY], [ANY, ANY])];
}

/** Nobody has the address any more: a device that was reset has lost it, and an application has none. */
export function isGone(name = 'nobody has the address any more'): Step {
  return ask(name, [OPCODES['get-id'], complement(OPCODES['get-id'])], NOBODY);
}

/** A broadcast that every device on the bus takes. */
export function broadcast(
  name: keyof typeof CCC,
  bytes: readonly number[] = [],
  ...replies: readonly Reply[]
): Step {
  const frame: Frame = { broadcast: CCC[name], data: bytes };
  return step(name, [frame], ...(replies.length === 0 ? [TAKEN] : replies));
}

function spoiled(name: string, spoil: number): string {
  return spoil === 0 ? name : `${name}, checksum wrong by 0x${spoil.toString(16)}`;
}
