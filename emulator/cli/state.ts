import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { Server } from 'node:net';
import path from 'node:path';
import type { Cells } from '../chip/cells.ts';
import { EmulatorError } from '../errors.ts';
import {
  decodeChanges,
  encodeChanges,
  encodeRecord,
  readJournal,
  type NamedChange,
} from './journal.ts';
import { listenAlone } from './unix-socket.ts';

/** What makes the chip in a folder that chip; the rest of it is memory content. */
export interface Identity {
  /** Id of the product line. */
  readonly device: string;
  readonly flashKiB: number;
  /** Version of the bootloader in its ROM. */
  readonly bootloader: string;
  /** Unique ID in hex; absent where the default is used. */
  readonly uid?: string;
}

/** A chip as it was left. */
export interface KeptChip {
  readonly identity: Identity;
  /** Whole content of the non-volatile memories by their names. */
  readonly memories: Readonly<Record<string, Uint8Array>>;
}

/** First record of a journal. */
interface Head extends Identity {
  /** Version of the format. */
  readonly vstm32: number;
  /** Bytes of each memory and the value of those that no record tells. */
  readonly memories: Readonly<Record<string, { readonly length: number; readonly blank: number }>>;
}

const FORMAT = 1;
const PAGE = 4096;
/** The journal is rewritten when it has grown by so many bytes beyond what it started with. */
const GROWTH = 8 * 1024 * 1024;

/**
 * The non-volatile memories of one chip in a folder, across runs: a journal of changes, one write for
 * each operation. Owns the folder as long as it is open; the lock goes with the process.
 */
export class StateFolder {
  /** The chip that the folder holds; undefined for a new folder. */
  readonly kept: KeptChip | undefined;
  readonly #file: string;
  readonly #lock: Server;
  #memories: readonly Cells[] = [];
  #pending: NamedChange[] = [];
  #head: Uint8Array = new Uint8Array();
  #journal: number | undefined;
  #room = 0;

  /** Opens or makes the folder and locks it; changes nothing in it yet. */
  static async open(folder: string): Promise<StateFolder> {
    tryIn(folder, () => fs.mkdirSync(folder, { recursive: true }));
    const lock = await listenAlone(lockName(folder));
    if (lock === undefined) {
      throw new EmulatorError(`another vstm32 is using the state folder ${folder}: end it first`);
    }
    lock.unref();
    try {
      return new StateFolder(folder, lock);
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  private constructor(folder: string, lock: Server) {
    this.#lock = lock;
    this.#file = path.join(folder, 'journal');
    this.kept = readState(this.#file);
  }

  /** From now on keeps every change of the memories. */
  keep(identity: Identity, memories: readonly Cells[]): void {
    this.#memories = memories;
    const head: Head = {
      vstm32: FORMAT,
      ...identity,
      memories: Object.fromEntries(
        memories.map(({ name, length, blank }) => [name, { length, blank }]),
      ),
    };
    this.#head = encodeRecord(Buffer.from(JSON.stringify(head)));
    for (const cells of memories) {
      cells.onChange((change) => this.#note({ memory: cells.name, change }));
    }
    tryIn(this.#file, () => this.#rewrite());
  }

  /** Writes what changed since the last call as one record: an operation is kept whole or not at all. */
  flush(): void {
    if (this.#pending.length === 0 || this.#journal === undefined) return;
    const record = encodeRecord(encodeChanges(this.#pending));
    this.#pending = [];
    const journal = this.#journal;
    tryIn(this.#file, () => writeAll(journal, record));
    this.#room -= record.length;
    if (this.#room < 0) tryIn(this.#file, () => this.#rewrite());
  }

  close(): void {
    this.flush();
    if (this.#journal !== undefined) fs.closeSync(this.#journal);
    this.#journal = undefined;
    this.#lock.close();
  }

  /** Programs store unit by unit: what follows on the change before it is joined to it. */
  #note(next: NamedChange): void {
    const last = this.#pending.at(-1);
    if (
      last !== undefined &&
      last.memory === next.memory &&
      'bytes' in last.change &&
      'bytes' in next.change &&
      last.change.offset + last.change.bytes.length === next.change.offset
    ) {
      const bytes = Buffer.concat([last.change.bytes, next.change.bytes]);
      this.#pending[this.#pending.length - 1] = {
        memory: last.memory,
        change: { offset: last.change.offset, bytes },
      };
      return;
    }
    const { change } = next;
    const copy =
      'bytes' in change ? { offset: change.offset, bytes: change.bytes.slice() } : change;
    this.#pending.push({ memory: next.memory, change: copy });
  }

  /** Replaces the journal by one that holds the present content and nothing older. */
  #rewrite(): void {
    const fresh = `${this.#file}.new`;
    const journal = fs.openSync(fresh, 'w');
    writeAll(journal, this.#head);
    for (const cells of this.#memories) {
      for (let offset = 0; offset < cells.length; offset += PAGE) {
        const bytes = cells.read(offset, Math.min(PAGE, cells.length - offset));
        if (bytes.every((byte) => byte === cells.blank)) continue;
        const change = { memory: cells.name, change: { offset, bytes } };
        writeAll(journal, encodeRecord(encodeChanges([change])));
      }
    }
    // The name must not reach the disk before the content does.
    fs.fsyncSync(journal);
    fs.renameSync(fresh, this.#file);
    if (this.#journal !== undefined) fs.closeSync(this.#journal);
    this.#journal = journal;
    this.#room = GROWTH;
  }
}

function readState(file: string): KeptChip | undefined {
  if (!fs.existsSync(file)) return undefined;
  const { records, damaged } = readJournal(fs.readFileSync(file));
  const [first, ...rest] = records;
  const head = first === undefined ? undefined : readHead(first);
  if (head === undefined) {
    throw new EmulatorError(`${file} is not a vstm32 state: choose another folder, or delete it`);
  }
  if (damaged) {
    throw new EmulatorError(
      `${file} is damaged in the middle: restore a copy, or delete the folder to start with a blank chip`,
    );
  }
  const { vstm32: _, memories: sizes, ...identity } = head;
  const memories = Object.fromEntries(
    Object.entries(sizes).map(([name, { length, blank }]) => [
      name,
      new Uint8Array(length).fill(blank),
    ]),
  );
  for (const { memory, change } of rest.flatMap(decodeChanges)) {
    const bytes = memories[memory]!;
    if ('bytes' in change) bytes.set(change.bytes, change.offset);
    else bytes.fill(sizes[memory]!.blank, change.offset, change.offset + change.erased);
  }
  return { identity, memories };
}

function readHead(record: Buffer): Head | undefined {
  try {
    const head = JSON.parse(record.toString()) as Head;
    return head.vstm32 === FORMAT ? head : undefined;
  } catch {
    return undefined;
  }
}

/** A name that only one process can listen on: abstract on Linux, so that no file outlives a kill -9. */
function lockName(folder: string): string {
  const { dev, ino } = fs.statSync(folder, { bigint: true });
  const id = createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 24);
  switch (process.platform) {
    case 'linux':
      return `\0vstm32-state-${id}`;
    case 'win32':
      return `\\\\.\\pipe\\vstm32-state-${id}`;
    default:
      return path.join('/tmp', `vstm32-state-${id}`);
  }
}

function tryIn<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EmulatorError(`the chip cannot be kept in ${place}: ${why}`, { exitCode: 3, cause });
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
}
