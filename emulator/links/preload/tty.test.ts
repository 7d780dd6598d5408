import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type PtyBench } from '../../test/pty-fixture.ts';
import { runTool } from '../exec.ts';

const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const hasCc = process.platform === 'linux' && has('cc');
const fileBeside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

let folder: string;
let host: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
  host = join(folder, 'serial-host');
  // Fortified, as distributions build their tools: open() is another function then.
  const flags = ['-O2', '-D_FORTIFY_SOURCE=2', '-pthread'];
  if (hasCc) spawnSync('cc', [...flags, '-o', host, fileBeside('../../test/serial-host.c')]);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What the C host printed after doing `verbs` on the port. */
async function onPort(bench: PtyBench, verbs: string): Promise<string[]> {
  const output = join(folder, 'output');
  const words = verbs.split(/\s+/);
  const command = ['sh', '-c', 'exec "$0" "$@" > "$OUTPUT"', host, '{usart}', ...words];
  const { exitCode } = await runTool(command, {
    ports: { usart: bench.link },
    env: { ...process.env, OUTPUT: output },
  });
  expect({ verbs, exitCode }).toEqual({ verbs, exitCode: 0 });
  return readFileSync(output, 'utf8').split('\n').slice(0, -1);
}

/** What happened at the pins while the C host did `verbs`, without the setting that opening reports. */
async function seen(verbs: string): Promise<string[]> {
  await using bench = await openBench();
  await onPort(bench, verbs);
  expect(bench.usart.log[1]).toBe(AT_OPEN);
  return bench.usart.log.filter((entry) => entry !== AT_OPEN);
}

const AT_OPEN = 'line {"baud":38400,"parity":"none","dataBits":8,"stopBits":1}';
const LINE_8E1 = 'line {"baud":57600,"parity":"even","dataBits":8,"stopBits":1}';

test.skipIf(!hasCc)('the library compiles without a warning', () => {
  const { stderr, status } = spawnSync(
    'cc',
    ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-O2', '-shared', '-fPIC', '-o', '/dev/null', fileBeside('tty.c')],
    { encoding: 'utf8' },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});

describe.skipIf(!hasCc)('under the preload library', () => {
  test.each(['open', 'openat', 'fopen'])('%s asserts both lines, close releases them', async (how) => {
    const close = how === 'fopen' ? 'fclose' : 'close';
    expect(await seen(`${how} write a ${close}`)).toEqual(['lines dtr rts', 'rx a', 'lines -dtr -rts']);
  });

  test('lines are released when a program ends without closing', async () => {
    expect(await seen('open write a')).toEqual(['lines dtr rts', 'rx a', 'lines -dtr -rts']);
  });

  test('lines are kept until the last descriptor is closed', async () => {
    const verbs = 'open dup open close write a dup-over';
    await using bench = await openBench();
    await onPort(bench, 'open dup write a close write b');
    expect(bench.usart.text).toBe('a');
    expect(await seen(verbs)).toEqual(['lines dtr rts', 'rx a', 'lines -dtr -rts']);
  });
});
