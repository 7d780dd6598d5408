import { crc32 } from 'node:zlib';
import type { Change } from '../../chip/cells.ts';

/**
 * The bytes of a state journal: records of length, CRC-32 and content, each appended with one write, so that a
 * process killed in the middle leaves at most one torn record at the end. The CRC goes on from that of the
 * record before: one that is missing, doubled or in another place breaks it.
 */
export interface Journal {
  /** Content of the whole records, in order. */
  readonly records: readonly Buffer[];
  /** Bytes up to the end of the last whole record. */
  readonly length: number;
  /** Whole records follow a broken one: not a torn tail but damage. */
  readonly damaged: boolean;
}

const HEAD = 8;

/** One record; `before` is the CRC of the record before it, 0 for the first. */
export function encodeRecord(content: Uint8Array, before = 0): Buffer {
  const record = Buffer.alloc(HEAD + content.length);
  record.writeUInt32LE(content.length, 0);
  record.writeUInt32LE(crc32(content, before), 4);
  record.set(content, HEAD);
  return record;
}

/** The CRC of a record, from which the next one's goes on. */
export function crcOf(record: Buffer): number {
  return record.readUInt32LE(4);
}

/** Reads what is whole; `isChained` tells by the first record whether the CRCs go on. */
export function readJournal(bytes: Buffer, isChained: (first: Buffer) => boolean): Journal {
  const records: Buffer[] = [];
  let at = 0;
  let before = 0;
  while (bytes.length - at >= HEAD) {
    const length = bytes.readUInt32LE(at);
    const content = bytes.subarray(at + HEAD, at + HEAD + length);
    if (content.length < length) break;
    const crc = bytes.readUInt32LE(at + 4);
    const chained = records[0] !== undefined && isChained(records[0]);
    if (length === 0 || crc32(content, chained ? before : 0) !== crc) {
      return { records, length: at, damaged: at + HEAD + length < bytes.length };
    }
    records.push(content);
    before = crc;
    at += HEAD + length;
  }
  return { records, length: at, damaged: false };
}

/** A change of one memory, by the memory's name. */
export interface NamedChange {
  readonly memory: string;
  readonly change: Change;
}

/** Behind the name of its memory a change has its kind, offset and length. */
const CHANGE = 9;
const ERASED = 0;
const WRITTEN = 1;

/** Content of the record behind a snapshot: no memory is named by no letters. */
export const SNAPSHOT_END = Uint8Array.of(0);

/** Changes that happened together, as the content of one record. */
export function encodeChanges(changes: readonly NamedChange[]): Buffer {
  return Buffer.concat(
    changes.flatMap(({ memory, change }) => {
      const name = Buffer.from(memory, 'latin1');
      const bytes = 'bytes' in change ? change.bytes : undefined;
      const head = Buffer.alloc(1 + name.length + CHANGE);
      head.writeUInt8(name.length, 0);
      head.set(name, 1);
      let at = 1 + name.length;
      at = head.writeUInt8(bytes === undefined ? ERASED : WRITTEN, at);
      at = head.writeUInt32LE(change.offset, at);
      head.writeUInt32LE('bytes' in change ? change.bytes.length : change.erased, at);
      return bytes === undefined ? [head] : [head, bytes];
    }),
  );
}

/** The changes of one record; undefined when its content is none that `encodeChanges` makes. */
export function decodeChanges(content: Buffer): readonly NamedChange[] | undefined {
  const changes: NamedChange[] = [];
  for (let at = 0; at < content.length;) {
    const start = at + 1 + content[at]!;
    if (start + CHANGE > content.length) return undefined;
    const memory = content.toString('latin1', at + 1, start);
    const kind = content[start]!;
    const offset = content.readUInt32LE(start + 1);
    const length = content.readUInt32LE(start + 5);
    at = start + CHANGE;
    if (kind === ERASED) {
      changes.push({ memory, change: { offset, erased: length } });
      continue;
    }
    if (kind !== WRITTEN || at + length > content.length) return undefined;
    changes.push({ memory, change: { offset, bytes: content.subarray(at, at + length) } });
    at += length;
  }
  return changes;
}
