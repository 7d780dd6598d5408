import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { has } from '../test/host-tool.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The lines of a recording, without when they were there and which stm32flash it was. */
function linesOf(folder: string): string[] {
  const svg = readFileSync(join(folder, 'terminal.svg'), 'utf8');
  const lines = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, line]) => line!);
  return lines.map((line) => line.replace(/^stm32flash \d.*/, 'stm32flash'));
}

test.skipIf(!has('stm32flash'))('the recording in README.md is what happens today', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-pictures-'));
  try {
    const program = join(import.meta.dirname, 'pictures.ts');
    const args = ['--import', 'tsx', program, folder, 'terminal.svg'];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    const lines = linesOf(folder);
    expect(lines.at(-1)).toContain('(100.00%) Done.');
    expect(lines).toEqual(linesOf(join(import.meta.dirname, 'pictures')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
