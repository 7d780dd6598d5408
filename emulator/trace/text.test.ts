import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceEvent } from '../test/trace-events.ts';
import { formatEvent, formatLine } from './text.ts';
import type { TraceEvent } from './trace.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const port = 'USART1';

test('a session reads line by line', () => {
  const session: TraceEvent[] = [
    { time: 0, kind: 'power', on: true },
    { time: 0, kind: 'boot', area: 'system-memory', why: 'BOOT0 = 1, BOOT1 = 0' },
    { time: 12_000, kind: 'line', port, line: { baud: 115_200, parity: 'even', dataBits: 8 } },
    { time: 12_000.4, kind: 'rx', port, bytes: bytes(0x7f) },
    { time: 12_255.6, kind: 'select', port, baud: 115_207.37 },
    { time: 12_255.6, kind: 'tx', port, bytes: bytes(0x79) },
    { time: 13_000, kind: 'command', port, name: 'write-memory', opcode: 0x31 },
    { time: 14_000, kind: 'rx', port, bytes: Uint8Array.from({ length: 258 }, (_, i) => i) },
    { time: 17_000, kind: 'program', address: 0x0800_0000, length: 256 },
    {
      time: 18_000,
      kind: 'lost',
      operation: 'program',
      address: 0x0800_0101,
      length: 1,
      why: 'write-protected',
    },
    { time: 18_100, kind: 'nack', port, reason: 'the complement of 0x42 is 0xBD, not 0x00' },
    { time: 19_000, kind: 'pin', name: 'BOOT0', level: 0 },
    { time: 19_500, kind: 'jump', address: 0x0800_0000, stack: 0x2002_0000, to: 'banner' },
    { time: 1e9, kind: 'note', text: 'tcp: the host left' },
  ];
  expect(session.map(formatEvent).join('\n')).toMatchInlineSnapshot(`
    "       0.000  board   power on
           0.000  chip    boot from system-memory: BOOT0 = 1, BOOT1 = 0
          12.000  USART1  line 115200 8E?
          12.000  USART1  rx 7F
          12.256  USART1  selected at 115207.4 baud
          12.256  USART1  tx 79
          13.000  USART1  command write-memory (0x31)
          14.000  USART1  rx 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F … (258 bytes)
          17.000  chip    programmed 256 bytes at 0x08000000
          18.000  chip    lost: program of 1 byte at 0x08000101: write-protected
          18.100  USART1  NACK: the complement of 0x42 is 0xBD, not 0x00
          19.000  board   BOOT0 = 0
          19.500  chip    jump to banner: vector at 0x08000000, stack 0x20020000
     1000000.000          tcp: the host left"
  `);
});

test('a line shows what is known of it', () => {
  expect(formatLine({ baud: 9600, parity: 'none', dataBits: 8, stopBits: 1.5 })).toBe('9600 8N1.5');
  expect(formatLine({ baud: 9600 })).toBe('9600 baud');
  expect(formatLine({ baud: 9600, parity: 'even' })).toBe('9600 ?E?');
  expect(formatLine({ parity: 'odd', dataBits: 7, stopBits: 2 })).toBe('7O2');
  expect(formatLine({})).toBe('unknown');
});

test('every event is exactly one line without control characters', () => {
  fc.assert(
    fc.property(traceEvent, (event) => {
      expect(formatEvent(event)).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
    }),
  );
});
