import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { devices } from '../../families/index.ts';
import { createBoard } from '../index.ts';
import { RunningVstm32 } from '../test/vstm32.ts';
import { commands } from './index.ts';
import { attempt } from './program.ts';
import { readyText } from './ready.ts';

test.skipIf(process.platform !== 'linux')(
  'a port keeps its name: another board does not take it from one that is alive',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vstm32-run-'));
    try {
      const name = join(folder, 'board');
      await using first = await RunningVstm32.start('STM32F405', '--usart', `pty:${name}`);
      const port = readlinkSync(name);
      const failure = await attempt(['run', 'STM32F405', '--usart', `pty:${name}`], commands);
      expect(failure?.line).toBe(
        `: ${name} is the port of another board, which is alive: end that, or choose another path`,
      );
      expect(failure?.exitCode).toBe(2);
      expect(readlinkSync(name)).toBe(port);

      await first.end('SIGKILL');
      expect(readlinkSync(name)).toBe(port);
      {
        await using second = await createBoard('STM32F405', { usart: `pty:${name}` });
        expect(second.ports.usart.path).toBe(name);
      }
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('run warns of a port that everybody reaches, and of wires that carry nothing', async () => {
  await using board = await RunningVstm32.start(
    'STM32F405',
    '--usart',
    'tcp:0.0.0.0:0',
    '--wire',
    'ttl',
  );
  expect((await board.end()).stderr.split('\n')).toEqual([
    'vstm32: usart (tcp) listens on every address (0.0.0.0): whoever reaches this machine can read, write and erase the chip; 127.0.0.1 keeps it to this machine',
    'vstm32: --wire has no effect: tcp carries no DTR and RTS; use vstm32 exec, or --usart rfc2217:HOST:PORT or usbip',
    '',
  ]);
});

test.each(['pty', 'tcp'])(
  'run says what a tool that drives DTR and RTS needs: %s',
  async (usart) => {
    await using board = await createBoard('STM32F405', { usart });
    expect(readyText(board, 'STM32F405')).toMatch(
      /no DTR or RTS.*needs vstm32 exec, --usart rfc2217 or usbip/,
    );
  },
);

test('run says how to read the capture that it writes', async () => {
  await using board = await createBoard('STM32F405', { usart: 'tcp:127.0.0.1:0' });
  expect(readyText(board, 'STM32F405', undefined, 'session.pcapng')).toMatch(
    /\n\n {2}capture tshark -X \S+\/stm32-bootloader\.lua'? -r session\.pcapng$/,
  );
  expect(readyText(board, 'STM32F405')).not.toContain('capture');
});

test('run shows an I3C port, and that no link reaches it', async () => {
  const options = { usart: 'tcp:127.0.0.1:0' };
  await using board = await createBoard('STM32H503CB', options);
  expect(readyText(board, 'STM32H503CB')).toMatch(/\n\n {2}I3C1 +in memory alone, .*$/);
  await using other = await createBoard('STM32F405RG', options);
  expect(readyText(other, 'STM32F405RG')).not.toContain('I3C');
});

const WITH_CAN = devices.filter(
  ({ incomplete, bootloaders }) =>
    incomplete === undefined &&
    bootloaders.at(-1)!.interfaces.some((name) => /^(FD)?CAN/.test(name)),
);

test('what run advises for an slcan adapter has the rates of the line', async () => {
  const seen = new Set<string>();
  for (const { id, bootloaders, fdcanRates } of WITH_CAN) {
    const fd = bootloaders
      .at(-1)!
      .interfaces.find((name) => name.includes('CAN'))!
      .startsWith('FD');
    const { nominal, data } = fdcanRates ?? { nominal: 250_000, data: 1_000_000 };
    const advice = fd ? `${nominal} bit/s and ${data} bit/s for data` : '-b 125000';
    if (seen.has(advice)) continue; // one line of each kind
    seen.add(advice);
    await using board = await createBoard(id, { usart: 'tcp:127.0.0.1:0', can: 'slcan' });
    const text = readyText(board, id);
    expect({ id, text }).toEqual({ id, text: expect.stringContaining(advice) as string });
    expect(text.includes('125000')).toBe(!fd);
  }
  expect(seen.size).toBeGreaterThanOrEqual(2);
});
