import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const recipe = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
  .split('### A line')[1]!
  .split('\n### ')[0]!;
const [, series, line, commands] =
  /at the end of `([^`]+)`[^]*?```ts\n([^]*?)```[^]*?```sh\n([^]*?)```/.exec(recipe)!;

let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'vstm32-recipe-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split(
    '\0',
  );
  for (const file of files.filter((each) => each !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true }));

test(
  'a line that is added as the recipe says is tested, runs and is examined',
  { timeout: 600_000 },
  () => {
    const path = join(copy, series!);
    const source = readFileSync(path, 'utf8');
    const end = source.lastIndexOf('  ],\n}');
    expect(end).toBeGreaterThan(0);
    writeFileSync(
      path,
      `${source.slice(0, end)}${line!.replaceAll(/^ {3}/gm, '')}${source.slice(end)}`,
    );
    const done = commands!
      .trim()
      .split('\n')
      .map((command) => command.trim());
    expect(done).toHaveLength(4);
    for (const command of done) {
      // throws with what was said where one fails; the variables are those by which vitest knows its workers
      execFileSync('sh', ['-c', `env -u VITEST -u VITEST_POOL_ID -u VITEST_WORKER_ID ${command}`], {
        cwd: copy,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    }
    expect(readFileSync(join(copy, 'families/README.md'), 'utf8')).toContain(
      '| STM32F79 | 0x453 | 2048 |',
    );
  },
);
