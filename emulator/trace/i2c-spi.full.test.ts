import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PcapngWriter } from './pcapng.ts';
import { boardOf } from '../test/boards.ts';
import { I2cHost } from '../test/hosts/i2c-host.ts';
import { SpiHost } from '../test/hosts/spi-host.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** Rows of these fields that tshark finds in a capture of what `act` does to a board. */
async function dissected(
  act: (board: ReturnType<typeof boardOf>) => void,
  ...fields: readonly string[]
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-pcapng-'));
  try {
    const writer = new PcapngWriter({ device: 'STM32F446', bootloader: '9.0', ports: [] });
    const chunks = [...writer.header()];
    const board = boardOf('STM32F446RE');
    board.run();
    board.trace.listen((event) => {
      if (event.kind === 'rx' || event.kind === 'tx') chunks.push(...writer.event(event));
    });
    act(board);
    board.run();
    const file = join(folder, 'session.pcapng');
    writeFileSync(file, Buffer.concat(chunks));
    const chosen = fields.flatMap((field) => ['-e', field]);
    const args = ['-n', '-r', file, '-T', 'fields', '-E', 'separator=/s', ...chosen];
    const { stdout } = await promisify(execFile)('tshark', args);
    return stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(!hasTshark)('tshark shows bus, target and bytes of I2C messages', async () => {
  const rows = await dissected(
    (board) => new I2cHost(board).ask(0x01, 1),
    'i2c.bus',
    'i2c.addr',
    'frame.packet_flags_direction',
    'data.data',
  );
  expect(rows).toEqual([
    '1 0x3c 0x00000001 7801fe',
    '1 0x3c 0x00000002 7979',
    '1 0x3c 0x00000002 7912',
    '1 0x3c 0x00000002 7979',
  ]);
});

test.skipIf(!hasTshark)('tshark opens a capture of SPI and shows its packets', async () => {
  const rows = await dissected(
    (board) => new SpiHost(board).exchange(0x5a, 0, 0),
    'frame.interface_name',
    'frame.len',
  );
  expect(rows).toEqual(['SPI1 2', 'SPI1 2', 'SPI1 3', 'SPI1 3']);
});
