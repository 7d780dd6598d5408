import { execFile } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

/** What no checkout has, or what is made of it. */
const NOT_SOURCE = new Set(['node_modules', 'dist', '.git', 'coverage']);

/** Copies the sources into a folder that is made. */
export function copySources(to: string): void {
  const isSource = (path: string): boolean => !NOT_SOURCE.has(relative(ROOT, path).split('/')[0]!);
  cpSync(ROOT, to, { recursive: true, filter: isSource });
}

/**
 * Packs the package in a copy of its sources, which is made: others may be building in the tree at the same time. Returns
 * the path of the packed file, which lies in the copy.
 */
export async function packInCopy(copy: string): Promise<string> {
  copySources(copy);
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json'], { cwd: copy });
  return join(copy, /"filename": "([^"]+)"/.exec(stdout)![1]!);
}
