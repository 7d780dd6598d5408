import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boardOf } from '../test/boards.ts';
import { CanHost, FdcanHost } from '../test/hosts/can-host.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { I2cHost } from '../test/hosts/i2c-host.ts';
import { I3cHost } from '../test/hosts/i3c-host.ts';
import { SpiHost } from '../test/hosts/spi-host.ts';
import { UsartHost } from '../test/hosts/usart-host.ts';
import { traceEvent } from '../test/trace-events.ts';
import { DISSECTOR } from './dissector.ts';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcapng-blocks.ts';
import { PcapngWriter } from './pcapng.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** Bytes that mean something to a bootloader more often than by chance. */
const octet = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 0x11, 0x1f, 0x21, 0x31, 0x41, 0x44, 0x5a, 0x79, 0x7f, 0xa1, 0xff),
  fc.nat(0xff),
);
const opcode = fc.constantFrom(0, 1, 2, 0x11, 0x21, 0x31, 0x43, 0x44, 0x50, 0x51, 0x63, 0x73, 0xa1);
const octets = fc.oneof(
  fc.array(octet, { maxLength: 40 }),
  opcode.map((code) => [code, code ^ 0xff]),
  opcode.map((code) => [0x5a, code, code ^ 0xff]),
  fc.constantFrom([0x79], [0x1f], [0x7f], [0x5a]),
);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** What packets begin with, by LINKTYPE_ number. */
const HEADS: Readonly<Record<number, fc.Arbitrary<readonly number[]>>> = {
  148: fc.nat(4).map((what) => [what]),
  149: fc.nat(5).map((what) => [what, 8]),
  209: fc.constantFrom([1, 0, 0, 0, 0, 0x78], [1, 0, 0, 0, 1, 0x79], [0x81, 0, 0, 0, 0]),
  220: fc
    .tuple(fc.constantFrom(0x53, 0x43), fc.constantFrom(0, 0x80), fc.array(octet, { minLength: 8, maxLength: 8 }))
    .map(([event, endpoint, setup]) => [
      ...zeros(8),
      ...[event, 2, endpoint, 1, 1, 0, 0, 0],
      ...zeros(24),
      ...[setup[0]! % 2 === 0 ? 0x21 : 0xa1, ...setup.slice(1)],
      ...zeros(16),
    ]),
  227: fc.tuple(octet, fc.nat(64), fc.constantFrom(0, 4)).map(([id, length, fd]) => [0, 0, 0, id, length, fd, 0, 0]),
  250: fc.constantFrom(0, 1, 2, 2, 9).map((event) => [...zeros(8), event, 0, 0, 0]),
};

/** What tshark says of a capture with the dissector; nothing that it complains of passes. */
async function tshark(capture: Uint8Array, ...options: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-dissector-'));
  try {
    const file = join(folder, 'session.pcapng');
    await writeFile(file, capture);
    const args = ['-n', '-X', `lua_script:${DISSECTOR}`, '-r', file, ...options];
    const { stdout, stderr } = await promisify(execFile)('tshark', args, { maxBuffer: 1 << 28 });
    const complaints = stderr.split('\n').filter((line) => !/^$|running as|"root"/i.test(line));
    expect(complaints).toEqual([]);
    expect(stdout).not.toContain('Lua Error');
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf(!hasTshark)('the dissector, for which tshark is missing', () => {
  test('reads any bytes on any link without an error of its own', async () => {
    const links = Object.keys(HEADS).map((linkType) => ({
      linkType: Number(linkType),
      name: `link ${linkType}`,
      description: '',
    }));
    const packet = fc.nat(links.length - 1).chain((interfaceId) =>
      fc.record({
        interfaceId: fc.constant(interfaceId),
        timestamp: fc.constant(0n),
        data: fc
          .tuple(HEADS[links[interfaceId]!.linkType]!, octets)
          .map(([head, rest]) => Uint8Array.from([...head, ...rest])),
        direction: fc.constantFrom('inbound' as const, 'outbound' as const),
        comment: fc.constantFrom('reset: NRST', 'NACK: why', 'rx not acknowledged', ''),
      }),
    );
    const packets = fc.sample(packet, { numRuns: 5000, seed: 1 });
    const capture = Buffer.concat([
      sectionHeader('test'),
      ...links.map(interfaceDescription),
      ...packets.map(enhancedPacket),
    ]);
    await tshark(capture, '-V');
  });
});
