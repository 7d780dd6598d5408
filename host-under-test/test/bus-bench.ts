import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { find, type FoundTool } from '../tools/find.ts';
import { readToolFile } from '../tools/tool-file.ts';

/** Debian's, which has the standard library whatever version managers put first in PATH. */
const PYTHON = '/usr/bin/python3';

const HOSTS = {
  I2C: 'i2c_flasher.py',
  SPI: 'spi_flasher.py',
  CAN: 'can_flasher.py',
  FDCAN: 'can_flasher.py',
} as const;

/** Buses for which the tests have a small host. */
export type HostBus = keyof typeof HOSTS;

/** The small host of the tests for a bus, right, or wrong in the way named, as a YAML file describes it. */
export async function busFlasher(bus: HostBus, wrong = ''): Promise<FoundTool> {
  const host = fileURLToPath(new URL(`./hosts/${HOSTS[bus]}`, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
  try {
    const file = join(folder, 'flasher.yaml');
    const command = `${PYTHON} ${host} ${wrong}`.trim();
    const name = `${bus} flasher`;
    const lines = { name, contract: true, transports: [bus], command };
    writeFileSync(file, JSON.stringify(lines, null, 2)); // JSON is YAML
    return await find(readToolFile(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
