import { ACK as ACK_BYTE, NACK as NACK_BYTE, interfaces } from '../../../families/index.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import type { Reply, Step } from '../../run/script.ts';

export { ACK_BYTE, NACK_BYTE };
export const { opcodes: OPCODES, sync: SYNC } = interfaces.USART;

export const ACK: Reply = { bytes: [ACK_BYTE] };
export const NACK: Reply = { bytes: [NACK_BYTE] };
export const SILENCE: Reply = { bytes: [] };

/** Longest that hosts wait for a mass erase, in ms (stm32flash). */
export const ERASE_MS = 35_000;

/** Longest that hosts wait for so many pages, in ms: 5 s for each (stm32flash), and no less than for all. */
export function erasesMs(pages: number): number {
  return Math.max(ERASE_MS, 5_000 * pages);
}

/** An ACK followed by these bytes. */
export function answer(...bytes: readonly number[]): Reply {
  return { bytes: [ACK_BYTE, ...bytes] };
}

/** A step in words: what is sent and what may come back. */
export function step(name: string, send: readonly number[], ...replies: readonly Reply[]): Step {
  return { name, send, replies: replies.length === 0 ? [ACK] : replies };
}

/** What a device is synchronised with: 0x7F, which one ROM needs twice (AN2606, H74x V9.1). */
export function syncBytes(part: Pick<Part, 'quirks'>): readonly number[] {
  return part.quirks.has('usart1-mirrored') ? [SYNC, SYNC] : [SYNC];
}

/** 0x7F, which is acknowledged once, by one ROM twice. */
export function sync(part: Pick<Part, 'quirks'>): Step {
  if (!part.quirks.has('two-acks-at-connect')) return step('sync', syncBytes(part), ACK);
  const says = 'this ROM acknowledges twice (limitation printed in AN2606)';
  return step('sync', [SYNC], ACK, { ...answer(ACK_BYTE), verdict: 'non-strict', says });
}

/** 0x7F to a device that has reset itself. */
export function resync(part: Pick<Part, 'quirks'>): Step {
  return { ...sync(part), afterReset: true };
}

/** The opcode and its complement. */
export function command(name: UsartCommandName, ...replies: readonly Reply[]): Step {
  const opcode = OPCODES[name];
  return step(name, [opcode, complement(opcode)], ...replies);
}

/** The opcode of Go, whose ACK one ROM does not send. */
export function goCommand(part: Pick<Part, 'quirks'>): Step {
  if (!part.quirks.has('go-first-ack-missing')) return command('go');
  const says = 'this ROM does not acknowledge the opcode (limitation printed in AN2606)';
  return command('go', ACK, { ...SILENCE, verdict: 'non-strict', says });
}

/** An address packet; `spoil` is XORed into its checksum. */
export function address(value: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  const name = `address 0x${value.toString(16).padStart(8, '0')}`;
  return step(spoiled(name, spoil), packet(be32(value), spoil), ...replies);
}

/** Length and complement of Read Memory; `spoil` is XORed into the complement. */
export function length(count: number, replies: readonly Reply[], spoil = 0): Step {
  const name = spoiled(`${count} bytes`, spoil);
  return step(name, [count - 1, complement(count - 1) ^ spoil], ...replies);
}

/** The block of Write Memory: N, the data and the checksum; `spoil` is XORed into it. */
export function block(data: readonly number[], replies: readonly Reply[] = [ACK], spoil = 0): Step {
  const name = spoiled(`${data.length} bytes of data`, spoil);
  return { ...step(name, packet([data.length - 1, ...data], spoil), ...replies), withinMs: 5_000 };
}

/** Page codes of Erase. */
export function pageList(
  pages: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const name = spoiled(`pages ${pages.join(' ')}`, spoil);
  const sent = packet([pages.length - 1, ...pages], spoil);
  return { ...step(name, sent, ...replies), withinMs: erasesMs(pages.length) };
}

/** Page numbers of Extended Erase. */
export function extendedPageList(
  pages: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const name = spoiled(`pages ${pages.join(' ')}`, spoil);
  const sent = packet([...be16(pages.length - 1), ...pages.flatMap(be16)], spoil);
  return { ...step(name, sent, ...replies), withinMs: erasesMs(pages.length) };
}

/** A special code of Extended Erase. */
export function specialErase(code: number, replies: readonly Reply[] = [ACK], spoil = 0): Step {
  const name = spoiled(`special erase 0x${code.toString(16)}`, spoil);
  return { ...step(name, packet(be16(code), spoil), ...replies), withinMs: ERASE_MS };
}

/** Sector codes of Write Protect. */
export function sectorList(
  codes: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  const name = spoiled(`sectors ${codes.join(' ')}`, spoil);
  return {
    ...step(name, packet([codes.length - 1, ...codes], spoil), ...replies),
    withinMs: 5_000,
  };
}

/** Bytes and their checksum; `spoil` is XORed into it. */
export function sealed(
  what: string,
  bytes: readonly number[],
  replies: readonly Reply[] = [ACK],
  spoil = 0,
): Step {
  return step(spoiled(what, spoil), packet(bytes, spoil), ...replies);
}

/** All of Read Memory, with the data expected. */
export function read(from: number, data: readonly number[]): readonly Step[] {
  return [command('read-memory'), address(from), length(data.length, [answer(...data)])];
}

/** All of Write Memory. */
export function write(to: number, data: readonly number[]): readonly Step[] {
  return [command('write-memory'), address(to), block(data)];
}

/** Bytes followed by the XOR of all of them (AN3155 §3, communication safety). */
export function packet(bytes: readonly number[], spoil = 0): number[] {
  return [...bytes, xor(bytes) ^ spoil];
}

export function xor(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

export function complement(byte: number): number {
  return byte ^ 0xff;
}

export function be16(value: number): number[] {
  return [value >>> 8, value & 0xff];
}

export function be32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function spoiled(name: string, spoil: number): string {
  return spoil === 0 ? name : `${name}, checksum wrong by 0x${spoil.toString(16)}`;
}
