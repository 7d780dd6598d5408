import { expect, test } from 'vitest';
import { boardOf } from '../test/boards.ts';
import { I3cHost } from '../test/hosts/i3c-host.ts';
import { PcapngWriter } from './pcapng.ts';
import { formatEvent } from './text.ts';
import type { TraceEvent } from './trace.ts';

const PART = 'STM32H503CB';

/** What happens on I3C when a host looks for the chip, asks its version, and goes wrong. */
function session(): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const host = new I3cHost(boardOf(PART, { onTrace: (event) => events.push(event) }));
  host.write([0x5a]);
  host.read(1);
  host.connect();
  host.pins.broadcast(0x00, [0x01]);
  host.pins.broadcast(0x09, [0x00, 0x08]);
  host.ask(0x01, 1);
  host.step(0x00, 0x00);
  return events.filter((event) => 'port' in event && event.port === 'I3C1');
}

test('a trace tells frames, broadcasts, interrupts and the address', () => {
  const lines = session().map((event) => formatEvent(event).replace(/^\s*\S+\s+\S+\s+/, ''));
  expect(lines).toEqual([
    'rx 0x08 not acknowledged',
    'tx 0x08 not acknowledged',
    'address 0x08 assigned',
    'rx 0x08 5A',
    'selected',
    'interrupt 0x08 79',
    'broadcast 0x00 ENEC 01',
    'broadcast 0x09 00 08',
    'rx 0x08 01 FE',
    'command get-version (0x01)',
    'interrupt 0x08 79',
    'tx 0x08 10',
    'interrupt 0x08 79',
    'get-version done',
    'rx 0x08 00 00',
    'NACK: complement: 00 00',
    'interrupt 0x08 1F',
  ]);
});

test('a capture holds them as packets of a link type of our own', () => {
  const writer = new PcapngWriter({ device: PART, bootloader: '14.2', ports: [] });
  const blocks = session().map((event) => writer.event(event));
  const introduced = blocks[0]![0]!;
  expect(new DataView(introduced.buffer, introduced.byteOffset).getUint16(8, true)).toBe(149);
  const packets = blocks.map((each) => {
    const block = each.at(-1)!;
    const length = new DataView(block.buffer, block.byteOffset).getUint32(20, true);
    return Buffer.from(block.subarray(28, 28 + length)).toString('hex');
  });
  expect(packets).toEqual([
    '0108', // not acknowledged
    '0208',
    '00', // the address
    '01085a',
    '00', // selected
    '030879',
    '047e0001',
    '047e090008',
    '010801fe',
    '00', // the command
    '030879',
    '020810',
    '030879',
    '00', // it is done
    '01080000',
    '00', // the reason
    '03081f',
  ]);
});
