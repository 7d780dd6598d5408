import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunningVstm32, vstm32 } from '../../emulator/test/vstm32.ts';
import type { Report } from '../results/results.ts';

test('a board with a firmware of its own is examined read-only, and nothing of it changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-board-'));
  try {
    const [port, control] = [join(folder, 'port'), join(folder, 'control')];
    const [firmware, after] = [join(folder, 'firmware.bin'), join(folder, 'after.bin')];
    const bytes = Uint8Array.from({ length: 1024 * 1024 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
    await writeFile(firmware, bytes);
    await using board = await RunningVstm32.start(
      'STM32F405',
      '--usart',
      `pty:${port}`,
      '--control',
      control,
      '--load',
      firmware,
      '--save',
      after,
      '--option',
      'nWRP=0xffe',
    );
    const ask = `require('http').request({socketPath:'${control}',method:'POST',path:'/boards/board/reset'},r=>r.resume()).end()`;
    const json = join(folder, 'report.json');
    const { code } = await vstm32([
      'conform',
      '--device',
      'STM32F405',
      '--target',
      `serial:${port}`,
      '--inputs',
      '1',
      '--reset-command',
      `${process.execPath} -e "${ask}"`,
      '--json',
      json,
      '--only',
      'usart/1',
      '--only',
      'usart/3.4',
      '--only',
      'usart/3.8',
    ]);
    expect(code).toBe(0);
    const { targets } = JSON.parse(await readFile(json, 'utf8')) as Report;
    const asked = targets[0]!.results.filter(({ verdict }) => verdict === 'pass');
    expect(new Set(asked.map(({ destroys }) => destroys))).toEqual(new Set(['nothing']));
    await board.end();
    expect(new Uint8Array(await readFile(after))).toEqual(bytes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);

test('a port that is not there is an error of the environment', async () => {
  const argv = ['conform', '--device', 'STM32F405', '--target', 'serial:/no/such/port'];
  const missing = await vstm32([...argv, '--reset-command', 'true']);
  expect(missing.stderr).toMatch(/\/no\/such\/port cannot be opened/);
  expect(missing.code).toBe(3);
  expect((await vstm32(argv)).code).toBe(2);
});
