import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterAll(() => rmSync(parent, { recursive: true }));

/** A folder with such files in it. */
function folder(name: string, ...files: readonly string[]): string {
  const path = join(parent, name);
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), '');
  return path;
}

test('a folder whose owner is gone is removed; a live one, and what is none of ours, stays', async () => {
  const gone = folder('x-abcdef', '.lock', 'port0');
  const unlocked = folder('x-ghijkl', 'port0');
  const longer = folder('x-y-abcdef', '.lock');
  using live = await temporaryFolder('x-', parent);
  {
    using other = await temporaryFolder('x-', parent);
    expect(existsSync(other.path)).toBe(true);
  }
  expect(existsSync(gone)).toBe(false);
  expect(readdirSync(parent).sort()).toEqual(
    [unlocked, longer, live.path].map((path) => basename(path)).sort(),
  );
});
