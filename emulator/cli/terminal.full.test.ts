import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { has } from '../test/host-tool.ts';
import { cliCommand } from '../test/vstm32.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-terminal-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** Starts a command as `xterm -e` does, closes the terminal when it has said a text, and prints how it ended. */
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
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const SIGHUP = -1;

test.skipIf(!has('python3')).each([
  ['run', ['STM32F405', '--usart', 'tcp', '--save', 'flash.hex'], 'q quit'],
  [
    'exec',
    ['STM32F405', '--save', 'flash.hex', '--', 'sh', '-c', 'echo it runs; exec sleep 60'],
    'it runs',
  ],
  ['conform', ['--device', 'STM32F405'], ' of '],
  ['fuzz', ['--device', 'STM32F405'], 'sessions'],
])('%s ends of SIGHUP, in order, when its own terminal is closed', (command, args, said) => {
  const saved = path.join(root, 'flash.hex');
  const words = args.map((word) => (word === 'flash.hex' ? saved : word));
  const program = ['-c', WINDOW, said, ...cliCommand([command, ...words])];
  const { stdout, stderr } = spawnSync('python3', program, { encoding: 'utf8', timeout: 60_000 });
  expect({ stdout, stderr }).toEqual({ stdout: `${SIGHUP}\n`, stderr: '' });
  expect(fs.existsSync(saved)).toBe(args.includes('flash.hex'));
});
