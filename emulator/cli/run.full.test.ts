import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpHost } from '../test/hosts/tcp-host.ts';
import { cliCommand, RunningVstm32, vstm32 } from '../test/vstm32.ts';
import { ctlOf } from '../test/ctl.ts';
import { commands } from './index.ts';
import { attempt } from './program.ts';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-run-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const inRoot = (name: string): string => path.join(root, name);

test('run --json prints one line with the device and its ports, and ends with 0 on SIGTERM', async () => {
  await using board = await RunningVstm32.start(
    'stm32f405rg',
    '--usart',
    'USART3=rfc2217:127.0.0.1:0',
    '--usart',
    'tcp:127.0.0.1:0',
  );
  expect(board.ready).toEqual({
    device: 'STM32F405_407_415_417',
    flashKiB: 1024,
    bootloader: '9.1',
    ports: {
      usart: {
        kind: 'tcp',
        path: expect.stringMatching(/^socket:\/\/127\.0\.0\.1:\d+$/) as string,
        host: '127.0.0.1',
        port: expect.any(Number) as number,
      },
      USART3: expect.objectContaining({ kind: 'rfc2217' }) as object,
    },
  });
  const host = await TcpHost.connect(board.ready.ports.usart.port!);
  expect(await host.ask([0x7f], 1)).toEqual([0x79]);
  const end = await board.end();
  expect(end).toEqual({
    code: 0,
    signal: null,
    stdout: `${JSON.stringify(board.ready)}\n`,
    stderr: '',
  });
});

test('what was loaded is saved on Ctrl-C, and --trace json tells it on stderr, its version first', async () => {
  fs.writeFileSync(inRoot('in.bin'), Uint8Array.of(1, 2, 3, 4));
  await using board = await RunningVstm32.start(
    'STM32F405RE',
    '--usart',
    'tcp',
    '--load',
    `${inRoot('in.bin')}@0x08000010`,
    '--save',
    inRoot('out.bin'),
    '--trace',
    'json',
  );
  const { code, stderr } = await board.end('SIGINT');
  expect(code).toBe(130);
  const lines = stderr.trimEnd().split('\n');
  expect(JSON.parse(lines[0]!)).toMatchObject({ 'vstm32-trace': 1, bootloader: '9.1' });
  expect(lines.map((line) => (JSON.parse(line) as { kind?: string }).kind)).toContain('boot');
  const saved = fs.readFileSync(inRoot('out.bin'));
  expect(saved.length).toBe(512 * 1024);
  expect(saved.subarray(0x0f, 0x15)).toEqual(Buffer.from([0xff, 1, 2, 3, 4, 0xff]));
});

test('the control socket resets, switches and saves a board', async () => {
  const socket = inRoot('control');
  await using board = await RunningVstm32.start('STM32F405', '--usart', 'tcp', '--control', socket);
  const host = await TcpHost.connect(board.ready.ports.usart.port!);
  await host.ask([0x7f], 1);
  const ctl = ctlOf(socket);
  expect(await ctl('state')).toMatchObject({
    state: 'bootloader',
    pins: { BOOT0: 1, NRST: 1 },
  });
  expect(await ctl('reset')).toMatchObject({ state: 'bootloader' });
  expect(await host.ask([0x7f], 1)).toEqual([0x79]); // a second 0x7F would have been half a command
  expect(await ctl('boot0 0')).toMatchObject({ pins: { BOOT0: 0 }, state: 'bootloader' });
  expect(await ctl('reset')).toMatchObject({ pins: { BOOT0: 0 }, state: 'locked-up' });
  await ctl('boot0 1');
  expect(await ctl('reset')).toMatchObject({ state: 'bootloader' });
  expect(await ctl('power off')).toMatchObject({ state: 'off' });
  const { code, stdout } = await vstm32(['ctl', socket, 'save', inRoot('flash.hex')]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `saved ${inRoot('flash.hex')}\n` });
  expect(fs.readFileSync(inRoot('flash.hex'), 'utf8')).toBe(':00000001FF\n');
  expect(await attempt(['ctl', socket, 'power', 'maybe'], commands)).toMatchObject({
    exitCode: 2,
    line: expect.stringMatching(
      /^: power maybe: the words are state, reset, boot0 0\|1, power off\|on/,
    ) as string,
  });
});

