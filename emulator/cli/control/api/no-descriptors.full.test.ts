import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { RunningVstm32 } from '../../../test/vstm32.ts';

const missing = spawnSync('prlimit', ['--version']).error !== undefined;

/** What a server is asked for the first time while it has no descriptor left, in this order. */
const ASKED: readonly (readonly [method: string, path: string, body?: object])[] = [
  ['POST', '/boards', { id: 'pty', device: 'STM32F405' }],
  ['POST', '/boards', { id: 'tcp', device: 'STM32F405', usart: 'tcp' }],
  ['POST', '/boards', { id: 'rfc2217', device: 'STM32F405', usart: 'rfc2217' }],
  ['POST', '/boards', { id: 'pirate', device: 'STM32F446', usart: 'tcp', i2c: 'buspirate' }],
  ['POST', '/boards', { id: 'spi', device: 'STM32F446', usart: 'tcp', spi: 'buspirate' }],
  ['POST', '/boards', { id: 'slcan', device: 'STM32F446', usart: 'tcp', can: 'slcan' }],
  ['POST', '/boards', { id: 'usb', device: 'STM32F446', usart: 'usbip:127.0.0.1:0' }],
  ...['usb', 'i2c', 'can'].map(
    (bus) =>
      [
        'POST',
        '/boards',
        { id: `usbip-${bus}`, device: 'STM32F446', usart: 'tcp', [bus]: 'usbip:127.0.0.1:0' },
      ] as const,
  ),
  ['GET', '/boards/there/image?format=hex'],
  ['GET', '/boards/there/capture'],
  ['GET', '/boards/there/trace'],
  ['GET', '/openapi.json'],
  ['GET', '/'],
  ['POST', '/boards/there/preload'],
];

test.skipIf(missing)(
  'a server that had no descriptor left does all that it is asked for when it has some again',
  { timeout: 60_000 },
  async () => {
    await using server = await RunningVstm32.command('serve');
    const { pid, ready } = server;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (method: string, path: string, body?: object) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const asked = request(`${ready.api}${path}`, { method, agent, headers });
      asked.end(body === undefined ? undefined : JSON.stringify(body));
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      return { status: response.statusCode!, said: await text(response) };
    };
    const limit = (most: string): void => {
      expect(spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${most}:`]).status).toBe(0);
    };
    const before = spawnSync('prlimit', [
      '--pid',
      `${pid}`,
      '--nofile',
      '-o',
      'SOFT',
      '--noheadings',
    ]);
    await ask('POST', '/boards', { id: 'there', device: 'STM32F405' });
    limit('1');
    const failed: string[] = [];
    for (const asked of ASKED) {
      const { status, said } = await ask(...asked);
      if (status >= 400) failed.push(said);
    }
    expect(failed.length).toBeGreaterThan(8);
    limit(String(before.stdout).trim());
    for (const asked of ASKED) {
      const { status, said } = await ask(...asked);
      expect(status, `${JSON.stringify(asked)}: ${said}`).toBeLessThan(300);
    }
    agent.destroy();
    expect(failed).toContain(
      '{"error":"tcp:127.0.0.1:0 cannot be opened: this process has no descriptor left; remove boards, or raise ulimit -n"}',
    );
  },
);
