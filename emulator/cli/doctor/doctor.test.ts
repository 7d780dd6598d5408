import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { vstm32 } from '../../test/vstm32.ts';
import type { Finding } from './finding.ts';

const AS_ROOT = process.getuid?.() === 0 ? '' : 'sudo ';

test.skipIf(process.platform === 'win32')(
  'doctor is content without host tools, and names the command that installs each that is missing',
  async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-doctor-'));
    fs.symlinkSync('/usr/bin/stty', path.join(root, 'stty'));
    const { code, stdout } = await vstm32(['doctor', '--json'], { PATH: root });
    fs.rmSync(root, { recursive: true });
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as Finding[];
    const named = (name: string): Finding => findings.find((each) => each.name === name)!;
    expect(named('pty')).toMatchObject({ ok: true, needed: true, detail: '/dev/pts/*' });
    expect(named('loopback')).toMatchObject({ ok: true, detail: '127.0.0.1' });
    expect(named('stm32flash')).toEqual({
      name: 'stm32flash',
      feature: 'flashing tool for USART and I2C',
      needed: false,
      ok: false,
      detail: 'no stm32flash on the PATH',
      install: `${AS_ROOT}apt-get install stm32flash`,
      group: 'Flashing tools',
      packages: ['stm32flash'],
    });
    const install = `${AS_ROOT}apt-get install gcc libc6-dev`;
    expect(named('cc')).toMatchObject({ ok: false, install });
    for (const { name, ok, detail, install: remedy } of findings) {
      if (!ok && remedy === undefined) expect(`${name}: ${detail}`).toMatch(/^LD_PRELOAD: /); // cc's
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'doctor fails where run does not work, and says what to do, with one command for all that is missing',
  async () => {
    const { code, stdout } = await vstm32(['doctor'], { PATH: '/no/such/folder' });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^ {2}MISSING {2}pty .*\n +-> /m);
    expect(stdout).toMatch(
      /^All that .* Debian has: (sudo )?apt-get install .*\bstm32flash dfu-util\b/m,
    );
  },
);

test('doctor refuses a time that is none', async () => {
  const { code, stderr } = await vstm32(['doctor', '--timeout', 'soon']);
  expect(stderr).toBe('vstm32: --timeout soon: give seconds, such as 10\n');
  expect(code).toBe(2);
});
