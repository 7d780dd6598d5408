import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { tryLock } from 'fs-native-extensions';
import { EmulatorError } from '../../errors.ts';

/**
 * A lock that the kernel keeps with the open file: it holds across namespaces of processes and networks, which
 * share nothing but the file, and ends with the process that has it, however that ends.
 */
export interface FileLock {
  /** The locked file still is the one at a path: nobody has removed or replaced it. */
  isAt(path: string): boolean;
  /** Locks another file, which is open, in the same way; true unless somebody else has it. */
  also(fd: number): boolean;
  release(): void;
}

/** Where the locked byte is: far behind what anybody reads, writes or locks. */
const OFFSET = 2 ** 40;

/**
 * Locks a file; undefined when another opening of it, here or in another process, has the lock.
 * `create` makes a file that is not there. @throws the system's error, ENOENT and the like
 */
export async function lockFile(file: string, create: boolean): Promise<FileLock | undefined> {
  const lock = await loadTryLock();
  const { O_RDWR, O_CREAT, O_NOCTTY, O_NONBLOCK } = constants;
  const flags = O_RDWR | (O_NOCTTY ?? 0) | (O_NONBLOCK ?? 0) | (create ? O_CREAT : 0);
  const fd = openSync(file, flags);
  let locked = false;
  try {
    locked = lock(fd, OFFSET, 1);
  } finally {
    if (!locked) closeSync(fd);
  }
  if (!locked) return undefined;
  return {
    isAt: (path) => {
      const there = statSync(path, { throwIfNoEntry: false });
      const own = fstatSync(fd);
      return there?.ino === own.ino && there.dev === own.dev;
    },
    also: (other) => lock(other, OFFSET, 1),
    release: () => closeSync(fd),
  };
}

/** Loads what locks a file. @throws EmulatorError where it cannot be loaded */
export async function loadTryLock(): Promise<typeof tryLock> {
  try {
    return (await import('fs-native-extensions')).tryLock;
  } catch (cause) {
    throw new EmulatorError(
      `fs-native-extensions does not load on ${process.platform}-${process.arch}: install it anew (npm ci)`,
      { exitCode: 3, cause },
    );
  }
}
