import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { vstm32 } from '../test/vstm32.ts';
import type { Finding } from './machine.ts';

test.skipIf(process.platform === 'win32')(
  'doctor is content without host tools, and names the package for each that is missing',
  async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-doctor-'));
    fs.symlinkSync('/usr/bin/stty', path.join(root, 'stty'));
    const { code, stdout } = await vstm32(['doctor', '--json'], { PATH: root });
    fs.rmSync(root, { recursive: true });
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as Finding[];
    const named = (name: string): Finding => findings.find((each) => each.name === name)!;
    expect(named('pty')).toMatchObject({ ok: true, needed: true, detail: '/dev/pts/*' });
    expect(named('stm32flash')).toEqual({
      name: 'stm32flash',
      feature: 'flashing tool to try',
      needed: false,
      ok: false,
      detail: 'no stm32flash on the PATH',
      install: 'apt install stm32flash',
    });
    expect(named('cc')).toMatchObject({ ok: false, install: 'apt install gcc libc6-dev' });
  },
);

test.skipIf(process.platform === 'win32')(
  'doctor fails where run does not work, and says what to do',
  async () => {
    const { code, stdout } = await vstm32(['doctor'], { PATH: '/no/such/folder' });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^MISSING {2}pty .*\n +-> /m);
  },
);
