import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EmulatorError } from '../errors.ts';
import { traceEvent } from '../test/trace-events.ts';
import { formatJsonEvent, formatJsonHeader, parseTrace } from './json.ts';

const header = '{"vstm32-trace":1,"device":"STM32F405"}';

test('the first line names the version and the device', () => {
  expect(formatJsonHeader({ device: 'STM32F405' })).toBe(header);
  expect(formatJsonHeader({ device: 'STM32F405', bootloader: '9.1' })).toBe(
    '{"vstm32-trace":1,"device":"STM32F405","bootloader":"9.1"}',
  );
});

test('bytes are hex digits and times µs, also when the bytes came from a socket', () => {
  const event = {
    time: 12.5,
    kind: 'rx',
    port: 'USART1',
    bytes: Buffer.from([0x31, 0xce]),
  } as const;
  expect(formatJsonEvent(event)).toBe('{"time":12.5,"kind":"rx","port":"USART1","bytes":"31ce"}');
});

test('a trace that is read back is the trace that was written', () => {
  fc.assert(
    fc.property(fc.array(traceEvent), (events) => {
      const about = { device: 'STM32F405', bootloader: '9.1' };
      const lines = [formatJsonHeader(about), ...events.map(formatJsonEvent)];
      for (const line of lines) expect(line).not.toContain('\n');
      expect(parseTrace(`${lines.join('\n')}\n`.split('\n'))).toStrictEqual({ about, events });
    }),
  );
});

test('kinds and fields of a later version are kept', () => {
  const later = '{"time":1,"kind":"frame","port":"CAN1","id":291,"bytes":"01ff"}';
  expect(parseTrace([header, later]).events).toStrictEqual([
    { time: 1, kind: 'frame', port: 'CAN1', id: 291, bytes: Uint8Array.of(1, 255) },
  ]);
});

test.each([
  ['nothing', [], 'line 1 of the trace cannot be read: it is empty'],
  ['text', ['hello'], 'line 1 of the trace cannot be read: not JSON'],
  ['a number', ['7'], 'line 1 of the trace cannot be read: not a JSON object'],
  ['no header', ['{"time":1,"kind":"note","text":""}'], 'the header'],
  ['a later version', ['{"vstm32-trace":2}'], 'version 2, this vstm32 reads 1'],
  ['no device', ['{"vstm32-trace":1}'], 'the header names no device'],
  [
    'no time',
    [header, '', '{"kind":"note"}'],
    'line 3 of the trace cannot be read: the event has no time',
  ],
  ['no kind', [header, '{"time":0}'], 'line 2 of the trace cannot be read: the event has no kind'],
  ['odd hex', [header, '{"time":0,"kind":"rx","bytes":"1"}'], 'not a string of hex digits'],
])('%s is refused with the line and the reason', (_, lines, message) => {
  expect(() => parseTrace(lines)).toThrow(EmulatorError);
  expect(() => parseTrace(lines)).toThrow(message);
});
