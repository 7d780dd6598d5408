import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startInTerminal } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function shell(script: string, limitMs = 600_000) {
  const { PATH } = process.env;
  return startInTerminal('/bin/sh', ['-c', script], { cwd: folder, env: { PATH }, limitMs });
}

function isAlive(pid: number): boolean {
  try {
    // a zombie that nobody has collected is not alive
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('exit code and output of a tool arrive, and it runs in a terminal', async () => {
  const result = await shell('test -t 0 && test -t 1 && echo in a terminal; exit 7').ended;
  expect(result).toMatchObject({ exitCode: 7, leftBehind: 0 });
  expect(result.output).toContain('in a terminal');
});

test('a tool that hangs is ended at its deadline and has no exit code', async () => {
  const { exitCode } = await shell('trap "" TERM HUP; while :; do sleep 1; done', 300).ended;
  expect(exitCode).toBeUndefined();
});

test('a tool that a signal ends has 128 and its number as exit code', async () => {
  expect((await shell('kill -SEGV $$').ended).exitCode).toBe(139);
});

test('what a tool leaves behind is ended, in its own session and in another', async () => {
  const script =
    "sleep 300 & echo $! >a; setsid sh -c 'echo $$ >b; exec sleep 300' & while ! test -s b; do :; done";
  const { exitCode } = await shell(script).ended;
  expect(exitCode).toBe(0);
  const pids = ['a', 'b'].map((name) => Number(readFileSync(join(folder, name), 'utf8')));
  expect(pids.filter(isAlive)).toEqual([]);
});

test('the last words of a tool arrive, though a process that it leaves holds the terminal open', async () => {
  const { output, leftBehind } = await shell(
    '(trap "" HUP; : >ready; exec sleep 300) & while ! test -e ready; do :; done; head -c 4000 /dev/zero | tr "\\0" x; echo; echo last words',
  ).ended;
  expect(output).toBe(`${'x'.repeat(4000)}\nlast words\n`);
  expect(leftBehind).toBe(1);
});

test('of megabytes of output the start and the end are kept', async () => {
  const { output, exitCode } = await shell('echo start; yes line | head -c 5000000; echo end')
    .ended;
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^start\n/);
  expect(output).toMatch(/end\n$/);
  expect(output.length).toBeLessThan(200_000);
});

test('of what a tool overwrites with carriage returns only the last is kept', async () => {
  const { output } = await shell("printf '1%%\\r2%%\\r3%%\\ndone\\n'").ended;
  expect(output).toBe('3%\ndone\n');
});

test('Ctrl-C reaches the tool', async () => {
  const running = shell('trap "exit 42" INT; echo $$ >pid; while :; do sleep 0.05; done');
  await expect
    .poll(() => execFileSync('/bin/sh', ['-c', `cat ${folder}/pid || true`]).length)
    .toBeGreaterThan(0);
  running.interrupt();
  expect((await running.ended).exitCode).toBe(42);
});

test('an aborted run ends the tool at once', async () => {
  const controller = new AbortController();
  const { ended } = startInTerminal('/bin/sleep', ['infinity'], {
    cwd: folder,
    env: {},
    limitMs: 3_600_000,
    signal: controller.signal,
  });
  controller.abort();
  expect(await ended).toMatchObject({ exitCode: 128 + constants.signals.SIGKILL });
});
