import { ACK, interfaces, opcodes, eraseCodes } from '../../families/index.ts';
import type { TraceEvent } from '../../emulator/index.ts';
import type { FlashPicture } from '../flash-picture.ts';
import type { LintFinding } from './finding.ts';
import { octets } from '../octets.ts';

/** µs after which a host that goes on without a reply has given it up, and does not merely fail to wait. */
export const PATIENCE = 20_000;

/** What the host did on the wire that the note forbids, up to the first planted fault. */
export function lint(trace: readonly TraceEvent[], before: FlashPicture): readonly LintFinding[] {
  const fault = trace.findIndex((event) => event.kind === 'fault');
  const clean = fault < 0 ? trace : trace.slice(0, fault);
  return [...wireFindings(clean, before), ...unerasedWrites(clean, before)];
}

/** One finding of each rule, the first, with their number. */
export function perRule(
  findings: readonly LintFinding[],
): readonly { first: LintFinding; count: number }[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.map((rule) => {
    const these = findings.filter((finding) => finding.rule === rule);
    return { first: these[0]!, count: these.length };
  });
}

/** What the host sent between two replies. */
interface Packet {
  readonly time: number;
  readonly bytes: number[];
  /** When its parts came, and how many bytes were there by then. */
  readonly parts: { readonly time: number; readonly end: number }[];
  reply: Uint8Array | undefined;
}

function packetsOf(trace: readonly TraceEvent[]): readonly Packet[] {
  const packets: Packet[] = [];
  let open: Packet | undefined;
  for (const event of trace) {
    if (event.kind === 'rx') {
      if (open === undefined) {
        open = { time: event.time, bytes: [], parts: [], reply: undefined };
        packets.push(open);
      }
      open.bytes.push(...event.bytes);
      open.parts.push({ time: event.time, end: open.bytes.length });
    } else if (event.kind === 'tx' && open !== undefined) {
      open.reply = event.bytes;
      open = undefined;
    } else if (event.kind === 'reset') open = undefined;
  }
  return packets;
}

/** What the host is to send next. */
type Expected =
  | { readonly what: 'command' | 'length' | 'block' }
  | { readonly what: 'address'; readonly next: 'command' | 'length' | 'block' }
  | { readonly what: 'pages'; readonly opcode: number };

const COMMAND: Expected = { what: 'command' };

/** What follows a command that was acknowledged, by its opcode; nothing follows the others. */
const FOLLOWS: Readonly<Record<number, Expected>> = {
  [opcodes['read-memory']]: { what: 'address', next: 'length' },
  [opcodes.go]: { what: 'address', next: 'command' },
  [opcodes['write-memory']]: { what: 'address', next: 'block' },
  [opcodes.erase]: { what: 'pages', opcode: opcodes.erase },
  [opcodes['extended-erase']]: { what: 'pages', opcode: opcodes['extended-erase'] },
};

function wireFindings(trace: readonly TraceEvent[], flash: FlashPicture): LintFinding[] {
  const found: LintFinding[] = [];
  let expected = COMMAND;
  for (const packet of packetsOf(trace)) {
    const { bytes, reply } = packet;
    const add = (rule: LintFinding['rule'], says: string): void => {
      found.push({ rule, says, time: packet.time, octets: octets(bytes) });
    };
    const most = { command: 2, address: 5, length: 2, block: Infinity, pages: Infinity }[
      expected.what
    ];
    if (bytes[0] !== interfaces.USART.sync && bytes.length > most && impatient(packet, most)) {
      add('no-wait-for-ack', `more is sent behind the ${expected.what} before its ACK (AN3155 §3)`);
    }
    if (expected.what === 'block' && (bytes[0]! + 1) % 4 !== 0) {
      const says = `${bytes[0]! + 1} bytes are written, which is not a multiple of four (AN3155 §3.6)`;
      add('length-not-multiple-of-four', says);
    }
    if (expected.what === 'pages') {
      const wrong = pagesOf(expected.opcode, bytes).find((page) => page >= flash.pages.length);
      if (wrong !== undefined) {
        const there = `the part has 0 to ${flash.pages.length - 1}`;
        add(
          'page-out-of-range',
          `page ${wrong} is to be erased, ${there} (AN3155 §${expected.opcode === opcodes.erase ? '3.7' : '3.8'})`,
        );
      }
    }
    expected = reply?.[0] === ACK ? next(expected, bytes) : COMMAND;
  }
  return found;
}

function next(expected: Expected, bytes: readonly number[]): Expected {
  if (expected.what === 'address') return { what: expected.next } as Expected;
  if (expected.what !== 'command') return COMMAND;
  return FOLLOWS[bytes[0]!] ?? COMMAND;
}

/** Page numbers of an erase list; none for the special codes. */
export function pagesOf(opcode: number, list: readonly number[]): number[] {
  if (opcode === opcodes.erase) return list[0] === 0xff ? [] : list.slice(1, -1);
  if (((list[0]! << 8) | list[1]!) >= eraseCodes.reserved) return [];
  const pages: number[] = [];
  for (let at = 2; at + 2 < list.length; at += 2) pages.push((list[at]! << 8) | list[at + 1]!);
  return pages;
}

/** What follows the first `count` bytes came so soon that nobody can have waited for the ACK. */
function impatient(packet: Packet, count: number): boolean {
  const next = packet.parts.find(({ end }) => end > count);
  return next !== undefined && next.time - packet.time < PATIENCE;
}

/** Programs a page that holds something already (all but the blank value). */
export function unerasedWrites(trace: readonly TraceEvent[], before: FlashPicture): LintFinding[] {
  const written = before.bytes.slice();
  const at = (address: number): number => address - before.start;
  const found: LintFinding[] = [];
  for (const event of trace) {
    if (event.kind === 'erase') {
      written.fill(before.blank, at(event.address), at(event.address) + event.length);
    }
    if (event.kind !== 'program' || at(event.address) < 0) continue;
    const from = at(event.address);
    const old = written.subarray(from, from + event.length);
    if (old.some((byte) => byte !== before.blank)) {
      const where = `0x${event.address.toString(16).padStart(8, '0')}`;
      found.push({
        rule: 'write-to-unerased',
        time: event.time,
        says: `${event.length} bytes at ${where} are written over others that were not erased`,
        octets: octets([...old]),
      });
    }
    old.fill(before.blank ^ 0xff);
  }
  return found;
}
