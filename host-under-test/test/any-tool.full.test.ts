import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
  await expect.poll(() => running('sleep\u00004711')).toEqual([]);
});

test.skipIf(!has)('a tool that leaves a process behind in another session is told so', async () => {
  const file = script(
    'fork.sh',
    '#!/bin/sh\nsetsid sleep 4712 </dev/null >/dev/null 2>&1 &\nexec stm32flash -w "$2" -v "$1"\n',
  );
  const result = await runOne('C05', await tool(`${file} {usart} {image}`));
  expect(result).toMatchObject({ verdict: 'non-strict', says: 'it left a process behind' });
  await expect.poll(() => running('sleep\u00004712')).toEqual([]);
});

test('a tool that prints megabytes and fails is judged like any other', async () => {
  const file = script(
    'loud.sh',
    '#!/bin/sh\nyes "a long line of text" | head -c 20000000\nexit 5\n',
  );
  const result = await runOne('C05', await tool(`${file} {usart}`));
  expect(result).toMatchObject({ verdict: 'wrong-exit' });
  expect(result.evidence?.exitCode).toBe(5);
  expect(result.evidence!.output.length).toBeLessThan(200_000);
});

test('a tool that asks a question in its terminal hangs', async () => {
  const file = script('ask.sh', '#!/bin/sh\nprintf "Erase everything? "\nread answer\n');
  const result = await runOne('C05', await tool(`${file} {usart}`), { limitMs: 1000 });
  expect(result).toMatchObject({ verdict: 'hang' });
  expect(result.evidence?.output).toContain('Erase everything?');
});
