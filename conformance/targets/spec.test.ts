import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { addressOf, againOf } from './spec.ts';
import type { BoardSpec } from './spec.ts';

const board: BoardSpec = {
  kind: 'rfc2217',
  host: '::1',
  port: 4000,
  part: { device: 'STM32F405' },
  reset: { by: 'command', command: `echo "it's $HOME" | reset-board !` },
  allow: 'page',
  baud: 57_600,
};

test('an address is in the words of --target', () => {
  expect(addressOf(board)).toBe('rfc2217:[::1]:4000');
  expect(addressOf({ kind: 'memory', part: board.part, allow: 'chip' })).toBe('memory');
});

test('the arguments that make a target again survive a shell', () => {
  const script = `for word in ${againOf(board)}; do printf '%s\\n' "$word"; done`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n')).toEqual([
    '--target',
    'rfc2217:[::1]:4000',
    '--reset-command',
    `echo "it's $HOME" | reset-board !`,
    '--baud',
    '57600',
    '--allow',
    'page',
    '',
  ]);
});

test('the emulator in memory needs no arguments', () => {
  expect(againOf({ kind: 'memory', part: board.part, allow: 'chip' })).toBeUndefined();
});
