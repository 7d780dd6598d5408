import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { has } from '../../emulator/test/host-tool.ts';
import { copySources, packInCopy } from '../../emulator/test/packed.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FLASHER = join(import.meta.dirname, 'hosts/flasher.py');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly default?: string; readonly required?: true }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;

/** How a job that uses the action ended. */
interface Ended {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

const possible = has('bash') && has('cc') && has('/usr/bin/python3');

test('no input is written into a script, where it could be a command', () => {
  const scripts = action.runs.steps.flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBe(2);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test('the action fits the schema of GitHub', () => {
  const packages = ['@action-validator/core@0.6.0', '@action-validator/cli@0.6.0'];
  // --yes: these are tools of this test alone
  const args = ['--yes', ...packages.map((name) => `--package=${name}`), 'action-validator'];
  const { status, stdout, stderr } = spawnSync('npx', [...args, join(ROOT, 'action.yml')], {
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
});

describe.skipIf(!possible)('the steps of the action, run as written', () => {
  let folder: string;
  /** The action as GitHub checks it out. */
  let checkout: string;
  let packed: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vstm32-action-'));
    checkout = join(folder, 'checkout');
    copySources(checkout);
    mkdirSync(join(folder, 'runner'));
    // npm pack as it is in the repository: npm ci in the checkout, which the action does, takes minutes
    packed = await packInCopy(join(folder, 'source'));
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true }), 60_000);

  /** A job whose workspace has these files, and that uses the action with some inputs. */
  async function job(
    files: Readonly<Record<string, string>>,
    given: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const workspace = mkdtempSync(join(folder, 'workspace-'));
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(workspace, name), content, { mode: 0o755 });
    }
    const inputs = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [
      `inputs.${name}`,
      given[name] ?? value,
    ]);
    const contexts = { ...Object.fromEntries(inputs), 'github.action_path': checkout };
    let PATH = process.env['PATH']!;
    let [log, summary] = ['', ''];
    const outputs: Record<string, string> = {};
    for (const step of action.runs.steps) {
      if (step.run === undefined) continue; // actions/setup-node: this Node stands for it
      expect(step.shell).toBe('bash');
      const set = (name: string): string => join(workspace, `.${name}`);
      const written = ['GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
      for (const name of written) writeFileSync(set(name), '');
      writeFileSync(set('script'), step.run);
      const environment = Object.entries(step.env ?? {}).map(([name, value]) => [
        name,
        evaluated(value, contexts),
      ]);
      // what GitHub runs for `shell: bash`
      const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', set('script')], {
        cwd: resolve(workspace, evaluated(step['working-directory'] ?? '.', contexts)),
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          PATH,
          RUNNER_TEMP: join(folder, 'runner'),
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: workspace,
          ...Object.fromEntries(written.map((name) => [name, set(name)])),
          ...Object.fromEntries(environment),
        },
      });
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number | null]>,
      ]);
      log += out + err;
      const lines = (name: string): string[] =>
        readFileSync(set(name), 'utf8')
          .split('\n')
          .filter((line) => line !== '');
      for (const line of lines('GITHUB_OUTPUT')) {
        const at = line.indexOf('=');
        outputs[`steps.judge.outputs.${line.slice(0, at)}`] = line.slice(at + 1);
      }
      for (const line of lines('GITHUB_PATH')) PATH = `${line}:${PATH}`;
      summary += readFileSync(set('GITHUB_STEP_SUMMARY'), 'utf8');
      if (code !== 0) return { code: code!, log, outputs: named(outputs), summary };
    }
    return { code: 0, log, outputs: named(outputs), summary };
  }

  const flasher = (wrong: string): Record<string, string> => ({
    'mine.yaml': `name: mine\ncontract: true\nresets: true\ncommand: /usr/bin/python3 ${FLASHER} ${wrong}\n`,
  });

  /** It takes minutes: VSTM32_ACTION=1 asks for it. */
  const whole = process.env['VSTM32_ACTION'] !== undefined;

  test.skipIf(!whole)('vstm32 of the checkout of the action', { timeout: 1_800_000 }, async () => {
    const { code, log, outputs } = await job(flasher(''), { tool: 'mine.yaml', only: 'E01a' });
    expect(code, log).toBe(0);
    expect(outputs['verdict']).toBe('pass');
  });

  test('a tool that passes', { timeout: 600_000 }, async () => {
    const inputs = { tool: 'mine.yaml', only: 'A05 E01a', vstm32: packed };
    const { code, log, outputs, summary } = await job(flasher(''), inputs);
    expect(code, log).toBe(0);
    expect(log).not.toMatch(/^::error/m);
    expect(outputs).toMatchObject({ verdict: 'pass', unexpected: '0' });
    expect(Number(outputs['scenarios'])).toBeGreaterThan(1);
    const counts = JSON.parse(outputs['counts']!) as Record<string, number>;
    expect(counts['pass']).toBeGreaterThan(0);
    expect(readdirSync(outputs['reports']!).toSorted()).toEqual(
      ['html', 'json', 'md', 'sarif', 'xml'].map((ending) => `judged.${ending}`),
    );
    expect(summary).toContain('Nothing unexpected.');
  });

  test('a tool that is wrong', { timeout: 600_000 }, async () => {
    const inputs = { tool: 'mine.yaml', only: 'E01a', vstm32: packed };
    const { code, log, outputs, summary } = await job(flasher(WRONG), inputs);
    expect(code, log).toBe(1);
    expect(outputs['verdict']).toBe('fail');
    const unexpected = Number(outputs['unexpected']);
    expect(unexpected).toBeGreaterThan(0);
    const errors = log.match(/^::error file=mine\.yaml,line=1,title=mine%3A E01[^\n]*$/gm);
    expect(errors).toHaveLength(unexpected);
    expect(summary).toMatch(/\| E01/);
  });

  test(
    'a tool that is wrong, in a job that is not to fail by that',
    { timeout: 600_000 },
    async () => {
      const inputs = { tool: 'mine.yaml', scenario: 'E01a', 'fail-on': 'never', vstm32: packed };
      const { code, log, outputs } = await job(flasher(WRONG), inputs);
      expect(code, log).toBe(0);
      expect(outputs['verdict']).toBe('fail');
    },
  );

  test('a tool that is not there is an error of the job, whatever it may fail by', async () => {
    const inputs = { tool: './none.yaml', 'fail-on': 'never', vstm32: packed };
    const { code, outputs } = await job({}, inputs);
    expect(code).toBeGreaterThan(1);
    expect(outputs['verdict']).toBe('not-judged');
  });

  test('an input is no command', async () => {
    const only = 'A05 $(touch injected) `touch injected`; touch injected';
    const { code } = await job(flasher(''), { tool: 'mine.yaml', only, vstm32: packed });
    expect(code).toBe(2); // no scenario begins so
    const workspaces = readdirSync(folder).filter((name) => name.startsWith('workspace-'));
    const names = workspaces.flatMap((name) => readdirSync(join(folder, name)));
    expect(names).toContain('mine.yaml');
    expect(names).not.toContain('injected');
  });

  test('fail-on takes two words', async () => {
    const inputs = { tool: 'mine.yaml', 'fail-on': 'sometimes', vstm32: packed };
    const { code, log } = await job(flasher(''), inputs);
    expect(log).toContain('::error title=vstm32 judge::fail-on: say unexpected or never');
    expect(code).toBe(2);
  });
});

/** A way in which the flasher of these tests is wrong, and that E01a sees. */
const WRONG = 'wrong-checksum';

/** `${{ inputs.x }}` as GitHub puts it in; an expression that is none of the contexts is a mistake. */
function evaluated(template: string, contexts: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
    const value = contexts[name];
    if (value === undefined) throw new Error(`there is no ${name}`);
    return value;
  });
}

/** The outputs of the action, by their names, of those of its steps. */
function named(ofSteps: Readonly<Record<string, string>>): Record<string, string> {
  const there = Object.entries(action.outputs).map(([name, { value }]) => [
    name,
    Object.keys(ofSteps).length === 0 ? '' : evaluated(value, ofSteps),
  ]);
  return Object.fromEntries(there) as Record<string, string>;
}
