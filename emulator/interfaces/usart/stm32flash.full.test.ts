import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { has, runTool, type ToolRun } from '../../test/host-tool.ts';
import { RunningVstm32, vstm32 } from '../../test/vstm32.ts';

const MIB = 1024 * 1024;
const ready = has('stm32flash');
let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-stm32flash-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const inRoot = (name: string): string => path.join(root, name);

/** An image that fills main flash and begins with a plausible vector table. */
function image(name: string, length = MIB): Buffer {
  const bytes = randomBytes(length);
  bytes.writeUInt32LE(0x2002_0000, 0);
  bytes.writeUInt32LE(0x0800_0101, 4);
  fs.writeFileSync(inRoot(name), bytes);
  return bytes;
}

describe.skipIf(!ready)('vstm32 run, and stm32flash on its plain pty', () => {
  const flash = (board: RunningVstm32, ...args: string[]): Promise<ToolRun> =>
    runTool('stm32flash', '-m', '8n1', ...args, board.ready.ports.usart.path);

  test('1 MiB is written and verified, and saved as it was written', async () => {
    const bytes = image('1MiB.bin');
    await using board = await RunningVstm32.start('STM32F405', '--save', inRoot('saved.bin'));
    expect(await flash(board, '-w', inRoot('1MiB.bin'), '-v')).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await board.end('SIGINT')).code).toBe(130);
    expect(fs.readFileSync(inRoot('saved.bin')).equals(bytes)).toBe(true);
  });

  test('1 MiB is read back from a stable link, again after a run that left the port synchronised', async () => {
    const bytes = image('1MiB.bin');
    const link = inRoot('tty');
    await using board = await RunningVstm32.start(
      'STM32F405',
      '--load',
      inRoot('1MiB.bin'),
      '--usart',
      `pty:${link}`,
    );
    expect(board.ready.ports.usart).toEqual({ kind: 'pty', path: link });
    for (let run = 0; run < 2; run++) {
      fs.rmSync(inRoot('back.bin'), { force: true });
      expect(await flash(board, '-r', inRoot('back.bin'))).toMatchObject({ code: 0, stderr: '' });
      expect(fs.readFileSync(inRoot('back.bin')).equals(bytes)).toBe(true);
    }
  });

  test('a used chip is erased with -o; writing over it with -e 0 fails its verification', async () => {
    const bytes = image('1MiB.bin');
    image('other.bin', 64 * 1024);
    await using board = await RunningVstm32.start(
      'STM32F405',
      '--load',
      inRoot('1MiB.bin'),
      '--save',
      inRoot('saved.bin'),
    );
    const refused = await flash(board, '-e', '0', '-w', inRoot('other.bin'), '-v');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Failed to verify/);
    expect(await flash(board, '-o')).toMatchObject({ code: 0 });
    expect(await flash(board, '-e', '0', '-w', inRoot('1MiB.bin'), '-v')).toMatchObject({
      code: 0,
    });
    await board.end();
    expect(fs.readFileSync(inRoot('saved.bin')).equals(bytes)).toBe(true);
  });
});

describe.skipIf(!ready || !has('cc'))('vstm32 exec, and stm32flash as it comes', () => {
  interface Report {
    readonly exitCode: number;
    readonly state: string;
    readonly commands: Readonly<Record<string, number>>;
    readonly programmedBytes: number;
    readonly resets: Readonly<Record<string, number>>;
  }

  test('1 MiB is written and verified with its own 8E1', async () => {
    const bytes = image('1MiB.bin');
    const { code, stdout, stderr } = await vstm32([
      'exec',
      'STM32F405',
      '--save',
      inRoot('saved.bin'),
      '--json',
      '--',
      'stm32flash',
      '-w',
      inRoot('1MiB.bin'),
      '-v',
      '{usart}',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('57600 8E1');
    expect(JSON.parse(stderr)).toMatchObject({
      exitCode: 0,
      commands: { 'write-memory': 4096, 'read-memory': 4096 },
      programmedBytes: MIB,
      nacks: {},
      resets: {},
      state: 'bootloader',
    });
    expect(fs.readFileSync(inRoot('saved.bin')).equals(bytes)).toBe(true);
  });

  test('with -i it enters the bootloader from a running application and starts the new one', async () => {
    image('old.bin', 16 * 1024);
    const bytes = image('new.bin', 64 * 1024);
    const { code, stderr } = await vstm32([
      'exec',
      'STM32F405',
      '--boot0',
      '0',
      '--wire',
      'dtr=nrst,rts=boot0',
      '--app',
      'banner',
      '--load',
      inRoot('old.bin'),
      '--save',
      inRoot('saved.bin'),
      '--json',
      '--',
      'stm32flash',
      '-i',
      'dtr,rts,-dtr:dtr,-rts,-dtr',
      '-w',
      inRoot('new.bin'),
      '-v',
      '{usart}',
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stderr) as Report;
    expect(report).toMatchObject({ state: 'application', programmedBytes: 64 * 1024 });
    expect(report.resets['NRST']).toBeGreaterThanOrEqual(2);
    expect(fs.readFileSync(inRoot('saved.bin')).subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  test('a power cut in the third operation makes it fail, and the next session recovers', async () => {
    image('new.bin', 16 * 1024);
    const stateFolder = inRoot('state');
    const common = ['exec', 'STM32F405', '--state', stateFolder, '--json'];
    const tool = ['--', 'stm32flash', '-w', inRoot('new.bin'), '-v', '{usart}'];
    const cut = await vstm32([...common, '--fault', 'flash:power-cut:3', ...tool]);
    expect(cut.code).toBe(1);
    const report = JSON.parse(cut.stderr.trimEnd().split('\n').at(-1)!) as Report;
    expect(report.resets).toEqual({ 'power-on': 1 });
    expect(report.programmedBytes).toBeLessThan(16 * 1024);
    expect((await vstm32([...common, ...tool])).code).toBe(0);
  });

  test('without the sequence the running application does not answer', async () => {
    image('old.bin', 16 * 1024);
    const { code, stderr } = await vstm32([
      'exec',
      'STM32F405',
      '--boot0',
      '0',
      '--wire',
      'dtr=nrst,rts=boot0',
      '--app',
      'banner',
      '--load',
      inRoot('old.bin'),
      '--json',
      '--',
      'stm32flash',
      '-i',
      '-rts,-dtr',
      '{usart}',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Failed to init device/);
  });
});
