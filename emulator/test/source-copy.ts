import { cpSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** What cannot be packed, or is made by packing. */
const NOT_SOURCE = new Set(['node_modules', 'dist', '.git']);

/** Copies this clone: others may be building in the tree at the same time. */
export function copySource(to: string): void {
  cpSync(ROOT, to, {
    recursive: true,
    filter: (path) => !NOT_SOURCE.has(relative(ROOT, path).split('/')[0]!),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(to, 'node_modules'));
}
