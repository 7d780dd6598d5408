import fs from 'node:fs';
import path from 'node:path';
import type { Cells } from '../chip/cells.ts';
import { EmulatorError } from '../errors.ts';
import { lockFile, type FileLock } from '../links/file-lock.ts';
import { makeFolder } from '../links/make-folder.ts';
import { encodeChanges, encodeRecord, SNAPSHOT_END, type NamedChange } from './journal.ts';
import { FORMAT, readKeptChip, type Head, type Identity, type KeptChip } from './kept-chip.ts';

const PAGE = 4096;
/** The journal is rewritten when it has grown by so many bytes beyond what it started with. */
const GROWTH = 8 * 1024 * 1024;

/**
 * The non-volatile memories of one chip in a folder, across runs: a journal of changes, one write for
 * each operation. Owns the folder as long as it is open: a lock on a file in it, which holds between containers
 * that share the folder alone, and goes with the process.
 */
export class StateFolder {
  /** The chip that the folder holds; undefined for a new folder. */
  readonly kept: KeptChip | undefined;
  readonly #file: string;
  readonly #lock: FileLock;
  #memories: readonly Cells[] = [];
  #pending: NamedChange[] = [];
  #head: Uint8Array = new Uint8Array();
  #journal: number | undefined;
  #room = 0;

  /** Opens or makes the folder and locks it; changes nothing in it yet. */
  static async open(folder: string): Promise<StateFolder> {
    tryIn(folder, () => makeFolder(folder));
    const lock = await lockFile(path.join(folder, 'lock'), true).catch((cause: unknown) => {
      throw cannotKeep(folder, cause);
    });
    if (lock === undefined) {
      throw new EmulatorError(`another vstm32 is using the state folder ${folder}: end it first`);
    }
    try {
      return new StateFolder(folder, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(folder: string, lock: FileLock) {
    this.#lock = lock;
    this.#file = path.join(folder, 'journal');
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

  /** Leaves a snapshot alone: whatever is cut off a folder at rest is missed at the next run. */
  close(): void {
    try {
      this.flush();
      if (this.#journal !== undefined && this.#room < GROWTH) this.#compact();
    } finally {
      if (this.#journal !== undefined) fs.closeSync(this.#journal);
      this.#journal = undefined;
      this.#lock.release();
    }
  }

  #compact(): void {
    try {
      this.#rewrite();
    } catch {
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
    const fresh = `${this.#file}.new`;
    const journal = fs.openSync(fresh, 'w');
    try {
      this.#writeSnapshot(journal);
      // The name must not reach the disk before the content does.
      fs.fsyncSync(journal);
      fs.renameSync(fresh, this.#file);
    } catch (error) {
      fs.closeSync(journal);
      throw error;
    }
    if (this.#journal !== undefined) fs.closeSync(this.#journal);
    this.#journal = journal;
    this.#room = GROWTH;
  }

  #writeSnapshot(journal: number): void {
    writeAll(journal, this.#head);
    for (const cells of this.#memories) {
      for (let offset = 0; offset < cells.length; offset += PAGE) {
        const bytes = cells.read(offset, Math.min(PAGE, cells.length - offset));
        if (bytes.every((byte) => byte === cells.blank)) continue;
        const change = { memory: cells.name, change: { offset, bytes } };
        writeAll(journal, encodeRecord(encodeChanges([change])));
      }
    }
    writeAll(journal, encodeRecord(SNAPSHOT_END));
  }
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
