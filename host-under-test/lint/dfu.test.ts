import { expect, test } from 'vitest';
import type { Setup, TraceEvent } from '../../emulator/index.ts';
import { makeBoard, pictureOf } from '../bench-board.ts';
import { lintDfu } from './dfu.ts';
import { dfu, F405 } from '../scenarios/define.ts';

const FLASH = [0x00, 0x00, 0x00, 0x08];

/** A board, in dfuIDLE, a host of few words, and what the lint finds at the end. */
function host(filled?: number) {
  const trace: TraceEvent[] = [];
  const content = filled === undefined ? { blank: true as const } : { filled, until: 4096 };
  const board = makeBoard(
    dfu('X', {
      symptom: '',
      source: '',
      board: { ...F405, ...content, quirks: { 'dfu-starts-in-error': false } },
      job: { do: 'detect' },
      expect: [],
    }),
    (event) => trace.push(event),
  );
  const before = pictureOf(board);
  const ask = (setup: Omit<Setup, 'wIndex'>, data: readonly number[] = []): void => {
    board.usb().control({ ...setup, wIndex: 0 }, Uint8Array.from(data));
    board.run();
  };
  const self = {
    wait: (ms: number) => {
      board.clock.advanceTo(board.clock.now + ms * 1000);
      return self;
    },
    describe: () => {
      ask({ bmRequestType: 0x80, bRequest: 6, wValue: 0x0200, wLength: 255 });
      return self;
    },
    dnload: (block: number, data: readonly number[]) => {
      ask({ bmRequestType: 0x21, bRequest: 1, wValue: block, wLength: data.length }, data);
      return self;
    },
    status: (wLength = 6) => {
      ask({ bmRequestType: 0xa1, bRequest: 3, wValue: 0, wLength });
      return self;
    },
    clear: () => {
      ask({ bmRequestType: 0x21, bRequest: 4, wValue: 0, wLength: 0 });
      return self;
    },
    /** A command as it should be given. */
    command: (block: number, data: readonly number[]) =>
      self.dnload(block, data).status().wait(200).status(),
    found: (realTime = true) =>
      lintDfu(trace, before, { realTime }).map(({ rule, octets }) => `${rule}: ${octets}`),
  };
  return self;
}

test('a host that does as AN3156 says has no finding', () => {
  const good = host(0xa5).describe().status();
  good
    .command(0, [0x41, ...FLASH])
    .command(0, [0x21, ...FLASH])
    .command(2, [1, 2, 3, 4]);
  expect(good.found()).toEqual([]);
});

test('a block behind a block that no GETSTATUS has followed', () => {
  expect(
    host()
      .dnload(0, [0x21, ...FLASH])
      .dnload(2, [1, 2])
      .found(),
  ).toEqual([
    'no-getstatus-after-dnload: 21 01 02 00 00 00 02 00 | 01 02 (DNLOAD, block 2, 2 bytes)',
    'request-out-of-place: 21 01 02 00 00 00 02 00 | 01 02 (DNLOAD, block 2, 2 bytes)',
  ]);
});

test('a GETSTATUS before bwPollTimeout is over, where waits can be seen', () => {
  const hasty = host()
    .dnload(0, [0x21, ...FLASH])
    .status()
    .status();
  expect(hasty.found()).toEqual([
    'poll-timeout-ignored: A1 03 00 00 00 00 06 00 (GETSTATUS, 6 bytes)',
  ]);
  expect(hasty.found(false)).toEqual([]);
});

test('a download in dfuERROR', () => {
  const blind = host()
    .command(0, [0x55])
    .dnload(0, [0x21, ...FLASH]);
  expect(blind.found()).toEqual([
    'request-out-of-place: 21 01 00 00 00 00 05 00 | 21 00 00 00 08 (DNLOAD, block 0, 5 bytes)',
  ]);
});

test('block 1, which is reserved', () => {
  expect(host().dnload(1, [1, 2]).found()).toEqual([
    'reserved-block: 21 01 01 00 00 00 02 00 | 01 02 (DNLOAD, block 1, 2 bytes)',
  ]);
});

test('a block longer than the device said', () => {
  const long = host()
    .describe()
    .dnload(2, [...Buffer.alloc(4096)]);
  expect(long.found().map((text) => text.split(':')[0])).toEqual(['block-too-long']);
});

test('a GETSTATUS of another length', () => {
  expect(host().status(7).found()).toEqual([
    'getstatus-not-six-bytes: A1 03 00 00 00 00 07 00 (GETSTATUS, 7 bytes)',
  ]);
});

test('CLRSTATUS although there is no error, and with one', () => {
  expect(host().status().clear().found()).toEqual([
    'clrstatus-without-error: 21 04 00 00 00 00 00 00 (CLRSTATUS, 0 bytes)',
  ]);
  expect(host().command(0, [0x55]).clear().found()).toEqual([]);
});

test('a write over what was not erased', () => {
  const over = host(0xa5)
    .command(0, [0x21, ...FLASH])
    .command(2, [1, 2, 3, 4]);
  expect(over.found()).toEqual(['write-to-unerased: A5 A5 A5 A5']);
});

test('nothing is held against a host behind a planted fault', () => {
  const fault: TraceEvent = { time: 0, kind: 'fault', fault: 'stall' };
  const setup = { bmRequestType: 0x21, bRequest: 1, wValue: 1, wIndex: 0, wLength: 2 };
  const bytes = Uint8Array.of(1, 2);
  const asked: TraceEvent = {
    time: 0,
    kind: 'setup',
    port: 'USB',
    request: 'DNLOAD',
    setup,
    bytes,
  };
  const picture = { start: 0, bytes: new Uint8Array(), pages: [], blank: 0xff };
  expect(lintDfu([asked], picture, { realTime: true })).toHaveLength(1);
  expect(lintDfu([fault, asked], picture, { realTime: true })).toEqual([]);
});
