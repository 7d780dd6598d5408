import type intelHex from 'nrf-intel-hex';
import { joined, type Segment } from '../../board/segments.ts';

type MemoryMapClass = (typeof intelHex)['default'];

/** The Intel HEX writer: a CommonJS package whose typings describe an ES module. */
export async function loadMemoryMap(): Promise<MemoryMapClass> {
  const { default: MemoryMap } = await import('nrf-intel-hex');
  return MemoryMap as unknown as MemoryMapClass;
}

const RECORD = /^:[0-9a-f]{10,}$/i;
const END = ':00000001FF';

/** The first line with anything on it is a record of Intel HEX. */
export function looksLikeHex(text: string): boolean {
  const [first = ''] = /\S+/.exec(text) ?? [];
  return RECORD.test(first);
}

/** Lines of a file: more than twice those of the largest flash, 16 bytes each. */
const MOST_LINES = 1 << 19;
/** Data, end, and those that name a base or where the program begins. */
const LAST_TYPE = 5;

/**
 * What the data records hold, as objcopy and flashing tools read them: a record without data, or a second
 * one with the same bytes, does no harm.
 * @throws Error with the line that is wrong
 */
export function readHex(text: string): readonly Segment[] {
  const lines = text.split(/\r\n|\r|\n/, MOST_LINES + 1);
  if (lines.length > MOST_LINES) {
    throw new Error(`it has more than ${MOST_LINES} lines: it is no image of a flash`);
  }
  const segments: Segment[] = [];
  let base = 0;
  let ended = false;
  for (const [index, untrimmed] of lines.entries()) {
    const line = untrimmed.trim();
    if (line === '') continue;
    const wrong = (what: string): Error => new Error(`line ${index + 1}: ${what}`);
    if (ended) throw wrong('it is behind the record that ends the file');
    if (!RECORD.test(line)) throw wrong(`${line.slice(0, 40)} is not a record of Intel HEX`);
    // The package takes 17 us for a record, and knows neither addresses from 0x80000000 on nor bytes that are there twice.
    const record = Buffer.from(line.slice(1), 'hex');
    if (line.length !== END.length + 2 * record[0]!) throw wrong('Mismatched record length');
    if ((record.reduce((sum, byte) => sum + byte, 0) & 0xff) !== 0) throw wrong('Checksum failed');
    const type = record[3]!;
    const bytes = record.subarray(4, -1);
    if (type > LAST_TYPE) throw wrong(`Invalid record type 0x${line.slice(7, 9)}`);
    ended = type === 1;
    if (type === 0) segments.push({ address: base + record.readUInt16BE(1), bytes });
    if (type === 2 || type === 4) {
      if (bytes.length !== 2) throw wrong('an address record has 2 bytes');
      base = bytes.readUInt16BE(0) * (type === 4 ? 0x1_0000 : 0x10);
    }
  }
  if (!ended) throw new Error(`there is no record that ends the file (${END}): it is cut`);
  return joined(segments);
}
