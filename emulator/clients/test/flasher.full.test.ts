import { execFile, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliCommand } from '../../test/vstm32.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SUITE = join(import.meta.dirname, 'flasher');
/** Debian's, which has python3-pytest and python3-serial. */
const PYTHON = '/usr/bin/python3';

/** What the flashers can be made to do wrong, and the test that notices it. */
const MISTAKES = [
  ['calls-protected-done', 'says that the chip is protected'],
  ['takes-silence-for-ack', 'notices a power cut in the third block'],
  ['passes-nack-over', 'gives up at a block that is refused'],
  ['trusts-ack', 'reads back what it has written'],
] as const;
const TESTS = ['writes the image', 'writes a small chip too', ...MISTAKES.map(([, by]) => by)];

type Outcomes = Readonly<Record<'passed' | 'failed', readonly string[]>>;

async function outputOf(
  program: string,
  words: readonly string[],
  mistake: string,
): Promise<string> {
  const env = {
    ...process.env,
    VSTM32: cliCommand([]).join(' '),
    PYTHONPATH: join(ROOT, 'emulator/clients/python'),
    MISTAKE: mistake,
  };
  return await new Promise((done) => {
    execFile(program, words, { cwd: ROOT, env }, (_failed, stdout, stderr) =>
      done(`${stdout}${stderr}`),
    );
  });
}

async function pytest(mistake: string): Promise<Outcomes> {
  const words = ['-m', 'pytest', '-p', 'vstm32.pytest_plugin', '-p', 'no:cacheprovider'];
  const output = await outputOf(PYTHON, [...words, '-rA', '--tb=short', SUITE], mistake);
  const named = (word: string): string[] =>
    [...output.matchAll(new RegExp(`^${word} .*::test_(\\w+)`, 'gm'))].map(([, name]) =>
      name!.replaceAll('_', ' '),
    );
  return { passed: named('PASSED'), failed: named('FAILED') };
}

async function vitest(mistake: string): Promise<Outcomes> {
  const program = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const config = ['--config', join(SUITE, 'vitest.config.ts')];
  const output = await outputOf(
    process.execPath,
    [program, 'run', ...config, '--reporter=verbose'],
    mistake,
  );
  const named = (mark: string): string[] =>
    [
      ...output.matchAll(
        new RegExp(`^ *${mark} .*flasher\\.spec\\.ts > ([a-z ]+?)(?: \\d+ms)?$`, 'gm'),
      ),
    ].map(([, name]) => name!);
  return { passed: named('✓'), failed: named('×') };
}

const hasPytest = spawnSync(PYTHON, ['-c', 'import pytest, serial']).status === 0;

describe.each([
  ['vitest', vitest, true],
  ['pytest', pytest, hasPytest],
] as const)('a user of %s', (_name, run, here) => {
  test.skipIf(!here)('sees every test of a flasher pass that makes no mistake', async () => {
    const { passed, failed } = await run('');
    expect(failed).toEqual([]);
    expect(passed.toSorted()).toEqual(TESTS.toSorted());
  });

  test.skipIf(!here).each(MISTAKES)(
    'of one that %s sees only this fail: %s',
    async (mistake, by) => {
      const { passed, failed } = await run(mistake);
      expect(failed).toEqual([by]);
      expect(passed).toHaveLength(TESTS.length - 1);
    },
  );
});
