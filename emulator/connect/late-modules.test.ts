import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;
const EMULATOR = resolve(HERE, '..');

/** What the sources of a folder import at run time, as late-modules.ts would write it. */
function lateImports(folder: string): readonly string[] {
  return readdirSync(join(EMULATOR, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|late-modules/.test(file))
    .map((file) => join(EMULATOR, folder, file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/await import\('(\.[^']+)'\)/g)].map(([, name]) =>
        relative(HERE, resolve(dirname(file), name!)),
      ),
    );
}

test.each(['connect', 'cli/control/api'])(
  'all that %s imports late is loaded before a server is ready',
  (folder) => {
    const loaded = readFileSync(resolve(HERE, 'late-modules.ts'), 'utf8');
    const late = lateImports(folder);
    expect(late).not.toEqual([]);
    expect(late.filter((name) => !loaded.includes(`import('${name}')`))).toEqual([]);
  },
);
