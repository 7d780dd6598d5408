import { interfaces } from '../../../families/index.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import type { Reply, Step } from '../../run/script.ts';
import { burst } from './exchanges.ts';
import type { Piece } from './exchanges.ts';
import { ACK_BYTE, OPCODES, be16, be32, complement, packet } from '../usart/host.ts';

export { ACK, ACK_BYTE, NACK, NACK_BYTE, OPCODES, SILENCE } from '../usart/host.ts';

export const { busy: FILLER, sync: SYNC } = interfaces.SPI;
/** What a host sends where only the answer counts. */
export const DUMMY = 0x00;

/** ms that a host polls for an answer, by what the device has to do for it (stm32flash: an erase). */
const POLL_MS = { nothing: 1_000, program: 5_000, erase: 35_000 } as const;

/** What a device has to do for an answer. */
export type Work = keyof typeof POLL_MS;

/** ms for which a host leaves the bus alone where clocking disturbs the programming (AN2606, L47x V9.2). */
const PROGRAM_MS = 5;

/** Get ACK: polls until ACK or NACK, either of which the host acknowledges (AN4286 §1). */
export function getAck(work: Work = 'nothing'): readonly Piece[] {
  return [{ pollMs: POLL_MS[work] }, { send: [ACK_BYTE] }];
}

/** What a master does, as a step; no reply given: ACK. */
export function step(name: string, pieces: readonly Piece[], ...replies: readonly Reply[]): Step {
  const sent = burst(...pieces);
  return { name, send: sent, replies: replies.length === 0 ? [{ bytes: [ACK_BYTE] }] : replies };
}

/** A frame, and its answer. */
export function ask(
  name: string,
  bytes: readonly number[],
  replies: readonly Reply[] = [],
  work: Work = 'nothing',
): Step {
  const asked = step(name, [{ send: bytes }, ...getAck(work)], ...replies);
  return work === 'nothing' ? asked : { ...asked, withinMs: POLL_MS[work] };
}

/** Bytes that a device has ready, behind a dummy (AN4286 §2.1). */
export function fetching(count: number): readonly Piece[] {
  return [{ send: [DUMMY] }, { exchange: Array.from({ length: count }, () => DUMMY) }];
}

/** Fetches as many bytes as are expected; below 0 they are any. */
export function fetch(name: string, expected: readonly number[]): Step {
  return step(name, fetching(expected.length), { bytes: expected });
}

/** The same with the ACK that ends most answers. */
export function fetchAcknowledged(name: string, expected: readonly number[]): Step {
  const pieces = [...fetching(expected.length), ...getAck()];
  return step(name, pieces, { bytes: [...expected, ACK_BYTE] });
}

/** 0x5A, which is acknowledged. */
export function sync(...replies: readonly Reply[]): Step {
  return ask('sync', [SYNC], replies);
}

/** 0x5A to a device that has reset itself. */
export function resync(): Step {
  return { ...sync(), afterReset: true };
}

/** Start of frame, opcode and complement. */
export function frame(opcode: number, spoil = 0): readonly number[] {
  return [SYNC, opcode, complement(opcode) ^ spoil];
}

/** The frame of a command, and its answer. */
export function command(name: UsartCommandName, ...replies: readonly Reply[]): Step {
  return ask(name, frame(OPCODES[name]), replies);
}

/** Bytes and their checksum as one frame, and its answer; `spoil` is XORed into the checksum. */
export function sealed(
  what: string,
  bytes: readonly number[],
  replies: readonly Reply[] = [],
  spoil = 0,
  work: Work = 'nothing',
): Step {
  return ask(spoiled(what, spoil), packet(bytes, spoil), replies, work);
}

/** An address with its checksum. */
export function address(value: number, replies: readonly Reply[] = [], spoil = 0): Step {
  return sealed(`address 0x${value.toString(16).padStart(8, '0')}`, be32(value), replies, spoil);
}

/** A number of bytes or sectors less one, and its complement. */
export function count(
  what: string,
  number: number,
  replies: readonly Reply[] = [],
  spoil = 0,
): Step {
  const sent = [number - 1, complement(number - 1) ^ spoil];
  return ask(spoiled(`${number} ${what}`, spoil), sent, replies);
}

