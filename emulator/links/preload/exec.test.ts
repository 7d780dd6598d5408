import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench } from '../../test/hosts/pty-fixture.ts';
import { runTool, type RunToolOptions } from './exec.ts';

const hasCc = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32 test-')); // with a blank, as LD_PRELOAD cannot have
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: readonly string[], options: Partial<RunToolOptions> = {}) {
  return runTool(command, { ports: {}, ...options });
}

function script(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(!hasCc)('a tool', () => {
  test.each([0, 1, 77, 255])('that ends with %i gives its exit code', async (code) => {
    expect(await run(['sh', '-c', `exit ${code}`])).toEqual({ exitCode: code });
  });

  test('that a signal ends gives 128 and its number', async () => {
    expect(await run(['sh', '-c', 'kill -SEGV $$'])).toEqual({ exitCode: 128 + 11 });
  });

  test('that is late is ended and gives 124', async () => {
    expect(await run(['sleep', 'infinity'], { until: 50 })).toEqual({ exitCode: 124 });
  });

  test('that does not mind SIGTERM is ended all the same', async () => {
    const stubborn = ['sh', '-c', "trap '' TERM; while :; do sleep 0.1; done"];
    expect(await run(stubborn, { until: 50 })).toEqual({ exitCode: 124 });
  });

  test('that is late is ended with all that it has started, in its session and in another', async () => {
    const stubborn = "trap '' TERM; echo $$ >>started; while :; do sleep 0.1; done";
    const command = `cd '${folder}'; sh -c "${stubborn}" & setsid sh -c "${stubborn}" & wait`;
    const started = (): number[] =>
      existsSync(join(folder, 'started'))
        ? readFileSync(join(folder, 'started'), 'utf8').trim().split('\n').map(Number)
        : [];
    // a deadline that comes before both are there says nothing: a busy machine gets a longer one
    for (let until = 500; started().length < 2; until *= 2) {
      rmSync(join(folder, 'started'), { force: true });
      expect(await run(['sh', '-c', command], { until })).toEqual({ exitCode: 124 });
    }
    await expect.poll(() => started().filter(isAlive)).toEqual([]);
  });

  test('that ends may leave a process running', async () => {
    const file = join(folder, 'left');
    const command = `sleep 60 </dev/null >/dev/null 2>&1 & echo $! >'${file}'`;
    expect(await run(['sh', '-c', command])).toEqual({ exitCode: 0 });
    const pid = Number(readFileSync(file, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
  });

  test('that is not there gives 127', async () => {
    expect(await run(['no-such-tool'])).toMatchObject({
      exitCode: 127,
      message: 'there is no program no-such-tool in PATH: install it or give its path',
    });
    expect(await run(['/no/such/tool'])).toMatchObject({ exitCode: 127 });
    expect(await run([script('lost', '#!/no/such/interpreter\n')])).toMatchObject({
      exitCode: 127,
    });
  });

  test('that may not be executed gives 126', async () => {
    const path = script('text', 'not a program', 0o644);
    expect(await run([path])).toEqual({
      exitCode: 126,
      message: `${path} is not executable: chmod +x it`,
    });
    expect(await run([folder])).toMatchObject({ exitCode: 126 });
  });

  test('is found in the PATH it is given, under the name it was called by', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    script('bin/my-tool', '#!/bin/sh\nexit 42\n');
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
    expect(await run(['my-tool'], { env })).toEqual({ exitCode: 42 });
  });

  test('gets the port wherever it is named', async () => {
    await using bench = await openBench();
    const output = join(folder, 'arguments');
    const command = [
      'sh',
      '-c',
      'echo "$@" > "$0"',
      output,
      '{usart}',
      'x={usart},b={usart}',
      '{{other}}',
      '${HOME} {} {a,b} {"c":1}',
    ];
    await run(command, { ports: { usart: bench.link } });
    const { path } = bench.link;
    expect(readFileSync(output, 'utf8')).toBe(
      `${path} x=${path},b=${path} {other} \${HOME} {} {a,b} {"c":1}\n`,
    );
  });

  test.each(['{uart}', '{can}', 'x={toString}', '{I2C9:PB6/PB7}'])(
    'is not run with a port %s that there is not',
    async (word) => {
      await using bench = await openBench();
      const output = join(folder, 'not-run');
      const ports = { usart: bench.link, USART3: bench.link };
      await expect(run(['touch', output, word], { ports })).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(
          /^there is no port \{.*\}: the board has \{usart\}, \{USART3\} \(for the word itself write \{\{/,
        ) as string,
      });
      expect(existsSync(output)).toBe(false);
    },
  );

  test('has what else is preloaded', async () => {
    await using bench = await openBench();
    const output = join(folder, 'preloads');
    const env = { ...process.env, LD_PRELOAD: 'libc.so.6' };
    const ports = { usart: bench.link };
    await run(['sh', '-c', 'echo "$LD_PRELOAD" > "$0"', output], { env, ports });
    expect(readFileSync(output, 'utf8')).toMatch(/^\S+\/tty\.so libc\.so\.6\n$/);
  });

  test('has several ports at once', async () => {
    await using first = await openBench();
    await using second = await openBench();
    const command = ['sh', '-c', 'stty parenb -parodd < {usart}; stty cs7 < {USART3}'];
    await run(command, { ports: { usart: first.link, USART3: second.link } });
    expect(first.usart.log).toContain(
      'line {"baud":38400,"parity":"even","dataBits":8,"stopBits":1}',
    );
    expect(second.usart.log).toContain(
      'line {"baud":38400,"parity":"none","dataBits":7,"stopBits":1}',
    );
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('gets the %s that we get', async (signal) => {
    const program = `
      import { runTool } from ${JSON.stringify(new URL('./exec.ts', import.meta.url).href)};
      const command = ['sh', '-c', "trap 'exit 33' INT TERM HUP; echo ready; while :; do sleep 0.05; done"];
      const { exitCode } = await runTool(command, { ports: {}, until: 15_000 });
      process.exit(exitCode);`;
    const path = join(folder, 'forward.mts');
    writeFileSync(path, program);
    const tsx = import.meta.resolve('tsx');
    const child = spawn(process.execPath, ['--import', tsx, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([33, null]);
  });
});

describe.skipIf(!hasCc)('a tool that no library can be preloaded into is refused', () => {
  const source = 'int main(void) { return 0; }';

  test.each(['-static', '-static-pie'])('one that is linked with %s', async (how) => {
    const path = join(folder, `tool${how}`);
    const { status } = spawnSync('cc', [how, '-x', 'c', '-', '-o', path], { input: source });
    expect(status).toBe(0);
    await expect(run([path])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(
        /is statically linked.*: use a dynamically linked build/,
      ) as string,
    });
    // … and a script for it, however it finds it.
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
    await expect(run([script('script', `#!/usr/bin/env tool${how}\n`)], { env })).rejects.toThrow(
      /static/,
    );
  });

  test.skipIf(!isRoot)('one that is set-uid for somebody else', async () => {
    const path = join(folder, 'set-uid');
    copyFileSync('/bin/true', path);
    chownSync(path, 65534, 65534);
    chmodSync(path, 0o4755);
    await expect(run([path])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/is set-uid or set-gid.*: run a copy without it/) as string,
    });
  });

  test('one for another processor', async () => {
    const path = join(folder, 'foreign');
    const program = readFileSync(process.execPath).subarray(0, 4096);
    program.writeUInt16LE(0xf3 ^ program.readUInt16LE(18), 18);
    writeFileSync(path, program, { mode: 0o755 });
    await expect(run([path])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('is built for another processor') as string,
    });
  });
});

describe('the preload library', () => {
  const env = (changes: NodeJS.ProcessEnv) => ({ ...process.env, ...changes });
  const sh = spawnSync('sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).stdout.trim();

  test.skipIf(process.platform !== 'linux')('without a compiler says what to install', async () => {
    await expect(run([sh], { env: env({ CC: 'no-such-cc' }) })).rejects.toMatchObject({
      exitCode: 3,
      message:
        'there is no C compiler (no-such-cc): install one (apt install gcc libc6-dev) or set CC',
    });
  });

  test.skipIf(!hasCc)('is compiled into the cache once', async () => {
    const cache = join(folder, 'a cache');
    const calls = join(folder, 'calls');
    script('counting-cc', `#!/bin/sh\necho "$1" >> '${calls}'\nexec cc "$@"\n`);
    const changes = {
      CC: 'counting-cc -pipe',
      XDG_CACHE_HOME: cache,
      PATH: `${folder}:${process.env['PATH']}`,
    };
    const options = { env: env(changes) };
    const both = await Promise.all([run(['true'], options), run(['true'], options)]);
    expect([...both, await run(['true'], options)]).toEqual(Array(3).fill({ exitCode: 0 }));
    const compilations = readFileSync(calls, 'utf8').match(/^-pipe/gm)!.length - 3; // the rest is --version
    expect(compilations).toBeLessThanOrEqual(2);
    expect(spawnSync('ls', [join(cache, 'vstm32')], { encoding: 'utf8' }).stdout).toMatch(
      /^tty-\w+\.so\n$/,
    );
  });

  const nobody = 65534;
  async function expectCompiledAnew(mode: number, owner?: number): Promise<void> {
    const cache = mkdtempSync(join(folder, 'cache-'));
    const options = { env: env({ XDG_CACHE_HOME: cache }) };
    expect(await run(['true'], options)).toEqual({ exitCode: 0 });
    const [name] = readdirSync(join(cache, 'vstm32'));
    const file = join(cache, 'vstm32', name!);
    writeFileSync(file, '');
    chmodSync(file, mode);
    if (owner !== undefined) chownSync(file, owner, owner);
    expect(await run(['true'], options)).toEqual({ exitCode: 0 });
    expect(readFileSync(file).subarray(1, 4).toString()).toBe('ELF');
    expect(readdirSync(join(cache, 'vstm32'))).toEqual([name]);
  }

  test.skipIf(!hasCc)('is compiled anew where others can write to the file', async () => {
    await expectCompiledAnew(0o666);
  });

  // nobody but root can make one
  test.skipIf(!hasCc || !isRoot)('is compiled anew where the file is another user’s', async () => {
    await expectCompiledAnew(0o644, nobody);
  });

  test.skipIf(!hasCc || !isRoot)('is not loaded from a folder of another user', async () => {
    const cache = mkdtempSync(join(folder, 'cache-'));
    mkdirSync(join(cache, 'vstm32'));
    chownSync(join(cache, 'vstm32'), nobody, nobody);
    await expect(run(['true'], { env: env({ XDG_CACHE_HOME: cache }) })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^others can write to .*: set XDG_CACHE_HOME to a/) as string,
    });
  });

  test.skipIf(!hasCc)('in a cache that cannot be made says what to set', async () => {
    const file = script('file', '');
    await expect(run(['true'], { env: env({ XDG_CACHE_HOME: file }) })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('set XDG_CACHE_HOME') as string,
    });
  });

  test('is found from its source', () => {
    expect(readFileSync(fileURLToPath(new URL('./tty.c', import.meta.url)), 'utf8')).toMatch(
      /VSTM32_TTY/,
    );
  });
});
