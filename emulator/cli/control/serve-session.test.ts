import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readBoardOptions } from '../board-options.ts';
import { openSession } from '../session.ts';
import { TraceLog } from './api/trace-log.ts';
import { parseHttp, serveSession } from './serve-session.ts';

test.each(['', ' ', '\t\n'])('a token of no words (%j) admits nobody', (token) => {
  for (const http of ['0.0.0.0:8080', '127.0.0.1:8080']) {
    expect(() => parseHttp({ http, token })).toThrow(
      `--token '${token}': it says no words, as that of a variable that is not set: name some, or leave --token out`,
    );
  }
});

test.each([
  ['8080', '127.0.0.1', 8080],
  ['127.0.0.1', '127.0.0.1', 0],
  ['127.0.0.2:80', '127.0.0.2', 80],
  ['LOCALHOST:0', 'LOCALHOST', 0],
  ['::1', '::1', 0],
  ['[::1]', '::1', 0],
  ['[0:0:0:0:0:0:0:1]:80', '0:0:0:0:0:0:0:1', 80],
])('--http %s is host %s and port %i of this machine', (http, host, port) => {
  expect(parseHttp({ http })).toEqual({ host, port });
});

test.each([
  '127.0.0.1:999999',
  '65536',
  ':::',
  'localhost:',
  '[::1',
  'a b:0',
  'http://localhost:80',
])('--http %s is refused with what to write', (http) => {
  expect(() => parseHttp({ http, token: 'words' })).toThrow(
    `--http ${http}: write HOST:PORT, as 127.0.0.1:8080 or [::1]:8080, or a port`,
  );
});

test.each(['0.0.0.0', '::', '[::]:80', '128.0.0.1:0', 'localhost.example:0', '127.0.0.1.example'])(
  '--http %s is reached by others, and wants a token',
  (http) => {
    expect(() => parseHttp({ http })).toThrow('others than this machine reach it');
    expect(parseHttp({ http, token: 'words' })).toMatchObject({ token: 'words' });
  },
);

test.skipIf(process.platform !== 'linux')(
  'the API of a command ends with what its clients have preloaded',
  async () => {
    const argv = { device: 'STM32F405', usart: ['pty'], http: '127.0.0.1:0' };
    const log = new TraceLog();
    await using session = await openSession(readBoardOptions(argv), (event) => log.add(event));
    const api = (await serveSession(argv, session, log))!;
    const answer = await fetch(`${api.url}/boards/board/preload`, { method: 'POST' });
    const { env } = (await answer.json()) as { env: Record<string, string> };
    const folder = dirname(env['VSTM32_TTY']!.split('\n')[0]!.split('=')[1]!);
    expect(existsSync(folder)).toBe(true);
    await api[Symbol.asyncDispose]();
    expect(existsSync(folder)).toBe(false);
  },
);
