import { lstatSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { EmulatorError } from '../errors.ts';

/**
 * Makes `link` a symbolic link to `target`, in one step. A link that points nowhere or to some terminal
 * is left over from an earlier run and replaced; anything else is the user's.
 */
export function placeLink(link: string, target: string): void {
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there !== undefined && !there.isSymbolicLink()) {
    throw new EmulatorError(`${link} exists and is not a symbolic link: choose another path`);
  }
  if (there !== undefined && pointsAtSomethingElse(link)) {
    throw new EmulatorError(`${link} is a link to ${readlinkSync(link)}: choose another path`);
  }
  const fresh = `${link}.${process.pid}`;
  try {
    rmSync(fresh, { force: true });
    symlinkSync(target, fresh);
    renameSync(fresh, link);
  } catch (cause) {
    throw new EmulatorError(`cannot make the link ${link} (${String(cause)})`, {
      exitCode: 3,
      cause,
    });
  }
}

/** Removes `link` unless another process has made it its own meanwhile. */
export function removeLink(link: string, target: string): void {
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() === true && readlinkSync(link) === target) rmSync(link);
}

function pointsAtSomethingElse(link: string): boolean {
  const target = statSync(link, { throwIfNoEntry: false });
  return target !== undefined && !target.isCharacterDevice();
}
