import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { has } from '../../emulator/test/host-tool.ts';
import { packInCopy } from '../../emulator/test/packed.ts';
import { canMakeRoot, cook, type Cooked } from './clean-root.ts';

const CI = resolve(import.meta.dirname, '../ci');
const recipe = (name: string): string => readFileSync(join(CI, name), 'utf8');
const run = promisify(execFile);

/** The repository of a tool that the recipes are for: stm32flash under another name, two jobs of it. */
const PROJECT = {
  Makefile: 'my-flasher:\n\tprintf \'#!/bin/sh\\nexec stm32flash "$$@"\\n\' >$@\n\tchmod +x $@\n',
  'my-flasher.yaml':
    'name: my-flasher\njobs:\n  detect: ./my-flasher {usart}\n  go: ./my-flasher -g {address} {usart}\n',
  'known.json': JSON.stringify({
    verdicts: {
      B02c: { verdict: 'cause-not-named', reason: 'it ends without a word' },
      F04: { verdict: 'wrong-exit', reason: 'a known defect' },
      F04b: { verdict: 'wrong-exit', reason: 'a known defect' },
      F04c: { verdict: 'wrong-exit', reason: 'a known defect' },
    },
  }),
};

describe('the recipes are well formed', () => {
  // --yes: these are tools of this test alone
  const npx = async (packages: readonly string[], ...command: readonly string[]) =>
    await run('npx', ['--yes', ...packages.map((name) => `--package=${name}`), ...command]);

  test('the container file has no findings', async () => {
    const lint = ['dockerfile-utils', 'lint', join(CI, 'Containerfile')];
    expect((await npx(['dockerfile-utils@0.16.3'], ...lint)).stdout.trim()).toBe('');
  });

  test('the workflow fits the schema of GitHub', async () => {
    const packages = ['@action-validator/core@0.6.0', '@action-validator/cli@0.6.0'];
    const validated = npx(packages, 'action-validator', join(CI, 'github-workflow.yml'));
    await expect(validated).resolves.toHaveProperty('stdout');
  });

  test('the shell script has no syntax error', () => {
    expect(spawnSync('sh', ['-n', join(CI, 'judge.sh')]).status).toBe(0);
  });
});

const possible = canMakeRoot() && has('stm32flash') && has('cc');

describe.skipIf(!possible)('run as written, with the packed package, in a root of its own', () => {
  let folder: string;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  let project: Record<string, string | Uint8Array>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vstm32-recipes-'));
    const packed = await packInCopy(join(folder, 'source'));
    project = { ...PROJECT, [basename(packed)]: readFileSync(packed) };
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Steps of a project in which the packed file has been installed. */
  const inProject = async (files: Record<string, string>, ...steps: string[]): Promise<Cooked> =>
    await cook({
      files: { ...project, ...files },
      steps: ['make', 'npm install --no-save ./vstm32-*.tgz', ...steps],
      shell: 'sh -e',
      env,
    });

  test('the container file', { timeout: 300_000 }, async () => {
    const { runs, entry } = parsedContainerfile(recipe('Containerfile'));
    expect(runs.length).toBeGreaterThan(1);
    const steps = ['make', ...runs, `${entry} --tool my-flasher.yaml --only F04 --only A05`];
    const { code, output } = await cook({ files: project, steps, shell: 'sh', env });
    expect(output).toContain('my-flasher: 4 scenarios, 3 wrong-exit, 1 pass');
    expect(output).toContain('Unexpected: F04 F04b F04c');
    expect(code, output).toBe(1);
  });

  test('the GitHub workflow', { timeout: 300_000 }, async () => {
    const { jobs } = parse(recipe('github-workflow.yml')) as {
      jobs: { judge: { steps: { run?: string; uses?: string; with?: Record<string, string> }[] } };
    };
    const { steps } = jobs.judge;
    const commands = steps.flatMap((step) => (step.run === undefined ? [] : [step.run]));
    expect(commands.length).toBeGreaterThan(3);
    // what later steps upload
    const uploaded = steps.flatMap(({ with: given }) => [given?.['path'], given?.['sarif_file']]);
    const look = uploaded.filter((each) => each !== undefined).map((each) => `ls ${each}`);
    expect(look).toHaveLength(2);
    const { code, output } = await cook({
      files: project,
      steps: [...commands, ...look],
      shell: 'bash -e', // what GitHub runs
      env,
    });
    expect(output).toContain('Nothing unexpected.');
    expect(output).toMatch(/judged\.html\njudged\.sarif\njudged\.xml\njudged\.sarif\n$/);
    expect(code, output).toBe(0);
  });

  test('the shell script', { timeout: 300_000 }, async () => {
    const files = { 'judge.sh': recipe('judge.sh') };
    const known = await inProject(files, './judge.sh my-flasher.yaml known.json');
    expect(known.code, known.output).toBe(0);
    const { code, output } = await inProject(files, './judge.sh my-flasher.yaml');
    expect(output).toMatch(/\nF04 wrong-exit: exit 0[^\n]*\n {4}vstm32 judge .* --scenario F04\n/);
    expect(code).toBe(1);
  });

  const hasPytest = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;
  test.skipIf(!hasPytest)('pytest', { timeout: 300_000 }, async () => {
    const files = { 'test_flasher.py': recipe('test_flasher.py') };
    const { code, output } = await inProject(files, 'ONLY="A05 F04" python3 -m pytest -q');
    expect(output).toMatch(/3 failed, 1 passed/);
    expect(output).toContain('FAILED test_flasher.py::test_flasher[F04b]');
    expect(code).toBe(1);
  });

  test('vitest', { timeout: 300_000 }, async () => {
    const files = { 'flasher.test.mjs': recipe('flasher.judge.mjs') };
    const { code, output } = await cook({
      files: { ...project, ...files },
      // a project that tests with vitest has it; vstm32 judge needs none
      steps: [
        'make',
        'npm install --no-save ./vstm32-*.tgz vitest@4.1.12',
        'ONLY="A05 F04" npx vitest run',
      ],
      shell: 'sh -e',
      env,
    });
    expect(output).toMatch(/3 failed \S* ?1 passed|3 failed.*1 passed/);
    expect(code).toBe(1);
  });
});

/** The RUN and COPY instructions as commands, and the program that the container is. */
function parsedContainerfile(text: string): { runs: readonly string[]; entry: string } {
  const lines = text.replaceAll(/\\\n/g, '').split('\n');
  const runs = lines.flatMap((line) => {
    const [, word, rest] = /^(RUN|COPY) (.*)$/.exec(line) ?? [];
    if (word === undefined) return [];
    return word === 'COPY' ? `cp ${rest}` : rest!;
  });
  const entry = lines.flatMap((line) => /^ENTRYPOINT (.*)$/.exec(line)?.[1] ?? [])[0]!;
  return { runs, entry: (JSON.parse(entry) as string[]).join(' ') };
}
