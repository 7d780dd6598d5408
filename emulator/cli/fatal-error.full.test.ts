import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { has } from '../test/host-tool.ts';
import { cliCommand } from '../test/vstm32.ts';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-fatal-'));
});
afterEach(() => {
  if (hostIsAlive()) process.kill(Number(fs.readFileSync(inRoot('pid'), 'utf8')), 'SIGKILL');
  fs.rmSync(root, { recursive: true, force: true });
});

const inRoot = (name: string): string => path.join(root, name);

/** Read, erase and write of one page, over and over: a journal of them soon is longer than files may be. */
const HOST = `
import os, sys, termios, time
with open(sys.argv[2], 'w') as file:
    file.write(str(os.getpid()))
port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
line = termios.tcgetattr(port)
line[2] |= termios.PARENB
try:
    termios.tcsetattr(port, termios.TCSANOW, line)
except termios.error:
    pass # a pty has no parity
def ask(*data):
    os.write(port, bytes(data))
    if os.read(port, 1) != b'\\x79':
        sys.exit('refused')
ask(0x7f)
try:
    for turn in range(100):
        ask(0x44, 0xbb); ask(0, 0, 0, 1, 1)
        ask(0x31, 0xce); ask(8, 0, 0, 0, 8); ask(255, *([turn] * 256), 255)
except OSError:
    pass
while True:
    time.sleep(60)
`;

/** The host, whose number is in a file as soon as it runs; it never ends by itself. */
function host(port: string): readonly string[] {
  return ['python3', '-c', HOST, port, inRoot('pid')];
}

const hostIsAlive = (): boolean => {
  try {
    return process.kill(Number(fs.readFileSync(inRoot('pid'), 'utf8')), 0);
  } catch {
    return false;
  }
};

/** Runs the command line where no file may be longer than 12 KiB, and waits for its end. */
async function limited(args: readonly string[]) {
  const command = ['ulimit -f 12; exec "$@"', 'bash', ...cliCommand(args)];
  fs.mkdirSync(inRoot('tmp'));
  const child = spawn('bash', ['-c', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: inRoot('tmp') },
  });
  const stderr = text(child.stderr);
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exit, stderr };
}

const kept = (): readonly string[] => [
  '--state',
  inRoot('state'),
  '--save',
  inRoot('flash.hex'),
  '--control',
  inRoot('control'),
  '--trace',
  `text:${inRoot('trace')}`,
];

/** What every command leaves behind when it has failed in the middle. */
function expectInOrder(stderr: string): void {
  expect(stderr).toContain('the chip cannot be kept in');
  expect(stderr).not.toContain('SuppressedError');
  expect(fs.readFileSync(inRoot('flash.hex'), 'utf8')).toMatch(/:10000000(..)\1{15}/);
  expect(fs.existsSync(inRoot('control'))).toBe(false);
}

test.skipIf(!has('python3'))(
  'run that cannot go on saves, takes away what it made, and says why',
  async () => {
    const link = inRoot('port');
    const { child, exit, stderr } = await limited([
      'run',
      'STM32F405',
      '--usart',
      `pty:${link}`,
      ...kept(),
    ]);
    await once(child.stdout, 'data');
    const [program, ...words] = host(link);
    const running = spawn(program!, words, { stdio: 'ignore' });
    const early = once(running, 'exit').then(() => 'the host has ended');
    expect(await Promise.race([exit, early])).toEqual([3, null]);
    expectInOrder(await stderr);
    expect(fs.lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
  },
);

test.skipIf(!has('python3'))('exec that cannot go on ends the tool too', async () => {
  const { child, exit, stderr } = await limited([
    'exec',
    'STM32F405',
    ...kept(),
    '--',
    ...host('{usart}'),
  ]);
  child.stdout.resume();
  expect(await exit).toEqual([125, null]);
  expect(hostIsAlive()).toBe(false);
  expectInOrder(await stderr);
  expect(fs.readdirSync(inRoot('tmp')).filter((name) => name.startsWith('vstm32-'))).toEqual([]);
});
