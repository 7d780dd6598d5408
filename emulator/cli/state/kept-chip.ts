import fs from 'node:fs';
import { z } from 'zod';
import { EmulatorError } from '../../errors.ts';
import { decodeChanges, readJournal, SNAPSHOT_END, type NamedChange } from './journal.ts';

/** Version of the format of a journal; 1 had no record behind its snapshot, 2 a CRC of each record for itself. */
export const FORMAT = 3;

/** Bytes of a memory: more than any part has. */
const LARGEST = 64 * 1024 * 1024;

const identity = z.object({
  /** Id of the product line. */
  device: z.string().min(1),
  flashKiB: z.int().positive(),
  /** Version of the bootloader in its ROM. */
  bootloader: z.string().min(1),
  /** Unique ID in hex; absent where the default is used. */
  uid: z
    .string()
    .regex(/^[0-9a-f]{24}$/)
    .exactOptional(),
});

/** What makes the chip in a folder that chip; the rest of it is memory content. */
export type Identity = Readonly<z.infer<typeof identity>>;

const format = z.object({ vstm32: z.int().positive() });

const head = identity.extend(format.shape).extend({
  /** Bytes of each memory, and the value of those that no record tells. */
  memories: z.record(
    z.string().min(1).max(255),
    z.object({ length: z.int().min(0).max(LARGEST), blank: z.int().min(0).max(0xff) }),
  ),
});

/** First record of a journal. */
export type Head = z.infer<typeof head>;

/** A chip as it was left. */
export interface KeptChip {
  readonly identity: Identity;
  /** Whole content of the non-volatile memories by their names. */
  readonly memories: Readonly<Record<string, Uint8Array>>;
}

const START_ANEW = 'restore a copy, or delete the folder to start with a blank chip';

/** The chip that a journal holds; undefined where there is no such file. @throws EmulatorError */
export function readKeptChip(file: string): KeptChip | undefined {
  if (!fs.existsSync(file)) return undefined;
  if (!fs.statSync(file).isFile()) throw notOurs(file);
  const { records, damaged } = readJournal(
    fs.readFileSync(file),
    (first) => (versionOf(first) ?? 0) > 2,
  );
  const [first, ...rest] = records;
  const { vstm32, memories: sizes, ...identity } = readHead(file, first);
  if (damaged) throw new EmulatorError(`${file} is damaged in the middle: ${START_ANEW}`);
  const end = rest.findIndex((record) => record.equals(SNAPSHOT_END));
  if (end < 0 && vstm32 > 1) {
    throw new EmulatorError(
      `${file} is cut short, and part of the memories is lost: ${START_ANEW}`,
    );
  }
  const memories = new Map(
    Object.entries(sizes).map(([name, { length, blank }]) => [
      name,
      new Uint8Array(length).fill(blank),
    ]),
  );
  for (const [index, record] of rest.entries()) {
    if (index === end) continue;
    const wrong = replay(decodeChanges(record), memories, sizes);
    if (wrong === undefined) continue;
    throw new EmulatorError(
      `${file} holds what vstm32 does not write (record ${index + 2} ${wrong}): ${START_ANEW}`,
    );
  }
  return { identity, memories: Object.fromEntries(memories) };
}

/** Makes the changes of one record; returns what is wrong with one of them. */
function replay(
  changes: readonly NamedChange[] | undefined,
  memories: ReadonlyMap<string, Uint8Array>,
  sizes: Head['memories'],
): string | undefined {
  if (changes === undefined) return 'is not a list of changes';
  for (const { memory, change } of changes) {
    const bytes = memories.get(memory);
    if (bytes === undefined) return `changes a memory that the chip does not have`;
    const end = change.offset + ('bytes' in change ? change.bytes.length : change.erased);
    if (end > bytes.length) return `changes byte ${end - 1} of ${memory}, which ends before`;
    if ('bytes' in change) bytes.set(change.bytes, change.offset);
    else bytes.fill(sizes[memory]!.blank, change.offset, end);
  }
  return undefined;
}

function readHead(file: string, record: Buffer | undefined): Head {
  const version = versionOf(record);
  const value = parseJson(record?.toString() ?? '');
  if (version === undefined) throw notOurs(file);
  if (version > FORMAT) {
    throw new EmulatorError(
      `${file} was written by a newer vstm32 (format ${version}; this one reads up to ${FORMAT}): update vstm32, or choose another folder`,
    );
  }
  const { data, error } = head.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new EmulatorError(
    `${file} does not say which chip it keeps (${issue!.path.join('.')}: ${issue!.message}): ${START_ANEW}`,
  );
}

function versionOf(first: Buffer | undefined): number | undefined {
  return format.safeParse(parseJson(first?.toString() ?? '')).data?.vstm32;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notOurs(file: string): EmulatorError {
  return new EmulatorError(`${file} is not a vstm32 state: choose another folder, or delete it`);
}
