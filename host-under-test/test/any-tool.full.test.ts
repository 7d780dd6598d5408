import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliCommand } from '../../emulator/test/vstm32.ts';
import { find } from '../tools/find.ts';
import { chooseTool } from '../tools/index.ts';
import { runOne } from './bench.ts';

const has = spawnSync('stm32flash', ['-h']).error === undefined;
const python = existsSync('/usr/bin/python3');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-tools-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

const tool = async (line: string) => await find(chooseTool(undefined, line));

/** Processes whose command line holds the text. */
function running(text: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test.skipIf(!has)('a shell script is judged by a template', async () => {
  const file = script('flash.sh', '#!/bin/sh\nexec stm32flash -w "$2" -v "$1"\n');
  const result = await runOne('C05', await tool(`${file} {usart} {image}`));
  expect(result).toMatchObject({ verdict: 'pass' });
});

test.skipIf(!python)(
  'a Python script is judged by a YAML file, and hears its job in its environment',
  async () => {
    const flasher = new URL('./hosts/flasher.py', import.meta.url).pathname;
    const yaml = `name: mine\ncontract: true\nresets: true\ncommand: /usr/bin/python3 ${flasher}\n`;
    const mine = await tool(script('mine.yaml', yaml));
    expect(await runOne('A14', mine)).toMatchObject({ verdict: 'pass' });
    expect(await runOne('G01b', mine)).toMatchObject({ verdict: 'pass' });
  },
);

test('a tool that hangs is ended, and what it has started too', async () => {
  const file = script(
    'hang.sh',
    '#!/bin/sh\ntrap "" TERM HUP INT\nsleep 4711 & wait\nsleep 4711\n',
  );
  const result = await runOne('C05', await tool(`${file} {usart}`), { limitMs: 1000 });
  expect(result).toMatchObject({ verdict: 'hang' });
  expect(running('sleep\u00004711')).toEqual([]);
});

test.skipIf(!has)('a tool that leaves a process behind in another session is told so', async () => {
  const file = script(
    'fork.sh',
    '#!/bin/sh\nsetsid sleep 4712 </dev/null >/dev/null 2>&1 &\nexec stm32flash -w "$2" -v "$1"\n',
  );
  const result = await runOne('C05', await tool(`${file} {usart} {image}`));
  expect(result).toMatchObject({ verdict: 'non-strict', says: 'it left a process behind' });
  expect(running('sleep\u00004712')).toEqual([]);
});

test.skipIf(!python)('a daemon that has forked twice is found and ended', async () => {
  const file = script(
    'daemon.py',
    `#!/usr/bin/python3
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir('/')
        for fd in range(3):
            os.dup2(os.open('/dev/null', os.O_RDWR), fd)
        open('${join(folder, 'daemon.pid')}', 'w').write(str(os.getpid()))
        time.sleep(300)
    os._exit(0)
os.wait()
while not os.path.exists('${join(folder, 'daemon.pid')}') or not os.path.getsize('${join(folder, 'daemon.pid')}'):
    time.sleep(0.01)
sys.exit(3)
`,
  );
  const result = await runOne('G01', await tool(`${file} {usart}`));
  expect(result.evidence).toMatchObject({ exitCode: 3, leftBehind: 1 });
  expect(isAlive(Number(readFileSync(join(folder, 'daemon.pid'), 'utf8')))).toBe(false);
});

test('Ctrl-C ends vstm32 judge with the tool under way and what that has started', async () => {
  const file = script(
    'slow.sh',
    `#!/bin/sh\nsleep 4713 & setsid sleep 4713 & echo started >'${join(folder, 'started')}'; wait\n`,
  );
  const tool = `${file} {usart}`;
  const [program, ...args] = cliCommand(['judge', '--tool', tool, '--only', 'A01']);
  const judge = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(judge.stderr);
  const ended = once(judge, 'exit');
  try {
    await expect
      .poll(() => existsSync(join(folder, 'started')) && running('sleep\u00004713').length, {
        timeout: 20_000,
      })
      .toBe(2);
  } finally {
    judge.kill('SIGINT');
  }
  expect(await ended).toEqual([130, null]);
  expect(await said).toContain('ended by SIGINT');
  expect(running('sleep\u00004713')).toEqual([]);
});

test.skipIf(!has)('what was judged before Ctrl-C is shown and written', async () => {
  const written = join(folder, 'written');
  const write = script(
    'write.sh',
    `#!/bin/sh
    [ "$(wc -c <'${written}')" -gt 8 ] && exec sleep 4714
    stm32flash -w "$2" -v "$1"; end=$?; echo x >>'${written}'; exit $end\n`,
  );
  writeFileSync(written, '');
  const yaml = `jobs:\n  write+verify: ${write} {usart} {image}\n  erase: sleep 4714\n`;
  const report = join(folder, 'report.json');
  const only = ['E01', 'C02'].flatMap((id) => ['--only', id]);
  const tool = script('partly.yaml', yaml);
  const [program, ...args] = cliCommand(['judge', '--tool', tool, ...only, '--json', report]);
  const judge = spawn(program!, [...args, '--jobs', '5'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = text(judge.stdout);
  const ended = once(judge, 'exit');
  try {
    await expect.poll(() => readFileSync(written).length, { timeout: 30_000 }).toBeGreaterThan(8);
  } finally {
    judge.kill('SIGINT');
  }
  expect(await ended).toEqual([130, null]);
  expect(await said).toMatch(/E01a +pass/);
  const { tools } = JSON.parse(readFileSync(report, 'utf8')) as { tools: { runs: unknown[] }[] };
  expect(tools[0]!.runs.length).toBeGreaterThan(2);
  expect(tools[0]!.runs.length).toBeLessThan(14); // the sixth write never ends
  expect(running('sleep\u00004714')).toEqual([]);
});

test('a tool that prints megabytes and fails is judged like any other', async () => {
  const file = script(
    'loud.sh',
    '#!/bin/sh\nyes "a long line of text" | head -c 20000000\nexit 5\n',
  );
  const result = await runOne('C05', await tool(`${file} {usart}`));
  expect(result).toMatchObject({ verdict: 'gave-up' });
  expect(result.evidence?.exitCode).toBe(5);
  expect(result.evidence!.output.length).toBeLessThan(200_000);
});

test('a tool that asks a question in its terminal hangs', async () => {
  const file = script('ask.sh', '#!/bin/sh\nprintf "Erase everything? "\nread answer\n');
  const result = await runOne('C05', await tool(`${file} {usart}`), { limitMs: 1000 });
  expect(result).toMatchObject({ verdict: 'hang' });
  expect(result.evidence?.output).toContain('Erase everything?');
});
