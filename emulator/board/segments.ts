import { EmulatorError } from '../errors.ts';

/** A run of bytes, the address it belongs to, and where it comes from, in words for messages. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly from?: string;
}

/**
 * The same content in ascending order, each stretch of it one segment; bytes that are there twice must agree.
 * @throws EmulatorError that names the first address with two contents
 */
export function joined(segments: readonly Segment[]): readonly Segment[] {
  const sorted = segments
    .filter(({ bytes }) => bytes.length > 0)
    .sort((a, b) => a.address - b.address);
  const stretches: { readonly address: number; end: number; readonly parts: Segment[] }[] = [];
  for (const segment of sorted) {
    const end = segment.address + segment.bytes.length;
    const last = stretches.at(-1);
    if (last === undefined || segment.address > last.end) {
      stretches.push({ address: segment.address, end, parts: [segment] });
    } else {
      last.end = Math.max(last.end, end);
      last.parts.push(segment);
    }
  }
  return stretches.map(({ address, end, parts }) => {
    const bytes = new Uint8Array(end - address);
    let filled = address;
    for (const part of parts) {
      const already = Math.min(filled - part.address, part.bytes.length);
      const there = bytes.subarray(part.address - address);
      const other = part.bytes.subarray(0, already).findIndex((byte, at) => byte !== there[at]);
      if (other >= 0) throw twice(part, other, parts);
      there.set(part.bytes.subarray(already), already);
      filled = Math.max(filled, part.address + part.bytes.length);
    }
    return { address, bytes };
  });
}

function twice(later: Segment, at: number, parts: readonly Segment[]): EmulatorError {
  const address = later.address + at;
  const first = parts.find(
    (part) => address >= part.address && address < part.address + part.bytes.length,
  )!;
  const content = ({ address: start, bytes, from }: Segment): string => {
    const byte = bytes[address - start]!.toString(16).toUpperCase().padStart(2, '0');
    return from === undefined ? `0x${byte}` : `0x${byte} from ${from}`;
  };
  return new EmulatorError(
    `0x${address.toString(16).toUpperCase().padStart(8, '0')} is loaded twice, as ${content(first)} and as ${content(later)}`,
  );
}
