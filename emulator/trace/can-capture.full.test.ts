import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PcapngWriter } from './pcapng.ts';
import type { TraceEvent } from './trace.ts';
import { boardOf } from '../test/boards.ts';
import { CanHost, FdcanHost } from '../test/hosts/can-host.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** One row of `fields` for each packet of the events' capture, as tshark dissects it. */
async function dissect(device: string, events: readonly TraceEvent[], fields: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-can-'));
  try {
    const writer = new PcapngWriter({ device, bootloader: '9.1', ports: [] });
    const file = join(folder, 'session.pcapng');
    await writeFile(
      file,
      Buffer.concat([...writer.header(), ...events.flatMap((event) => writer.event(event))]),
    );
    const named = fields.flatMap((field) => ['-e', field]);
    const args = ['-n', '-r', file, '-Y', 'can or canfd', '-T', 'fields', ...named];
    const { stdout } = await promisify(execFile)('tshark', args);
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.skipIf(!hasTshark)(
  'tshark decodes the CAN frames of a session, and their comments',
  async () => {
    const events: TraceEvent[] = [];
    const host = new CanHost(boardOf('STM32F405RG', { onTrace: (event) => events.push(event) }));
    host.connect();
    host.send(0x02);
    host.send(0x44);
    const fields = ['can.id', 'can.len', 'data.data', 'can.flags.err', 'frame.comment'];
    const rows = await dissect('STM32F405', events, fields);
    const frames = rows.filter(([, , , error]) => error === '0').map((row) => row.slice(0, 3));
    expect(frames).toEqual([
      ['121', '0', ''],
      ['121', '0', ''],
      ['121', '1', '79'],
      ['2', '0', ''],
      ['2', '1', '79'],
      ['2', '2', '0413'],
      ['2', '1', '79'],
      ['68', '0', ''],
      ['68', '1', '1f'],
    ]);
    const comments = rows.map((row) => row[4]).join('\n');
    expect(comments).toContain('command get-id (0x02)');
    expect(comments).toContain('NACK: unknown-command: opcode 0x44');
  },
);

test.skipIf(!hasTshark)('tshark decodes frames of CAN FD with their bit rate switch', async () => {
  const events: TraceEvent[] = [];
  const host = new FdcanHost(boardOf('STM32H723ZG', { onTrace: (event) => events.push(event) }));
  host.read(0x0800_0000, 64);
  const fields = ['can.id', 'can.len', 'canfd.flags.brs', 'frame.protocols'];
  const rows = await dissect('STM32H723', events, fields);
  expect(rows.filter(([, , brs]) => brs !== '').map((row) => row.slice(0, 3))).toEqual([
    ['17', '5', '1'],
    ['17', '1', '1'],
    ['17', '64', '1'],
    ['17', '1', '1'],
  ]);
  expect(rows.every((row) => !row[3]!.includes('malformed'))).toBe(true);
});