/** The block of Write Memory: N, the data and the checksum of both. */
export function block(
  part: Pick<Part, 'quirks'>,
  data: readonly number[],
  replies: readonly Reply[] = [],
  spoil = 0,
): Step {
  const asked = sealed(
    `${data.length} bytes of data`,
    [data.length - 1, ...data],
    replies,
    spoil,
    'program',
  );
  if (!part.quirks.has('spi-write-leaves-blanks')) return asked;
  const sent = packet([data.length - 1, ...data], spoil);
  return {
    ...asked,
    send: burst({ send: sent }, { pauseMs: PROGRAM_MS }, ...getAck('program')),
  };
}

/** The number of pages of Erase, acknowledged on its own. */
export function pageCount(pages: number, replies: readonly Reply[] = [], spoil = 0): Step {
  return sealed(`${pages} ${pages === 1 ? 'page' : 'pages'}`, be16(pages - 1), replies, spoil);
}

/** The page numbers of Erase, whose checksum does not cover how many they are. */
export function pageList(
  pages: readonly number[],
  replies: readonly Reply[] = [],
  spoil = 0,
): Step {
  return sealed(`pages ${pages.join(' ')}`, pages.flatMap(be16), replies, spoil, 'erase');
}

/** A special code of Erase. */
export function specialErase(code: number, replies: readonly Reply[] = [], spoil = 0): Step {
  return sealed(`special erase 0x${code.toString(16)}`, be16(code), replies, spoil, 'erase');
}

/** The sector codes of Write Protect, whose checksum does not cover how many they are. */
export function sectorList(
  codes: readonly number[],
  replies: readonly Reply[] = [],
  spoil = 0,
): Step {
  return sealed(`sectors ${codes.join(' ')}`, codes, replies, spoil, 'program');
}

/** All of Read Memory, with the data expected; nothing follows it. */
export function readMemory(from: number, data: readonly number[]): readonly Step[] {
  return [
    command('read-memory'),
    address(from),
    count('bytes', data.length),
    fetch('the data', data),
  ];
}

/** All of Write Memory. */
export function writeMemory(
  part: Pick<Part, 'quirks'>,
  to: number,
  data: readonly number[],
): readonly Step[] {
  return [command('write-memory'), address(to), block(part, data)];
}

/** All of Erase with a list of pages. */
export function erase(pages: readonly number[]): readonly Step[] {
  return [command('extended-erase'), pageCount(pages.length), pageList(pages)];
}

/** The second ACK of the protection commands without parameters: it is done, and the device resets itself. */
export function done(
  name: 'write-unprotect' | 'readout-protect' | 'readout-unprotect',
): readonly Step[] {
  const work = name === 'readout-unprotect' ? 'erase' : 'program';
  return [
    command(name),
    resetting({ ...step('it is done', getAck(work)), withinMs: POLL_MS[work] }),
  ];
}

/**
 * A step that the device resets itself behind: the host lets NSS rise, since one ROM needs its falling edge
 * (AN2606, L01x/L02x V12.2).
 */
export function resetting(last: Step): Step {
  return { ...last, send: [...last.send, ...burst({ nss: 'each' })] };
}

/** The opcode of Go, whose ACK one ROM does not send: polling for it would send an address of zeros. */
export function goCommand(part: Pick<Part, 'quirks'>): Step {
  if (!part.quirks.has('go-first-ack-missing')) return command('go');
  const says = 'this ROM does not acknowledge the opcode (limitation printed in AN2606)';
  const silent = { bytes: [], verdict: 'non-strict', says } as const;
  return step('go', [{ send: frame(OPCODES.go) }], silent);
}

/** The bootloader was left: nobody answers any more. */
export function isGone(): Step {
  return ask('Get ID is not answered any more', frame(OPCODES['get-id']), [{ bytes: [] }]);
}

function spoiled(name: string, spoil: number): string {
  return spoil === 0 ? name : `${name}, checksum wrong by 0x${spoil.toString(16)}`;
}
