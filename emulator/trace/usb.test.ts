import { expect, test } from 'vitest';
import { PcapngWriter } from './pcapng.ts';
import { describeEvent } from './text.ts';
import type { TraceEvent } from './trace.ts';

const setup = { bmRequestType: 0xa1, bRequest: 3, wValue: 0, wIndex: 0, wLength: 6 };
const download = { bmRequestType: 0x21, bRequest: 1, wValue: 2, wIndex: 0, wLength: 4 };
const nothing = new Uint8Array();
const at = { time: 1_500_000.25, port: 'USB' } as const;

test.each([
  [{ kind: 'attach', on: true }, 'on the bus'],
  [{ kind: 'attach', on: false }, 'off the bus'],
  [{ kind: 'bus-reset' }, 'bus reset'],
  [
    { kind: 'setup', request: 'GETSTATUS', setup, bytes: nothing },
    'setup GETSTATUS wValue 0x0000 wIndex 0 wLength 6',
  ],
  [
    { kind: 'setup', request: 'DNLOAD', setup: download, bytes: Uint8Array.of(1, 2, 3, 4) },
    'setup DNLOAD wValue 0x0002 wIndex 0 wLength 4: 01 02 03 04',
  ],
  [{ kind: 'answer', setup, answer: 'done', bytes: Uint8Array.of(0, 5) }, 'answer 00 05'],
  [{ kind: 'answer', setup: download, answer: 'done', bytes: nothing }, 'done'],
  [{ kind: 'answer', setup, answer: 'stall', reason: 'why', bytes: nothing }, 'STALL: why'],
  [{ kind: 'answer', setup, answer: 'none', reason: 'why', bytes: nothing }, 'no answer: why'],
  [{ kind: 'dfu-state', state: 'dfuIDLE', status: 'OK' }, 'dfuIDLE, OK'],
  [
    { kind: 'command', name: 'erase', opcode: 0x41, address: 0x0800_4000 },
    'command erase (0x41) at 0x08004000',
  ],
] as const)('%j is told as %s', (event, text) => {
  expect(describeEvent({ ...at, ...event } as TraceEvent)).toBe(text);
});

/** The packet of an event in a capture, without the block around it. */
function packet(event: object): Buffer {
  const about = { device: 'x', bootloader: '1', ports: [{ name: 'USB', bus: 'usb' }] } as const;
  const [block] = new PcapngWriter(about).event({ ...at, ...event } as TraceEvent).slice(-1);
  const whole = Buffer.from(block!);
  return whole.subarray(28, 28 + whole.readUInt32LE(20));
}

test('a control transfer is a URB submitted and a URB completed', () => {
  const submitted = packet({ kind: 'setup', request: 'GETSTATUS', setup, bytes: nothing });
  expect(submitted).toHaveLength(64);
  expect(submitted[8]).toBe('S'.charCodeAt(0));
  expect([...submitted.subarray(9, 16)]).toEqual([2, 0x80, 1, 1, 0, 0, 0x3c]); // IN, no data yet
  expect(submitted.readBigInt64LE(16)).toBe(BigInt(Date.UTC(2020, 0, 1) / 1000 + 1));
  expect(submitted.readInt32LE(24)).toBe(500_000);
  expect(submitted.readInt32LE(28)).toBe(-115);
  expect([...submitted.subarray(32, 40)]).toEqual([6, 0, 0, 0, 0, 0, 0, 0]);
  expect([...submitted.subarray(40, 48)]).toEqual([0xa1, 3, 0, 0, 0, 0, 6, 0]);

  const completed = packet({ kind: 'answer', setup, answer: 'done', bytes: Uint8Array.of(0, 5) });
  expect(completed[8]).toBe('C'.charCodeAt(0));
  expect([...completed.subarray(9, 16)]).toEqual([2, 0x80, 1, 1, 0, 0x2d, 0]);
  expect(completed.readInt32LE(28)).toBe(0);
  expect([...completed.subarray(32, 40)]).toEqual([2, 0, 0, 0, 2, 0, 0, 0]);
  expect([...completed.subarray(64)]).toEqual([0, 5]);
});

test('OUT data goes with the submitted URB, a STALL is an error of the completed one', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const submitted = packet({ kind: 'setup', request: 'DNLOAD', setup: download, bytes });
  expect([submitted[10], submitted[15], submitted.readUInt32LE(36)]).toEqual([0, 0, 4]);
  expect([...submitted.subarray(64)]).toEqual([1, 2, 3, 4]);
  const stalled = packet({ kind: 'answer', setup: download, answer: 'stall', bytes: nothing });
  expect([stalled[15], stalled.readInt32LE(28)]).toEqual([0x3e, -32]);
  const unanswered = packet({ kind: 'answer', setup, answer: 'none', bytes: nothing });
  expect(unanswered.readInt32LE(28)).toBe(-108);
});

test('what is no transfer is an empty packet away from the control pipe', () => {
  const mark = packet({ kind: 'dfu-state', state: 'dfuIDLE', status: 'OK' });
  expect(mark).toHaveLength(64);
  expect([...mark.subarray(8, 12)]).toEqual(['C'.charCodeAt(0), 1, 0x8f, 0]);
});
