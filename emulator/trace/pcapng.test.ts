import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceEvent } from '../test/trace-events.ts';
import { PcapngWriter } from './pcapng.ts';

const about = {
  device: 'STM32F405',
  bootloader: '9.1',
  ports: [{ name: 'USART1', bus: 'uart' }],
} as const;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Splits a capture into blocks, checking that both lengths of each agree. */
function blocksOf(chunks: readonly Uint8Array[]): { type: number; body: Buffer }[] {
  const file = Buffer.concat(chunks);
  const blocks = [];
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32LE(at + 4);
    expect(length % 4).toBe(0);
    expect(file.readUInt32LE(at + length - 4)).toBe(length);
    blocks.push({ type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

test('a capture opens with a little-endian section and one serial interface per port', () => {
  const [section, usart, ...rest] = blocksOf(new PcapngWriter(about).header());
  expect(rest).toEqual([]);
  expect(section!.type).toBe(0x0a0d0d0a);
  expect(hex(section!.body.subarray(0, 16))).toBe('4d3c2b1a' + '01000000' + 'ffffffffffffffff');
  expect(usart!.type).toBe(1);
  expect(usart!.body.readUInt16LE(0)).toBe(250); // LINKTYPE_RTAC_SERIAL
  expect(usart!.body.readUInt32LE(4)).toBe(262_144);
  expect(usart!.body.includes('USART1')).toBe(true);
  expect(usart!.body.includes('STM32F405 bootloader 9.1')).toBe(true);
  expect(hex(usart!.body)).toContain('09000100' + '09000000'); // if_tsresol: ns
});

test('a burst is a packet with its virtual time, its direction and its bytes', () => {
  const writer = new PcapngWriter(about);
  writer.header();
  const [packet] = blocksOf(
    writer.event({ time: 1_500_000.25, kind: 'tx', port: 'USART1', bytes: Uint8Array.of(0x79) }),
  );
  expect(packet!.type).toBe(6);
  const timestamp =
    (BigInt(packet!.body.readUInt32LE(4)) << 32n) | BigInt(packet!.body.readUInt32LE(8));
  expect(timestamp).toBe(BigInt(Date.UTC(2020, 0, 1)) * 1_000_000n + 1_500_000_250n);
  expect(packet!.body.readUInt32LE(12)).toBe(13);
  expect(packet!.body.readUInt32LE(16)).toBe(13);
  const seconds = (Date.UTC(2020, 0, 1) / 1000 + 1).toString(16);
  expect(hex(packet!.body.subarray(20, 36))).toBe(seconds + '0007a120' + '01000000' + '79000000');
  expect(hex(packet!.body.subarray(36))).toBe('02000400' + '02000000' + '00000000'); // outbound, end
});

test('a board that runs in real time has the date in its capture', () => {
  const startedAt = Date.UTC(2026, 10, 30, 12, 0, 0, 250);
  const writer = new PcapngWriter({ ...about, startedAt });
  writer.header();
  const event = {
    time: 1_500_000.25,
    kind: 'tx',
    port: 'USART1',
    bytes: Uint8Array.of(1),
  } as const;
  const [packet] = blocksOf(writer.event(event));
  const timestamp =
    (BigInt(packet!.body.readUInt32LE(4)) << 32n) | BigInt(packet!.body.readUInt32LE(8));
  expect(timestamp).toBe(BigInt(startedAt) * 1_000_000n + 1_500_000_250n);
  expect(packet!.body.readUInt32BE(20)).toBe(Date.UTC(2026, 10, 30, 12, 0, 1) / 1000);
});

test('what the host sends is inbound', () => {
  const [, packet] = blocksOf(
    new PcapngWriter({ ...about, ports: [] }).event({
      time: 0,
      kind: 'rx',
      port: 'USART1',
      bytes: Uint8Array.of(1, 2, 3, 4),
    }),
  );
  expect(packet!.body[20 + 8]).toBe(2); // RTAC: received by the chip
  expect(hex(packet!.body.subarray(36))).toBe('02000400' + '01000000' + '00000000');
});

test('an event without bytes is an empty packet with a comment', () => {
  const writer = new PcapngWriter(about);
  writer.header();
  const [packet, ...rest] = blocksOf(
    writer.event({ time: 0, kind: 'erase', address: 0x0800_4000, length: 0x4000 }),
  );
  expect(rest).toEqual([]);
  expect(packet!.body.readUInt32LE(12)).toBe(12);
  const comment = 'erased 16384 bytes at 0x08004000';
  expect(packet!.body.readUInt16LE(32)).toBe(1);
  expect(packet!.body.readUInt16LE(34)).toBe(comment.length);
  expect(packet!.body.subarray(36, 36 + comment.length).toString()).toBe(comment);
});

test('a port that was not announced is introduced before its first packet, once', () => {
  const writer = new PcapngWriter(about);
  writer.header();
  const event = { time: 0, kind: 'break', port: 'USART3', on: true } as const;
  expect(blocksOf(writer.event(event)).map((block) => block.type)).toEqual([1, 6]);
  const [packet, ...rest] = blocksOf(writer.event(event));
  expect(rest).toEqual([]);
  expect(packet!.body.readUInt32LE(0)).toBe(1);
  expect(packet!.body[20 + 8]).toBe(9); // RTAC: break
});

test('a burst or comment too long for the format is cut, not corrupted', () => {
  const writer = new PcapngWriter(about);
  writer.header();
  const [burst] = blocksOf(
    writer.event({ time: 0, kind: 'tx', port: 'USART1', bytes: new Uint8Array(300_000) }),
  );
  expect(burst!.body.readUInt32LE(12)).toBe(262_144);
  expect(burst!.body.readUInt32LE(16)).toBe(300_012);
  const [note] = blocksOf(writer.event({ time: 0, kind: 'note', text: 'é'.repeat(40_000) }));
  expect(note!.body.readUInt16LE(34)).toBe(65_534);
});

test('equal traces give equal captures of well-formed blocks', () => {
  fc.assert(
    fc.property(fc.array(traceEvent), (events) => {
      const capture = () => {
        const writer = new PcapngWriter(about);
        return Buffer.concat([
          ...writer.header(),
          ...events.flatMap((event) => writer.event(event)),
        ]);
      };
      const file = capture();
      const packets = blocksOf([file]).filter((block) => block.type === 6);
      expect(packets.length).toBe(events.length);
      expect(capture().equals(file)).toBe(true);
    }),
  );
});
