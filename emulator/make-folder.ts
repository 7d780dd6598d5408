import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it. Not Node's own `recursive`: that never returns where the system refuses
 * a folder in one that is there with ENOENT (/proc). @throws the system's error
 */
export function makeFolder(folder: string): void {
  const parent = dirname(resolve(folder));
  if (isFolder(folder)) return;
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!isFolder(folder)) throw error; // another process may have been quicker
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
