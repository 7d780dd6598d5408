import {
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EmulatorError } from '../../errors.ts';
import { lockFile, type FileLock } from '../files/file-lock.ts';

/** The symbolic link by which a port keeps its name. */
export interface LinkFile {
  /** Removes it unless another process has made it its own meanwhile. */
  remove(): void;
}

/** Names of pseudo-terminals, on Linux and on macOS. */
const TERMINAL = /^\/dev\/(?:pts\/\d+|ttys\d+)$/;

/**
 * Makes `link` a symbolic link to `target`, in one step. A link that points nowhere, or to a terminal and is no
 * port of a live board, is left over from an earlier run and replaced; anything else is somebody's.
 * @throws EmulatorError
 */
export async function placeLink(link: string, target: string): Promise<LinkFile> {
  refuseOthers(link);
  const lock = await lockName(link);
  try {
    const fresh = `${link}.${process.pid}`;
    rmSync(fresh, { force: true });
    symlinkSync(target, fresh);
    renameSync(fresh, link);
  } catch (cause) {
    lock.remove();
    throw cannotMake(link, cause);
  }
  return {
    remove() {
      const there = lstatSync(link, { throwIfNoEntry: false });
      if (there?.isSymbolicLink() === true && readlinkSync(link) === target) rmSync(link);
      lock.remove();
    },
  };
}

function refuseOthers(link: string): void {
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSymbolicLink()) {
    throw new EmulatorError(`${link} exists and is not a symbolic link: choose another path`);
  }
  if (statSync(link, { throwIfNoEntry: false }) === undefined) return;
  const place = realpathSync(link);
  if (place === '/dev/null' || TERMINAL.test(place)) return;
  throw new EmulatorError(`${link} is a link to ${readlinkSync(link)}: choose another path`);
}

/**
 * Locks the name of a link by a file beside it. The terminal itself cannot carry the lock: host tools want one of
 * the whole file (lockf(3) in stm32flash). @throws EmulatorError when a live board has it
 */
async function lockName(link: string): Promise<LinkFile> {
  const path = join(dirname(link), `.${basename(link)}.lock`);
  for (;;) {
    let lock: FileLock | undefined;
    try {
      lock = await lockFile(path, true);
    } catch (cause) {
      throw cannotMake(link, cause);
    }
    if (lock === undefined) {
      throw new EmulatorError(
        `${link} is the port of another board, which is alive: end that, or choose another path`,
      );
    }
    if (lock.isAt(path)) {
      return {
        remove() {
          rmSync(path, { force: true });
          lock.release();
        },
      };
    }
    lock.release(); // its owner has just removed it: there may be a new one
  }
}

function cannotMake(link: string, cause: unknown): EmulatorError {
  if (cause instanceof EmulatorError) return cause;
  const folder = dirname(link);
  if (!existsSync(folder)) {
    return new EmulatorError(`cannot make the link ${link}: there is no folder ${folder}`, {
      cause,
    });
  }
  return new EmulatorError(`cannot make the link ${link} (${String(cause)})`, {
    exitCode: 3,
    cause,
  });
}
