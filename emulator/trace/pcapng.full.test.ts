import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boardOf } from '../test/boards.ts';
import { traceEvent } from '../test/trace-events.ts';
import { UsartHost } from '../test/hosts/usart-host.ts';
import { PcapngWriter } from './pcapng.ts';
import { describeEvent } from './text.ts';
import type { TraceEvent } from './trace.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const about = {
  device: 'STM32F405',
  bootloader: '9.1',
  ports: [{ name: 'USART1', bus: 'uart' }],
} as const;

/** What tshark makes of the capture of `events`: one row of `fields` per packet. */
async function dissect(events: readonly TraceEvent[], fields: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-pcapng-'));
  try {
    const writer = new PcapngWriter(about);
    const file = join(folder, 'session.pcapng');
    const chunks = [...writer.header(), ...events.flatMap((event) => writer.event(event))];
    await writeFile(file, Buffer.concat(chunks));
    const { stdout, stderr } = await promisify(execFile)(
      'tshark',
      [
        '-n',
        '-r',
        file,
        '-T',
        'fields',
        '-E',
        'quote=n',
        ...fields.flatMap((field) => ['-e', field]),
      ],
      { maxBuffer: 1 << 26 },
    );
    const complaints = stderr
      .split('\n')
      .filter((line) => !/^$|running as|user "root"/i.test(line));
    return {
      rows: stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')),
      complaints,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.skipIf(!hasTshark)(
  'tshark shows bytes, directions, times and comments of a session',
  async () => {
    const port = 'USART1';
    const { rows, complaints } = await dissect(
      [
        { time: 0, kind: 'boot', area: 'system-memory', why: 'BOOT0 = 1' },
        { time: 1000, kind: 'rx', port, bytes: Uint8Array.of(0x7f) },
        { time: 1250.125, kind: 'tx', port, bytes: Uint8Array.of(0x79) },
        { time: 2000, kind: 'command', port, name: 'erase', opcode: 0x43 },
        { time: 2000, kind: 'nack', port: 'USART3', reason: 'not supported' },
      ],
      [
        'frame.time_relative',
        'frame.interface_name',
        'frame.interface_description',
        'frame.packet_flags_direction',
        'frame.len',
        'data.data',
        'frame.comment',
      ],
    );
    expect(complaints).toEqual([]);
    expect(rows.map((row) => row.join(' | '))).toMatchInlineSnapshot(`
      [
        "0.000000000 | USART1 | STM32F405 bootloader 9.1 |  | 12 |  | boot from system-memory: BOOT0 = 1",
        "0.001000000 | USART1 | STM32F405 bootloader 9.1 | 0x00000001 | 13 | 7f | ",
        "0.001250125 | USART1 | STM32F405 bootloader 9.1 | 0x00000002 | 13 | 79 | ",
        "0.002000000 | USART1 | STM32F405 bootloader 9.1 |  | 12 |  | command erase (0x43)",
        "0.002000000 | USART3 | STM32F405 bootloader 9.1 |  | 12 |  | NACK: not supported",
      ]
    `);
  },
);

test.skipIf(!hasTshark)('tshark reads the capture of any trace without an error', async () => {
  const events = fc.sample(traceEvent, { numRuns: 2000, seed: 20 });
  const { rows, complaints } = await dissect(events, [
    'frame.number',
    '_ws.malformed',
    'frame.comment',
  ]);
  expect(complaints).toEqual([]);
  expect(rows.length).toBe(events.length);
  expect(rows.filter(([, malformed]) => malformed !== '')).toEqual([]);
  const comments = rows.map(([, , comment]) => comment);
  expect(comments).toContain(describeEvent(events.find((event) => event.kind === 'erase')!));
});

test.skipIf(!hasTshark)('tshark reads what a board did in a session', async () => {
  const events: TraceEvent[] = [];
  const host = new UsartHost(boardOf('STM32F405RG', { onTrace: (event) => events.push(event) }));
  host.sync();
  host.write(0x0800_0000, [1, 2, 3, 4]);
  host.read(0x0000_0000, 4);
  host.massErase();
  const { rows, complaints } = await dissect(events, ['data.data', 'frame.comment']);
  expect(complaints).toEqual([]);
  const comments = rows.map(([, comment]) => comment);
  expect(comments).toContain('command write-memory (0x31)');
  expect(comments).toContain('programmed 4 bytes at 0x08000000');
  expect(comments.filter((comment) => comment!.startsWith('NACK: '))).toHaveLength(1);
  expect(rows.map(([data]) => data)).toContain('0301020304' + '07');
});
