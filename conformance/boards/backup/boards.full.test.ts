import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as pty from 'node-pty';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StateFolder } from '../../../emulator/cli/state/state.ts';
import { has } from '../../../emulator/test/host-tool.ts';
import { RunningVstm32, cliCommand, vstm32 } from '../../../emulator/test/vstm32.ts';
import type { Report } from '../../results/results.ts';

const DEVICE = 'STM32F103x4';
const WIRE = ['--wire', 'dtr=nrst,rts=boot0'];
const SER2NET = '/usr/sbin/ser2net';
const LINUX = process.platform === 'linux' && has('cc');

type Memories = Readonly<Record<string, Uint8Array>>;

let folder = '';
let state = '';
let before: Memories;

/** Each test has a chip of its own, with a firmware and option bytes that no factory gave it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-boards-'));
  state = join(folder, 'chip');
  const firmware = join(folder, 'firmware.bin');
  await writeFile(
    firmware,
    Uint8Array.from({ length: 16 * 1024 }, (_, at) => (at * 31 + (at >> 8)) & 0xff),
  );
  const options = ['--option', 'nRST_STOP=0', '--option', 'WRP3=0xfe'];
  await using maker = await RunningVstm32.start(DEVICE, '--load', firmware, ...options, ...kept());
  await maker.end();
  before = await content();
}, 60_000);

afterEach(() => rm(folder, { recursive: true, force: true }));

const kept = (): string[] => ['--state', state];

async function content(): Promise<Memories> {
  const opened = await StateFolder.open(state);
  try {
    return opened.kept!.memories;
  } finally {
    opened.close();
  }
}

/** The chip holds what it held before, byte for byte, and no image of it is left. */
async function expectRestored(): Promise<void> {
  expect(await content()).toEqual(before);
  expect(images()).toEqual([]);
}

function images(): string[] {
  const place = join(folder, 'state', 'vstm32');
  return existsSync(place) ? readdirSync(place) : [];
}

const environment = (): Record<string, string> => ({ XDG_STATE_HOME: join(folder, 'state') });

/** Arguments of a run that spoils all that a board may be asked for. */
function spoiling(target: string, ...reset: readonly string[]): string[] {
  const only = ['usart/3.1/list@synchronised', 'usart/3.6/flash', 'usart/3.7/global@synchronised'];
  return [
    'conform',
    '--device',
    DEVICE,
    '--target',
    target,
    ...reset,
    '--allow',
    'options',
    '--inputs',
    '1',
    '--json',
    join(folder, 'report.json'),
    ...selecting(...only, 'usart/3.9/protects@synchronised'),
  ];
}

const selecting = (...cases: readonly string[]): string[] =>
  cases.flatMap((each) => ['--only', each]);