test('SIGHUP ends a board that has no terminal, after it has saved, unless it is under nohup', async () => {
  const save = (name: string): readonly string[] => ['--usart', 'tcp', '--save', inRoot(name)];
  await using board = await RunningVstm32.start('STM32F405', ...save('flash.hex'));
  expect(await board.end('SIGHUP')).toMatchObject({ code: 129, signal: null });
  expect(fs.existsSync(inRoot('flash.hex'))).toBe(true);

  const [program, ...words] = cliCommand(['run', 'STM32F405', ...save('other.hex')]);
  const env = { ...process.env, _: '/usr/bin/nohup' }; // as a shell says it
  const under = spawn(program!, words, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = once(under, 'exit');
  await once(under.stdout, 'data');
  under.kill('SIGHUP');
  under.kill('SIGINT'); // comes after it
  expect(await ended).toEqual([130, null]);
});

/** Ends a group of processes, of which perhaps none is left. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // all have gone
  }
}

test('npm start ends its board when it is ended', async () => {
  const port = inRoot('tty');
  const start = spawn('npm', ['start', '--', '--usart', `pty:${port}`], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    const ended = once(start, 'exit');
    await expect.poll(() => fs.existsSync(port)).toBe(true);
    start.kill();
    await ended;
    await expect.poll(() => fs.existsSync(port)).toBe(false);
  } finally {
    endGroup(start.pid!);
  }
});

test('a chip at level 2 is warned of', async () => {
  await using board = await RunningVstm32.start('STM32F405', '--usart', 'tcp', '--rdp', '2');
  expect((await board.end()).stderr).toMatch(
    /^vstm32: readout protection level 2 is never left: .*\n$/,
  );
});

test('the control socket of a killed board is taken over, that of a live one is not', async () => {
  const socket = inRoot('control');
  await using killed = await RunningVstm32.start(
    'STM32F405',
    '--usart',
    'tcp',
    '--control',
    socket,
  );
  await killed.end('SIGKILL');
  const args = ['STM32F405', '--usart', 'tcp', '--control', socket];
  await using board = await RunningVstm32.start(...args);
  expect((await attempt(['run', ...args], commands))?.line).toMatch(/another vstm32 listens there/);
  await board.end();
  expect(fs.existsSync(socket)).toBe(false);
  expect(await attempt(['ctl', socket, 'state'], commands)).toMatchObject({
    exitCode: 3,
    line: expect.stringContaining('start one with vstm32 run DEVICE --control') as string,
  });
});

test('traces go to their files whole, the text one without a word on stderr', async () => {
  await using board = await RunningVstm32.start(
    'STM32F405',
    '--usart',
    'tcp',
    '--trace',
    `text:${inRoot('trace')}`,
    '--pcapng',
    inRoot('capture'),
  );
  const host = await TcpHost.connect(board.ready.ports.usart.port!);
  host.write([0x55]);
  await host.close();
  expect((await board.end()).stderr).toBe('');
  const lines = fs.readFileSync(inRoot('trace'), 'utf8').split('\n');
  expect(lines[0]).toMatch(/power on$/);
  expect(lines.some((line) => line.includes('first byte on USART1 was 0x55'))).toBe(true);
  expect(fs.readFileSync(inRoot('capture')).readUInt32LE(0)).toBe(0x0a0d0d0a);
});

test('a trace into a pipe that nobody reads holds up neither the board nor its end', async () => {
  execFileSync('mkfifo', [inRoot('fifo')]);
  const to = inRoot('fifo');
  await using board = await RunningVstm32.start(
    'STM32F405',
    '--usart',
    'tcp',
    '--trace',
    `json:${to}`,
    '--pcapng',
    to,
  );
  const host = await TcpHost.connect(board.ready.ports.usart.port!);
  await host.ask([0x7f], 1);
  for (let count = 0; count < 500; count++) {
    await host.ask([0x11, 0xee, 0x08, 0, 0, 0, 0x08, 0xff, 0x00], 3 + 256); // 1 MB of trace
  }
  expect((await board.end()).code).toBe(0);
});

test('it ends and saves when nobody reads its trace any more', async () => {
  const saved = inRoot('out.bin');
  const args = ['run', 'STM32F405', '--usart', 'tcp', '--trace', 'text', '--save', saved];
  const [program, ...words] = cliCommand(args);
  const child = spawn(program!, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [ready] = (await once(child.stdout, 'data')) as [Buffer];
  child.stderr.destroy();
  const exit = once(child, 'exit');
  const host = await TcpHost.connect(
    Number(/socket:\/\/127\.0\.0\.1:(\d+)/.exec(String(ready))![1]),
  );
  host.write([0x7f]);
  expect(await exit).toEqual([0, null]);
  expect(fs.statSync(saved).size).toBe(1024 * 1024);
});

test('the state folder brings the same chip back, and refuses what contradicts it', async () => {
  const folder = inRoot('state');
  fs.writeFileSync(inRoot('in.bin'), Uint8Array.of(1, 2, 3, 4));
  const common = ['--usart', 'tcp', '--state', folder];
  await using first = await RunningVstm32.start(
    'STM32F405RE',
    ...common,
    '--load',
    inRoot('in.bin'),
    '--option',
    'WDG_SW=0',
    '--bootloader',
    '9.0',
    '--uid',
    '00'.repeat(12),
  );
  const refused = async (...args: string[]): Promise<string> => {
    const failure = await attempt(['run', ...args, ...common], commands);
    expect(failure?.exitCode).toBe(2);
    return failure!.line;
  };
  expect(await refused('STM32F405')).toMatch(
    /another vstm32 is using the state folder .*: end it first/,
  );
  await first.end();

  expect(await refused('STM32F411')).toMatch(
    /this is STM32F411, but .* keeps an STM32F405_407_415_417: leave it out/,
  );
  expect(await refused('STM32F405RG')).toMatch(/this is 1024 KiB of flash, but .* keeps 512 KiB/);
  expect(await refused('STM32F405', '--bootloader', '9.1')).toMatch(
    /keeps a chip with bootloader 9.0/,
  );
  expect(await refused('STM32F405', '--rdp', '1')).toMatch(
    /--rdp 1, but .* keeps a chip at level 0/,
  );
  expect(await refused('STM32F405', '--option', 'WDG_SW=1')).toMatch(
    /--option WDG_SW=1, but .* keeps WDG_SW=0/,
  );
  expect(await refused('STM32F405', '--uid', '11'.repeat(12))).toMatch(
    /--uid 1{24}, but .* keeps a chip with 0{24}/,
  );
  fs.writeFileSync(inRoot('other.bin'), Uint8Array.of(9));
  expect(await refused('STM32F405', '--load', inRoot('other.bin'))).toMatch(
    /--load has other content/,
  );

  await using second = await RunningVstm32.start(
    'STM32F405',
    ...common,
    '--load',
    inRoot('in.bin'),
    '--option',
    'WDG_SW=0',
    '--save',
    inRoot('out.hex'),
  );
  expect(second.ready).toMatchObject({ flashKiB: 512, bootloader: '9.0' });
  await second.end();
  expect(fs.readFileSync(inRoot('out.hex'), 'utf8')).toMatch(
    /^:020000040800F2\n:1000000001020304FF/,
  );
});
