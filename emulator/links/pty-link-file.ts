import {
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { EmulatorError } from '../errors.ts';
import { lockFile, type FileLock } from './file-lock.ts';

/** The symbolic link by which a port keeps its name. */
export interface LinkFile {
  /** Removes it unless another process has made it its own meanwhile. */
  remove(): void;
}

/** Names of pseudo-terminals, on Linux and on macOS. */
const TERMINAL = /^\/dev\/(?:pts\/\d+|ttys\d+)$/;

/**
 * Makes `link` a symbolic link to `target`, in one step. A link that points nowhere, or to a terminal that is no
 * port of a live board, is left over from an earlier run and replaced; anything else is somebody's.
 * @throws EmulatorError
 */
export async function placeLink(link: string, target: string): Promise<LinkFile> {
  // By this others know that the terminal is the port of a board that is alive.
  const lock = await lockTerminal(target);
  try {
    await refuseOthers(link, target);
    const fresh = `${link}.${process.pid}`;
    rmSync(fresh, { force: true });
    symlinkSync(target, fresh);
    renameSync(fresh, link);
  } catch (cause) {
    lock?.release();
    if (cause instanceof EmulatorError) throw cause;
    throw new EmulatorError(`cannot make the link ${link} (${String(cause)})`, {
      exitCode: 3,
      cause,
    });
  }
  return {
    remove() {
      const there = lstatSync(link, { throwIfNoEntry: false });
      if (there?.isSymbolicLink() === true && readlinkSync(link) === target) rmSync(link);
      lock?.release();
    },
  };
}

async function refuseOthers(link: string, target: string): Promise<void> {
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSymbolicLink()) {
    throw new EmulatorError(`${link} exists and is not a symbolic link: choose another path`);
  }
  if (statSync(link, { throwIfNoEntry: false }) === undefined) return;
  const place = realpathSync(link);
  // The number of a terminal that is gone, which ours got; and what stands for no port.
  if (place === target || place === '/dev/null') return;
  if (!TERMINAL.test(place)) {
    throw new EmulatorError(`${link} is a link to ${readlinkSync(link)}: choose another path`);
  }
  if (process.platform !== 'linux') return;
  const lock = await lockTerminal(place);
  if (lock === undefined) {
    throw new EmulatorError(
      `${link} is the port of another board, which is alive: end that, or choose another path`,
    );
  }
  lock.release();
}

/**
 * Undefined when a live board has locked it. On macOS a lock would be of the whole file, where tools want theirs.
 * @throws EmulatorError for a terminal of another user
 */
async function lockTerminal(path: string): Promise<FileLock | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return await lockFile(path, false);
  } catch (cause) {
    throw new EmulatorError(`${path} is not ours: choose another path for the link`, { cause });
  }
}
