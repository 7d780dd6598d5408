import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { WIRING_NAMES } from '../links/wiring.ts';
import { has } from '../test/host-tool.ts';
import { cliCommand, vstm32 } from '../test/vstm32.ts';

const DEVICE = 'STM32F405';

/** What has the chip reset with BOOT0 high, as stm32flash -i takes it: a pulse on NRST for each wiring. */
const SEQUENCES: Readonly<Record<string, string>> = {
  ttl: 'dtr,-rts,-dtr',
  'ttl-swapped': 'rts,-dtr,-rts',
  transistors: 'rts,dtr,-dtr',
  mcuisp: '-dtr,dtr',
};

test.skipIf(!has('stm32flash') || !has('cc')).each(WIRING_NAMES)(
  'stm32flash starts the bootloader by the wiring %s',
  async (wire) => {
    const options = ['--boot0', '0', '--wire', wire, '--json'];
    const tool = ['stm32flash', '-i', SEQUENCES[wire]!, '{usart}'];
    const { code, stderr } = await vstm32(['exec', DEVICE, ...options, '--', ...tool]);
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({ state: 'bootloader', commands: { get: 1 } });
  },
);

test.skipIf(!has('cc'))(
  'what a killed run has left is removed by the next one, and not what a live one has',
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-exec-'));
    const env = { TMPDIR: folder };
    const ours = (): string[] =>
      fs.readdirSync(folder).filter((name) => name.startsWith('vstm32-'));
    try {
      const killed = await vstm32(['exec', DEVICE, '--', 'sh', '-c', 'kill -9 $PPID'], env);
      expect(killed.signal).toBe('SIGKILL');
      expect(ours()).toHaveLength(1);
      const next = cliCommand(['exec', DEVICE, '--', 'true']).join(' ');
      const tool = ['sh', '-c', `${next}; ls ${folder} | grep vstm32-`];
      const { stdout } = await vstm32(['exec', DEVICE, '--', ...tool], env);
      expect(stdout).toMatch(/^vstm32-\w{6}\n$/); // that of the tool itself, which the inner run leaves alone
      expect(ours()).toEqual([]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  },
);
