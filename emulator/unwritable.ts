import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Why a file cannot be written, in words that say what to do; undefined for one that can, as far as it is seen beforehand. */
export function whyUnwritable(path: string): string | undefined {
  const folder = dirname(resolve(path));
  const holder = statSync(folder, { throwIfNoEntry: false });
  if (holder === undefined) return `there is no folder ${folder}: make it first`;
  if (!holder.isDirectory()) return `${folder} is not a folder`;
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return `it is a folder: name a file in it`;
  const written = there === undefined ? folder : path;
  try {
    accessSync(written, constants.W_OK);
    return undefined;
  } catch {
    return `${written} is not yours to write`;
  }
}
