import { expect, test } from 'vitest';
import type { BoardOptions } from '../board/board-options.ts';
import { formatEvent } from './text.ts';
import { PcapngWriter } from './pcapng.ts';
import type { TraceEvent } from './trace.ts';
import { boardOf } from '../test/boards.ts';
import { I2cHost } from '../test/hosts/i2c-host.ts';
import { SpiHost } from '../test/hosts/spi-host.ts';

const PART = 'STM32F446RE';

/** A board whose trace is kept, from the bootloader's start on. */
function traced(): { options: BoardOptions; events: TraceEvent[] } {
  const events: TraceEvent[] = [];
  return { options: { onTrace: (event) => events.push(event) }, events };
}

function lines(events: readonly TraceEvent[], port: string): string[] {
  return events
    .filter((event) => 'port' in event && event.port === port)
    .map((event) => formatEvent(event).replace(/^\s*\S+\s+\S+\s+/, ''));
}

/** Packets of a capture, without their blocks' heads. */
function packets(events: readonly TraceEvent[], ports: readonly string[]): string[] {
  const writer = new PcapngWriter({ device: PART, bootloader: '9.0', ports: [] });
  return events
    .filter((event) => 'port' in event && ports.includes(event.port))
    .map((event) => writer.event(event).at(-1)!)
    .map((block) => {
      const view = new DataView(block.buffer, block.byteOffset);
      return Buffer.from(block.subarray(28, 28 + view.getUint32(20, true))).toString('hex');
    });
}

test('a trace tells every I2C message with its address', () => {
  const { options, events } = traced();
  const host = new I2cHost(boardOf(PART, options));
  host.write([], 0x20);
  host.write([]);
  host.ask(0x01, 1);
  host.step(0x00, 0x00);
  expect(lines(events, 'I2C1')).toEqual([
    'rx 0x20 not acknowledged',
    'rx 0x3C no data',
    'selected',
    'rx 0x3C 01 FE',
    'command get-version (0x01)',
    'tx 0x3C 79',
    'tx 0x3C 12',
    'tx 0x3C 79',
    'get-version done',
    'rx 0x3C 00 00',
    'NACK: complement: 00 00',
    'tx 0x3C 1F',
  ]);
});

test('a trace tells the bytes of an SPI in runs, in the order of what they cause', () => {
  const { options, events } = traced();
  const host = new SpiHost(boardOf(PART, options));
  host.sync();
  host.command(0x01);
  expect(lines(events, 'SPI1').slice(0, 3)).toEqual(['rx 5A', 'tx FF', 'selected']);
  const text = lines(events, 'SPI1');
  const frame = text.indexOf('rx 5A 01 FE');
  expect(text.slice(frame, frame + 3)).toEqual([
    'rx 5A 01 FE',
    'tx A5 A5 A5',
    'command get-version (0x01)',
  ]);
  const sent = events.filter(({ kind }) => kind === 'rx').flatMap((event) => bytesOf(event));
  const heard = events.filter(({ kind }) => kind === 'tx').flatMap((event) => bytesOf(event));
  expect(heard).toHaveLength(sent.length);
});

function bytesOf(event: TraceEvent): number[] {
  return 'bytes' in event ? [...event.bytes] : [];
}

test('a capture holds I2C messages with address and direction, and a NACK as a comment', () => {
  const { options, events } = traced();
  const host = new I2cHost(boardOf(PART, options), 'I2C3');
  host.write([], 0x20);
  host.ask(0x01, 1);
  expect(packets(events, ['I2C3'])).toEqual([
    '030000000040',
    '8300000000', // selected
    '03000000007801fe',
    '8300000000', // the command
    '03000000017979',
    '03000000017912',
    '03000000017979',
    '8300000000', // it is done
  ]);
  const writer = new PcapngWriter({ device: PART, bootloader: '9.0', ports: [] });
  const unheard = events.find(({ kind }) => kind === 'rx')!;
  expect(Buffer.concat(writer.event(unheard)).toString('latin1')).toContain('not acknowledged');
});

test('a capture holds MOSI and MISO of an SPI in packets of equal length', () => {
  const { options, events } = traced();
  const host = new SpiHost(boardOf(PART, options));
  host.exchange(0x5a, 0x00, 0x00);
  host.board.run();
  expect(packets(events, ['SPI1'])).toEqual(['015a', '02ff', '00', '010000', '02a579']);
});
