import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { has } from '../../emulator/test/host-tool.ts';
import { cliCommand, vstm32 } from '../../emulator/test/vstm32.ts';
import { findPeerPackage } from './lines/peer-package.ts';

const WIRE = 'dtr=nrst,rts=boot0';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-bus-boards-'));
});
afterEach(() => rm(folder, { recursive: true }));

const buses = [
  { over: 'i2c', target: 'i2c:{i2c}', device: 'STM32L412K8', name: 'i2c-bus', options: [] },
  { over: 'spi', target: 'spi:{spi}', device: 'STM32L412K8', name: 'spi-device', options: [] },
  { over: 'can', target: 'can:{can}', device: 'STM32F105R8', name: 'socketcan', options: [] },
  {
    over: 'fdcan',
    target: 'can:{can}',
    device: 'STM32C092RB',
    name: 'socketcan',
    options: ['--option', 'nBOOT_SEL=0'],
  },
] as const;

describe.skipIf(process.platform !== 'linux' || !has('cc'))('on the buses of Linux', () => {
  for (const { over, target, device, name, options } of buses) {
    const missing = findPeerPackage(name) === undefined;
    const without = missing ? `, for which the npm package ${name} is missing` : '';
    test.skipIf(missing)(
      `a board on ${over} is saved, spoilt and given its content back${without}`,
      async () => {
        const cases = ['common/ends-of-flash', 'common/erase-one-page', 'common/write-protected'];
        const line = `conform --device ${device} --interface ${over} --target ${target} --wire ${WIRE}@{usart} --allow options --inputs 1`;
        const only = cases.flatMap((each) => ['--only', `${over}/${each}`]);
        const conform = cliCommand([...line.split(' '), ...only]);
        const board = [device, '--boot0', '0', '--wire', WIRE, ...options];
        const run = ['exec', ...board, '--', ...conform];
        const { code, stderr } = await vstm32(run, { XDG_STATE_HOME: folder });
        expect(stderr).toMatch(/its content is as before, verified: \d+ pages were written/);
        expect(stderr).toMatch(/\d pass/);
        expect(stderr).not.toMatch(/[1-9]\d* unexpected/);
        expect(code, stderr).toBe(0);
      },
      300_000,
    );
  }
});
