import fs from 'node:fs';
import path from 'node:path';
import type { Cells } from '../../chip/cells.ts';
import { EmulatorError } from '../../errors.ts';
import { lockFile, type FileLock } from '../../links/files/file-lock.ts';
import { makeFolder } from '../../make-folder.ts';
import { crcOf, encodeChanges, encodeRecord, SNAPSHOT_END, type NamedChange } from './journal.ts';
import { FORMAT, readKeptChip, type Head, type Identity, type KeptChip } from './kept-chip.ts';

const PAGE = 4096;
/** The journal is rewritten when it has grown by so many bytes beyond what it started with. */
const GROWTH = 8 * 1024 * 1024;

/**
 * The non-volatile memories of one chip in a folder, across runs: a journal of changes, one write for
 * each operation. Owns the folder as long as it is open: locks on a file in it and on the journal, which hold
 * between containers that share the folder alone, and go with the process.
 */
export class StateFolder {
  /** The chip that the folder holds; undefined for a new folder. */
  readonly kept: KeptChip | undefined;
  readonly #file: string;
  readonly #lock: FileLock;
  /** That of the journal which was there. */
  #found: FileLock | undefined;
  #memories: readonly Cells[] = [];
  #pending: NamedChange[] = [];
  #head: Uint8Array = new Uint8Array();
  #journal: number | undefined;
  /** CRC of its last record. */
  #crc = 0;
  #room = 0;

  /** Opens or makes the folder and locks it; changes nothing in it yet. */
  static async open(folder: string): Promise<StateFolder> {
    tryIn(folder, () => makeFolder(folder));
    const lock = await lockFile(path.join(folder, 'lock'), true).catch((cause: unknown) => {
      throw cannotKeep(folder, cause);
    });
    if (lock === undefined) throw inUse(folder);
    let found: FileLock | undefined;
    try {
      const file = path.join(folder, 'journal');
      found = await lockJournal(folder, file);
      return new StateFolder(file, lock, found);
    } catch (error) {
      found?.release();
      lock.release();
      throw error;
    }
  }

  private constructor(file: string, lock: FileLock, found: FileLock | undefined) {
    this.#lock = lock;
    this.#found = found;
    this.#file = file;
    this.kept = tryIn(this.#file, () => readKeptChip(this.#file));
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
    this.#head = Buffer.from(JSON.stringify(head));
    for (const cells of memories) {
      cells.onChange((change) => this.#note({ memory: cells.name, change }));
    }
    tryIn(this.#file, () => this.#rewrite());
  }

  /** Writes what changed since the last call as one record: an operation is kept whole or not at all. */
  flush(): void {
    if (this.#pending.length === 0 || this.#journal === undefined) return;
    const content = encodeChanges(this.#pending);
    this.#pending = [];
    const journal = this.#journal;
    this.#room -= tryIn(this.#file, () => this.#append(journal, content));
    if (this.#room < 0) tryIn(this.#file, () => this.#rewrite());
  }

  /** Leaves a snapshot alone: whatever is cut off a folder at rest is missed at the next run. */
  close(): void {
    try {
      this.flush();
      if (this.#journal !== undefined && this.#room < GROWTH) this.#compact();
    } finally {
      if (this.#journal !== undefined) fs.closeSync(this.#journal);
      this.#journal = undefined;
      this.#found?.release();
      this.#found = undefined;
      this.#lock.release();
    }
  }

  #compact(): void {
    try {
      this.#rewrite();
    } catch (error) {
      if (error instanceof EmulatorError) throw error;
      // a full disk, say: the journal as it is has it all
    }
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
    this.#refuseAnothers();
    const fresh = `${this.#file}.new`;
    const journal = fs.openSync(fresh, 'w');
    try {
      this.#lock.also(journal); // the file called lock may be removed by anybody
      this.#writeSnapshot(journal);
      // The name must not reach the disk before the content does.
      fs.fsyncSync(journal);
      fs.renameSync(fresh, this.#file);
    } catch (error) {
      fs.closeSync(journal);
      throw error;
    }
    if (this.#journal !== undefined) fs.closeSync(this.#journal);
    this.#found?.release();
    this.#found = undefined;
    this.#journal = journal;
    this.#room = GROWTH;
  }

  /** What runs on has lost its files when they were removed: what is there now belongs to another board. */
  #refuseAnothers(): void {
    if (this.#journal === undefined) return;
    const there = fs.statSync(this.#file, { throwIfNoEntry: false });
    const own = fs.fstatSync(this.#journal);
    if (there === undefined || (there.ino === own.ino && there.dev === own.dev)) return;
    throw new EmulatorError(
      `${this.#file} was removed, and is another's now: what this chip holds is not kept`,
      { exitCode: 3 },
    );
  }

  /** Writes one record; returns its length. */
  #append(journal: number, content: Uint8Array): number {
    const record = encodeRecord(content, this.#crc);
    writeAll(journal, record);
    this.#crc = crcOf(record);
    return record.length;
  }

  #writeSnapshot(journal: number): void {
    this.#crc = 0;
    this.#append(journal, this.#head);
    for (const cells of this.#memories) {
      for (let offset = 0; offset < cells.length; offset += PAGE) {
        const bytes = cells.read(offset, Math.min(PAGE, cells.length - offset));
        if (bytes.every((byte) => byte === cells.blank)) continue;
        const change = { memory: cells.name, change: { offset, bytes } };
        this.#append(journal, encodeChanges([change]));
      }
    }
    this.#append(journal, SNAPSHOT_END);
  }
}

/** Locks the journal in a folder, if there is one. @throws EmulatorError when another has it */
async function lockJournal(folder: string, file: string): Promise<FileLock | undefined> {
  for (;;) {
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const lock = await lockFile(file, false).catch((cause: unknown) => {
      throw cannotKeep(file, cause);
    });
    if (lock === undefined) throw inUse(folder);
    if (lock.isAt(file)) return lock;
    lock.release(); // its owner has just replaced it
  }
}

function inUse(folder: string): EmulatorError {
  return new EmulatorError(`another vstm32 is using the state folder ${folder}: end it first`);
}

function tryIn<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw cannotKeep(place, cause);
  }
}

function cannotKeep(place: string, cause: unknown): EmulatorError {
  if (cause instanceof EmulatorError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EmulatorError(`the chip cannot be kept in ${place}: ${why}`, { exitCode: 3, cause });
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
}
