import { spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openBench } from '../../test/hosts/pty-fixture.ts';
import { openPreload, preloadedPty, type PreloadedPort } from './open-preload.ts';

const hasCc = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

test('without ports nothing is preloaded', async () => {
  await using preload = await openPreload([], { LD_PRELOAD: 'other.so' });
  expect(preload.env).toEqual({});
});

describe.skipIf(!hasCc)('the environment of a tool', () => {
  test('names each library once, before what is preloaded already, and a socket for each port', async () => {
    await using first = await openBench();
    await using second = await openBench();
    const ports = [first, second].map(({ link }) => preloadedPty(link));
    const { env } = process;
    const preload = await openPreload(ports, { ...env, LD_PRELOAD: 'other.so' });
    const [library, other] = preload.env['LD_PRELOAD']!.split(' ');
    expect(other).toBe('other.so');
    expect(readlinkSync(library!)).toMatch(/\/tty-\w+\.so$/);
    const lines = preload.env['VSTM32_TTY']!.split('\n').map((line) => line.split('='));
    expect(lines.map(([device]) => device)).toEqual([first, second].map(({ link }) => link.path));

    const socket = connect(lines[1]![1]!);
    await once(socket, 'connect');
    socket.write('open 1\n');
    await once(socket, 'data');
    expect(second.usart.log).toEqual(['lines dtr rts']);
    expect(first.usart.log).toEqual([]);
    await preload[Symbol.asyncDispose]();
    expect(existsSync(library!)).toBe(false);
  });

  test('leaves nothing behind when a port cannot be served', async () => {
    await using bench = await openBench();
    let socket = '';
    const broken: PreloadedPort = {
      ...preloadedPty(bench.link),
      serve: async (path) => {
        socket = path;
        throw new Error('no');
      },
    };
    await expect(openPreload([preloadedPty(bench.link), broken])).rejects.toThrow('no');
    expect(existsSync(socket.replace(/\/[^/]*$/, ''))).toBe(false);
  });
});
