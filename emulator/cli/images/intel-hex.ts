import type intelHex from 'nrf-intel-hex';
import { joined, type Segment } from '../../board/segments.ts';

type MemoryMapClass = (typeof intelHex)['default'];

/** The Intel HEX reader and writer: a CommonJS package whose typings describe an ES module. */
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

/**
 * What the data records hold, as objcopy and flashing tools read them: a record without data, or a second
 * one with the same bytes, does no harm.
 * @throws Error with the line that is wrong
 */
export async function readHex(text: string): Promise<readonly Segment[]> {
  const MemoryMap = await loadMemoryMap();
  const segments: Segment[] = [];
  let base = 0;
  let ended = false;
  for (const [index, untrimmed] of text.split(/\r\n|\r|\n/).entries()) {
    const line = untrimmed.trim();
    if (line === '') continue;
    const wrong = (what: string): Error => new Error(`line ${index + 1}: ${what}`);
    if (ended) throw wrong('it is behind the record that ends the file');
    if (!RECORD.test(line)) throw wrong(`${line.slice(0, 40)} is not a record of Intel HEX`);
    const type = line.slice(7, 9);
    ended = type === '01';
    // The package knows neither addresses from 0x80000000 on nor bytes that are there twice: it reads each record by itself.
    try {
      for (const [offset, bytes] of MemoryMap.fromHex(ended ? line : `${line}\n${END}`)) {
        segments.push({ address: base + offset, bytes });
      }
    } catch (error) {
      throw wrong((error as Error).message.replace(/ ?(at )?record 1 /i, ' ').trim());
    }
    if (type === '02' || type === '04') {
      if (line.length !== END.length + 4) throw wrong('an address record has 2 bytes');
      base = Number.parseInt(line.slice(9, 13), 16) * (type === '04' ? 0x1_0000 : 0x10);
    }
  }
  if (!ended) throw new Error(`there is no record that ends the file (${END}): it is cut`);
  return joined(segments);
}
