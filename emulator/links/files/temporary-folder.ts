import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFile } from './file-lock.ts';

/** A folder that goes with its owner. */
export interface TemporaryFolder extends Disposable {
  /** Its full path. */
  readonly path: string;
}

/** Characters that mkdtemp(3) adds to a prefix. */
const RANDOM = 6;
/** Locked as long as the owner lives. */
const LOCK = '.lock';

/**
 * Makes a folder for as long as it is needed, and first removes those with the same prefix whose owners were killed.
 * `parent` is by default the system's folder for such things.
 */
export async function temporaryFolder(prefix: string, parent = tmpdir()): Promise<TemporaryFolder> {
  await sweep(prefix, parent);
  const path = mkdtempSync(join(parent, prefix));
  // Under its name there is no lock that nobody holds but of an owner who is gone.
  const fresh = join(path, `${LOCK}.new`);
  const lock = await lockFile(fresh, true);
  renameSync(fresh, join(path, LOCK));
  return {
    path,
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true });
      lock?.release();
    },
  };
}

async function sweep(prefix: string, parent: string): Promise<void> {
  const names = readdirSync(parent).filter(
    (name) => name.startsWith(prefix) && name.length === prefix.length + RANDOM,
  );
  for (const name of names) {
    const path = join(parent, name);
    try {
      if (lstatSync(path).uid !== process.getuid?.()) continue;
      const lock = await lockFile(join(path, LOCK), false);
      if (lock === undefined) continue; // its owner lives
      rmSync(path, { recursive: true, force: true });
      lock.release();
    } catch {
      // no lock in it, so it is none of ours, or it has just gone
    }
  }
}
