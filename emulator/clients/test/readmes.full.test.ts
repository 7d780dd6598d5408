import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../../test/host-tool.ts';
import { cliCommand } from '../../test/vstm32.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CLIENTS = join(ROOT, 'emulator/clients');
/** Debian's, which has python3-pytest and python3-serial. */
const PYTHON = '/usr/bin/python3';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-clients-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a README says to write, a file for each block. */
function blocks(language: 'python' | 'typescript', fence: string): readonly string[] {
  const text = readFileSync(join(CLIENTS, language, 'README.md'), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\``, 'gms'))].map(([, b]) => b!);
}

async function run(words: readonly string[], cwd: string): Promise<string> {
  const env = {
    ...process.env,
    VSTM32: cliCommand([]).join(' '),
    PYTHONPATH: join(CLIENTS, 'python'),
  };
  return await new Promise((done) => {
    execFile(words[0]!, words.slice(1), { cwd, env }, (error, stdout, stderr) =>
      done(`${stdout}${stderr}\nexit ${error === null ? 0 : String(error.code)}`),
    );
  });
}

const missing = ['dfu-util', 'stm32flash', 'cc'].filter((tool) => !has(tool));
const hasPytest = spawnSync(PYTHON, ['-c', 'import pytest, serial']).status === 0;

describe.skipIf(missing.length > 0)('what the READMEs of the clients say to write works', () => {
  test.skipIf(!hasPytest)('in Python', async () => {
    const place = join(folder, 'python');
    mkdirSync(place);
    const files = blocks('python', 'python');
    for (const [index, block] of files.entries()) {
      writeFileSync(join(place, `test_readme_${index}.py`), block);
    }
    const words = ['-m', 'pytest', '-p', 'vstm32.pytest_plugin', '-W', 'error', place];
    const output = await run([PYTHON, ...words], place);
    const tests = files.join('').match(/^def test_/gm)!.length;
    expect(output).toContain(` ${tests} passed in `);
    expect(output).toMatch(/exit 0$/);
  });

  test.skipIf(!hasPytest)('and so does what else the Python client does', async () => {
    const suite = join(CLIENTS, 'test/python');
    const words = ['-m', 'pytest', '-p', 'vstm32.pytest_plugin', '-p', 'no:cacheprovider'];
    const output = await run([PYTHON, ...words, '-W', 'error', suite], folder);
    expect(output).toMatch(/ \d+ passed in .*\n*exit 0$/s);
  });

  test('in TypeScript', async () => {
    const place = join(folder, 'typescript');
    mkdirSync(join(place, 'node_modules'), { recursive: true });
    for (const name of ['serialport', 'vitest', 'zod']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(place, 'node_modules', name));
    }
    const built = dirname(cliCommand([])[1]!);
    symlinkSync(installed(built), join(place, 'node_modules/vstm32'));
    const [serial, tools, alone] = blocks('typescript', 'ts');
    for (const [name, text] of [
      ['serial.test.ts', serial!],
      ['tools.test.ts', tools!],
      ['alone.mts', alone!],
    ] as const) {
      writeFileSync(join(place, name), text);
    }
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const output = await run(
      [process.execPath, vitest, 'run', '--testTimeout=120000', '--maxWorkers=1'],
      place,
    );
    expect(output).toMatch(/Tests {2}3 passed/);
    const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
    const said = await run([process.execPath, tsx, 'alone.mts'], place);
    expect(said).toMatch(/^boot \{\s+kind: 'tcp',.*exit 0$/s);
  });
});

/** The package as it is installed: its manifest, and what was built beside it as `dist`. */
function installed(built: string): string {
  const at = join(folder, 'vstm32');
  mkdirSync(at);
  symlinkSync(built, join(at, 'dist'));
  symlinkSync(join(ROOT, 'package.json'), join(at, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(at, 'node_modules'));
  return at;
}
