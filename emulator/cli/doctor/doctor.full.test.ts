import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { has } from '../../test/host-tool.ts';
import { vstm32 } from '../../test/vstm32.ts';
import type { Finding } from './finding.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is found of one thing on a machine with this environment. */
async function finding(
  name: string,
  env: Readonly<Record<string, string>>,
  timeout = '100', // other tests keep the machine busy
): Promise<Finding> {
  const { code, stdout, stderr } = await vstm32(['doctor', '--json', '--timeout', timeout], env);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as Finding[]).find((each) => each.name === name)!;
}

/** A PATH on which a program is found first. */
function withProgram(name: string, text: string): Record<string, string> {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
  return { PATH: `${folder}:${process.env['PATH']}` };
}

describe.skipIf(process.platform !== 'linux')(
  'doctor on a machine that is not as it should be',
  () => {
    test('does not wait for a program that hangs', async () => {
      const env = withProgram('dfu-util', '#!/bin/sh\nexec sleep 1000\n');
      const { ok, detail } = await finding('dfu-util', env, '0.5');
      expect({ ok, detail }).toEqual({ ok: false, detail: 'no answer within 0.5 s (--timeout)' });
    });

    test('says who listens at a port that a documented command uses', async (context) => {
      const server = createServer();
      const there = Promise.race([once(server, 'listening'), once(server, 'error')]);
      server.listen(2217, '127.0.0.1');
      const [error] = (await there) as [Error | undefined];
      if (error !== undefined) return context.skip('port 2217 is in use');
      try {
        const { ok, detail, install } = await finding('port 2217', {});
        expect(ok).toBe(false);
        expect(detail).toMatch(new RegExp(`^in use by .* \\(process ${process.pid}\\)$`));
        expect(install).toBe('--usart rfc2217:127.0.0.1:0');
      } finally {
        server.close();
      }
    });

    test('says that a Unix socket does not fit into the temporary folder', async () => {
      const TMPDIR = join(folder, 'x'.repeat(120));
      mkdirSync(TMPDIR);
      const { ok, detail, install } = await finding('temporary-folder', { TMPDIR });
      expect(ok).toBe(false);
      expect(detail).toMatch(/takes no files and Unix sockets: its name is too long$/);
      expect(install).toMatch(/^export TMPDIR=/);
    });

    test.for([
      { how: 'linked with musl', compiler: 'musl-gcc', flags: [], says: 'is linked with musl and' },
      {
        how: 'statically linked',
        compiler: 'cc',
        flags: ['-static'],
        says: 'is statically linked',
      },
    ])('names a flashing tool that is $how', async ({ compiler, flags, says }, { skip }) => {
      if (!has(compiler)) skip(`${compiler} is missing`);
      const source = join(folder, 'tool.c');
      writeFileSync(source, 'int main(void) { return 0; }\n');
      execFileSync(compiler, [...flags, '-o', join(folder, 'stm32flash'), source]);
      const PATH = `${folder}:${process.env['PATH']}`;
      const { ok, detail } = await finding('LD_PRELOAD', { PATH });
      expect(ok).toBe(false);
      expect(detail).toContain(`stm32flash ${says}`);
    });
  },
);