async function expectAllPassed(): Promise<void> {
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;
  const verdicts = report.targets.map(({ results }) => results.map(({ verdict }) => verdict));
  expect(verdicts).toEqual([['pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'pass']]);
}

const wired = (...more: readonly string[]): Promise<RunningVstm32> =>
  RunningVstm32.start(DEVICE, ...kept(), '--boot0', '0', ...WIRE, ...more);

/** A board whose port is exported by RFC 2217, and the address of it. */
async function exported(): Promise<[board: RunningVstm32, target: string]> {
  const board = await wired('--usart', 'rfc2217:127.0.0.1:0');
  const { port } = board.ready.ports.usart as { port: number };
  return [board, `rfc2217:127.0.0.1:${port}`];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until somebody listens, without connecting: a port server would take that for its host. */
async function listening(port: number): Promise<void> {
  const line = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} 0+:0000 0A`);
  await vi.waitFor(() => expect(readFileSync('/proc/net/tcp', 'utf8')).toMatch(line), 60_000);
}

/** Waits until no process uses a board's TCP port any more. */
async function left(target: string): Promise<void> {
  const port = Number(target.split(':').at(-1)).toString(16).toUpperCase().padStart(4, '0');
  const connected = new RegExp(`^ *\\d+: [0-9A-F]{8}:${port} [0-9A-F]{8}:[0-9A-F]{4} 01`, 'm');
  await expect.poll(() => readFileSync('/proc/net/tcp', 'utf8')).not.toMatch(connected);
}

async function ser2netFile(accepter: string, path: string): Promise<string> {
  const file = join(folder, 'ser2net.yaml');
  await writeFile(
    file,
    `connection: &board\n  accepter: ${accepter}\n  connector: serialdev,${path},115200e81,local\n`,
  );
  return file;
}

test.skipIf(!LINUX)(
  'a board on a serial port is reset by DTR and RTS, spoilt and restored',
  async () => {
    const conform = cliCommand(spoiling('serial:{usart}', ...WIRE));
    const args = ['exec', DEVICE, ...kept(), '--boot0', '0', ...WIRE, '--', ...conform];
    const { code, stderr } = await vstm32(args, environment());
    expect(stderr).toMatch(/verified: \d+ pages were written/);
    expect(code).toBe(0);
    await expectAllPassed();
    await expectRestored();
  },
  180_000,
);

test('a board behind RFC 2217 is spoilt and restored', async () => {
  const [board, target] = await exported();
  await using _ = board;
  const { code } = await vstm32(spoiling(target, ...WIRE), environment());
  expect(code).toBe(0);
  await expectAllPassed();
  await board.end();
  await expectRestored();
}, 180_000);

test.skipIf(!LINUX || !existsSync(SER2NET))(
  'a board that ser2net exports by RFC 2217 is spoilt and restored',
  async () => {
    const port = await freePort();
    const path = join(folder, 'port');
    const file = await ser2netFile(`telnet(rfc2217),tcp,127.0.0.1,${port}`, path);
    const [program, ...words] = cliCommand([
      'exec',
      DEVICE,
      ...kept(),
      '--usart',
      `pty:${path}`,
      '--boot0',
      '0',
      ...WIRE,
      '--',
      SER2NET,
      '-n',
      '-d',
      '-c',
      file,
    ]);
    const server = spawn(program!, words, { stdio: 'ignore' });
    const gone = once(server, 'exit');
    try {
      await listening(port);
      const { code } = await vstm32(spoiling(`rfc2217:127.0.0.1:${port}`, ...WIRE), environment());
      expect(code).toBe(0);
      await expectAllPassed();
    } finally {
      server.kill('SIGTERM');
      await gone;
    }
    await expectRestored();
  },
  180_000,
);

test.skipIf(!LINUX || !existsSync(SER2NET))(
  'a board that ser2net exports as bare bytes is reset by a command, spoilt and restored',
  async () => {
    const [port, path, control] = [await freePort(), join(folder, 'port'), join(folder, 'control')];
    await using board = await RunningVstm32.start(
      DEVICE,
      ...kept(),
      '--usart',
      `pty:${path}`,
      '--control',
      control,
    );
    const file = await ser2netFile(`tcp,127.0.0.1,${port}`, path);
    const server = spawn(SER2NET, ['-n', '-d', '-c', file], { stdio: 'ignore' });
    const gone = once(server, 'exit');
    try {
      await listening(port);
      const ask = `require('http').request({socketPath:'${control}',method:'POST',path:'/boards/board/reset'},r=>r.resume()).end()`;
      const reset = ['--reset-command', `${process.execPath} -e "${ask}"`];
      const { code } = await vstm32(spoiling(`tcp:127.0.0.1:${port}`, ...reset), environment());
      expect(code).toBe(0);
      await expectAllPassed();
    } finally {
      server.kill('SIGTERM');
      await gone;
    }
    await board.end();
    await expectRestored();
  },
  240_000,
);

/** Arguments of a run that spoils all that a board may be asked for, for long. */
const spoilingLong = (target: string, ...cases: readonly string[]): readonly string[] => {
  const board = ['--device', DEVICE, '--target', target, ...WIRE, '--allow', 'options'];
  return ['conform', ...board, ...selecting(...cases)];
};

/** Starts a long run and waits until it has spoilt something. */
async function startSpoiling(
  target: string,
  env: Readonly<Record<string, string>> = {},
  cases: readonly string[] = ['usart/3.7', 'usart/3.9', 'usart/3.6'],
): Promise<{
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads what it says any more. */
  leave(): void;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
}> {
  const [program, ...words] = cliCommand(spoilingLong(target, ...cases));
  const child = spawn(program!, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment(), ...env },
  });
  const heard = text(child.stderr).catch(() => ''); // it was left
  const ended = Promise.all([once(child, 'exit'), heard]).then(([[code], stderr]) => ({
    code: code as number | null,
    stderr,
  }));
  const spoilt = vi.waitFor(async () => {
    const ledger = images().find((name) => name.endsWith('.wear'));
    if (ledger === undefined) throw new Error('nothing is spoilt yet');
    const { erases } = JSON.parse(
      await readFile(join(folder, 'state', 'vstm32', ledger), 'utf8'),
    ) as { erases: Record<string, number> };
    expect(Object.keys(erases).length).toBeGreaterThan(0);
  }, 60_000);
  const early = ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
  await Promise.race([spoilt, early]);
  early.catch(() => {}); // its end is awaited by the test
  return {
    // as a terminal does it: the workers hear it too
    kill: (signal) => void process.kill(-child.pid!, signal),
    leave: () => void child.stderr.destroy(),
    ended,
  };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s in the middle of a run restores the board',
  async (signal, expected) => {
    const [board, target] = await exported();
    await using _ = board;
    const run = await startSpoiling(target);
    run.kill(signal);
    const { code, stderr } = await run.ended;
    expect(stderr).toMatch(/giving its content back, from .*\.json\n/);
    expect(stderr).toMatch(/verified: \d+ pages were written/);
    expect(code).toBe(expected);
    await board.end();
    await expectRestored();
  },
  180_000,
);

test('under nohup a run outlives its terminal, and restores the board at its end', async () => {
  const [board, target] = await exported();
  await using _ = board;
  const run = await startSpoiling(target, { _: '/usr/bin/nohup' }, ['usart/3.7/one-page']);
  run.kill('SIGHUP');
  const { code, stderr } = await run.ended;
  expect(stderr).toMatch(/verified: \d+ pages were written/);
  expect(code).toBe(0);
  await board.end();
  await expectRestored();
}, 180_000);

test('a run that nobody reads any more ends, and restores the board', async () => {
  const [board, target] = await exported();
  await using _ = board;
  const run = await startSpoiling(target);
  run.leave();
  run.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  await board.end();
  await expectRestored();
}, 180_000);

/** Starts a command in a terminal of its own, as `xterm -e` does, closes that when it has said a text, and waits for its end. */
const WINDOW = `
import os, pty, sys
said, command = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
output = b''
while said not in output:
    output += os.read(terminal, 4096)
os.close(terminal)
os.waitpid(pid, 0)
sys.stdout.buffer.write(output)
`;

test.skipIf(!has('python3'))(
  'in a terminal it is shown how far a board is read, and when that is closed the board is restored',
  async () => {
    const [board, target] = await exported();
    await using _ = board;
    const command = cliCommand(spoilingLong(target, 'usart/3.7', 'usart/3.9'));
    const window = spawn('python3', ['-c', WINDOW, 'unexpected: usart/3.7', ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment() },
    });
    const shown = await text(window.stdout);
    expect(shown).toContain('reading 8 of 16 KiB (50 %)');
    await board.end();
    await expectRestored();
  },
  180_000,
);

test.skipIf(!LINUX)(
  'a run that was killed leaves the image, which the next run names and --restore brings back',
  async () => {
    const [board, target] = await exported();
    await using _ = board;
    const run = await startSpoiling(target);
    run.kill('SIGKILL');
    await run.ended;
    await left(target);
    const file = join(
      folder,
      'state',
      'vstm32',
      images().find((name) => name.endsWith('.json'))!,
    );
    const next = await vstm32(spoiling(target, ...WIRE), environment());
    expect(next.code).toBe(3);
    expect(next.stderr).toContain(`vstm32 conform --restore ${file}`);
    const restored = await vstm32(['conform', '--restore', file], environment());
    expect(restored.stderr).toMatch(/verified: \d+ pages were written/);
    expect(restored.code).toBe(0);
    await board.end();
    await expectRestored();
  },
  180_000,
);

test('a board that goes away in the middle ends the run with 3, and its image stays', async () => {
  const [board, target] = await exported();
  await using _ = board;
  const run = await startSpoiling(target);
  await board.end('SIGKILL');
  const { code, stderr } = await run.ended;
  expect(stderr).toContain('the port vanished');
  expect(stderr).toContain('--restore');
  expect(code).toBe(3);
  expect(images().some((name) => name.endsWith('.json'))).toBe(true);
}, 180_000);

test.skipIf(process.platform === 'win32')(
  'a person is asked for each reset, and presses Enter when it is done',
  async () => {
    const control = join(folder, 'control');
    await using board = await RunningVstm32.start(
      DEVICE,
      '--usart',
      'tcp:127.0.0.1:0',
      '--control',
      control,
    );
    const { port } = board.ready.ports.usart as { port: number };
    const [program, ...words] = cliCommand([
      'conform',
      '--device',
      DEVICE,
      '--target',
      `tcp:127.0.0.1:${port}`,
      '--ask',
      ...selecting('usart/1/sync-acknowledged', 'usart/3.1/count@after-nack'),
    ]);
    const terminal = pty.spawn(program!, words, { cols: 200 });
    let shown = '';
    let asked = 0;
    terminal.onData((data) => {
      shown += data;
      const prompts = shown.split('into its bootloader, then press Enter: ').length - 1;
      if (prompts === asked) return;
      asked = prompts;
      void vstm32(['ctl', control, 'reset']).then(() => terminal.write('\r'));
    });
    const code = await new Promise<number>((resolve) => {
      terminal.onExit(({ exitCode }) => resolve(exitCode));
    });
    expect(shown).toContain('2 pass');
    expect(code).toBe(0);
    expect(asked).toBeGreaterThan(2);
  },
  120_000,
);

test('two boards of a bench file are spoilt side by side, and both restored', async () => {
  const [one, first] = await exported();
  await using _ = one;
  await using other = await RunningVstm32.start(
    'STM32F030x6',
    '--boot0',
    '0',
    ...WIRE,
    '--usart',
    'rfc2217:127.0.0.1:0',
  );
  const { port } = other.ready.ports.usart as { port: number };
  const bench = join(folder, 'bench.yaml');
  const wire = 'wire: "dtr=nrst,rts=boot0"';
  await writeFile(
    bench,
    `boards:
  - { name: one, device: ${DEVICE}, target: "${first}", ${wire}, allow: page }
  - { name: other, device: STM32F030x6, target: "rfc2217:127.0.0.1:${port}", ${wire}, allow: flash }
`,
  );
  const json = join(folder, 'report.json');
  const only = selecting('usart/3.4/blank-flash', 'usart/3.8/one-page@synchronised', 'usart/3.1');
  const args = ['conform', '--bench', bench, ...only, '--inputs', '1', '--json', json];
  const { code, stderr } = await vstm32(args, environment());
  expect(stderr.match(/verified: /g)).toHaveLength(2);
  expect(code).toBe(0);
  const { targets } = JSON.parse(await readFile(json, 'utf8')) as Report;
  expect(targets.map(({ target }) => target)).toEqual(['one', 'other']);
  await one.end();
  await expectRestored();
}, 180_000);
