import { execFile } from 'node:child_process';
import { copyFile, cp, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

/** Builds the package into `folder`, as it is published, without checking its types: it starts much faster than its source. */
export async function build(folder: string): Promise<void> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const emit = ['--noEmit', 'false', '--noCheck', '--declaration', 'false', '--outDir', folder];
  const options = ['-p', ROOT, ...emit];
  await promisify(execFile)(process.execPath, [compiler, ...options]).catch(
    (error: { stdout: string }) => {
      throw new Error(`the package does not build:\n${error.stdout}`);
    },
  );
  const preload = 'emulator/links/preload';
  await cp(join(ROOT, preload), join(folder, preload), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'), // its C sources are compiled where they are used
  });
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const page = ['-c', join(ROOT, 'emulator/page/vite.config.ts'), '--logLevel', 'warn'];
  const into = ['--outDir', join(folder, 'emulator/page')];
  await promisify(execFile)(process.execPath, [vite, 'build', ...page, ...into], { cwd: ROOT });
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}
