import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ctlOf } from '../../test/ctl.ts';
import { has } from '../../test/host-tool.ts';
import { cliCommand, RunningVstm32, vstm32 } from '../../test/vstm32.ts';

const run = promisify(execFile);
const missing = ['tshark', 'stm32flash', 'dfu-util', 'cc', 'curl'].filter((tool) => !has(tool));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-capture-'));
  writeFileSync(join(folder, 'firmware.bin'), Buffer.alloc(600, 'firmware'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What tshark's `fields` say of the packets of a capture that pass the filter. */
async function rowsOf(line: string, filter: string, ...fields: string[]): Promise<string[]> {
  const named = fields.map((field) => `-e ${field}`).join(' ');
  const { stdout } = await run('sh', ['-c', `${line} -Y '${filter}' -T fields ${named}`], {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
  return stdout.trimEnd().split('\n');
}

const without = missing.length === 0 ? '' : `, for which ${missing.join(', ')} is missing`;

describe.skipIf(missing.length > 0)(`a capture${without}`, () => {
  test('is read by the line that exec says: every write of stm32flash and dfu-util', async () => {
    const script = [
      'stm32flash -w firmware.bin -v {usart}',
      `${cliCommand(['ctl', join(folder, 'board.sock'), 'reset']).join(' ')}`,
      'stm32flash -a 0x3a -w firmware.bin -v {i2c}',
      `${cliCommand(['ctl', join(folder, 'board.sock'), 'reset']).join(' ')}`,
      'dfu-util -a 0 -s 0x08000000 -D firmware.bin',
    ].join(' && cd . && ');
    const [capture, socket] = ['all.pcapng', 'board.sock'].map((name) => join(folder, name));
    const options = ['--pcapng', capture!, '--control', socket!];
    const words = ['exec', 'STM32F405', ...options, '--', 'sh', '-c', `cd ${folder} && ${script}`];
    const done = await vstm32(words);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    const [, line] = /^capture +(tshark .*)$/m.exec(done.stderr)!;
    const filter = 'stm32.command_name matches "Write" && stm32.result';
    expect(await rowsOf(line!, filter, '_ws.col.Protocol', '_ws.col.Info')).toEqual([
      ...['STM32-USART', 'STM32-I2C'].flatMap((protocol) => [
        `${protocol}\tWrite Memory 0x08000000, 256 bytes → ACK`,
        `${protocol}\tWrite Memory 0x08000100, 256 bytes → ACK`,
        `${protocol}\tWrite Memory 0x08000200, 88 bytes → ACK`,
      ]),
      'DfuSe\tWrite 0x08000000, 600 bytes → OK',
    ]);
    expect(await rowsOf(line!, 'stm32.trouble', 'frame.number')).toEqual(['']);
    const [first] = await rowsOf(line!, 'frame.number == 1', 'frame.time_epoch');
    expect(Number(first)).toBe(Date.UTC(2020, 0, 1) / 1000);
  });

  test('has the date of a board that runs in real time, of the control API too', async () => {
    const [capture, socket] = ['real.pcapng', 'real.sock'].map((name) => join(folder, name));
    const before = Date.now() / 1000;
    const options = ['--speed', 'real', '--pcapng', capture!, '--control', socket!];
    await using board = await RunningVstm32.start('STM32F405', ...options);
    const answered = await fetchCapture(socket!);
    await ctlOf(socket!)('reset');
    expect((await board.end()).code).toBe(0);
    const after = Date.now() / 1000;
    for (const file of [capture!, answered]) {
      const times = (await rowsOf(`tshark -r ${file}`, 'frame', 'frame.time_epoch')).map(Number);
      expect(times.filter((time) => time < before - 0.001 || time > after)).toEqual([]);
    }
  });
});

/** The capture that the control API answers with, in a file. */
async function fetchCapture(socket: string): Promise<string> {
  const file = join(folder, 'answered.pcapng');
  await run('curl', ['-s', '-o', file, '--unix-socket', socket, 'http://x/boards/board/capture']);
  return file;
}
