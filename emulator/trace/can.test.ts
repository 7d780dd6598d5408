import { expect, test } from 'vitest';
import { formatEvent } from './text.ts';
import type { TraceEvent } from './trace.ts';
import { boardOf } from '../test/boards.ts';
import { CanHost, FdcanHost } from '../test/hosts/can-host.ts';
import { be32 } from '../test/hosts/usart-host.ts';

/** The lines of a trace on one port, without times. */
function lines(events: readonly TraceEvent[], port: string): string[] {
  return events
    .filter((event) => 'port' in event && event.port === port)
    .map((event) => formatEvent(event).slice(14).replace(/\s+/g, ' '));
}

test('a trace shows CAN frames as can-utils write them, and the reason of a NACK', () => {
  const events: TraceEvent[] = [];
  const host = new CanHost(boardOf('STM32F405RG', { onTrace: (event) => events.push(event) }));
  host.connect();
  host.send(0x11, ...be32(0x4000_0000), 3);
  expect(lines(events, 'CAN2')).toEqual([
    'CAN2 rx 079# not acknowledged',
    'CAN2 rx 079#',
    'CAN2 selected at 125000 baud',
    'CAN2 tx 079#79',
    'CAN2 rx 011#4000000003',
    'CAN2 command read-memory (0x11)',
    'CAN2 request: 0x40000000, 4 bytes',
    expect.stringMatching(/^CAN2 NACK: no-memory/),
    'CAN2 tx 011#1F',
  ]);
});

test('a trace shows CAN FD frames with their flags', () => {
  const events: TraceEvent[] = [];
  const host = new FdcanHost(boardOf('STM32H723ZG', { onTrace: (event) => events.push(event) }));
  host.send(0x02);
  expect(lines(events, 'FDCAN1')).toEqual([
    'FDCAN1 rx 002##1',
    'FDCAN1 selected at 250000 baud',
    'FDCAN1 command get-id (0x02)',
    'FDCAN1 get-id done',
    'FDCAN1 tx 002##179',
    'FDCAN1 tx 002##10483',
    'FDCAN1 tx 002##179',
  ]);
});
