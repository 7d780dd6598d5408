import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import type { CanFrame, CanRate } from './pins.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf } from '../../test/boards.ts';
import { ACK, CanHost, FdcanHost } from '../../test/hosts/can-host.ts';

const FLASH = 0x0800_0000;
const ON = {
  CAN: { part: 'STM32F105R8', start: 0x79, rate: { nominal: 125_000 } },
  FDCAN: { part: 'STM32H730VB', start: 0x02, rate: { nominal: 250_000, data: 1_000_000 } },
} as const;
type Bus = keyof typeof ON;
const buses: readonly Bus[] = ['CAN', 'FDCAN'];

const byte = fc.nat(0xff);
const opcode = fc.constantFrom(
  ...Uint8Array.of(0, 1, 2, 3, 0x11, 0x21, 0x31, 0x43, 0x44, 0x50, 0x63, 0x73, 0x79, 0x82, 0x92),
);
const address = fc.constantFrom(
  FLASH,
  FLASH + 0x4000,
  FLASH + 0xf_fff8,
  0x2000_4000,
  0x1fff_0000,
  0x1fff_c000,
  0x4000_0000,
);
const withAddress = fc
  .tuple(address, byte)
  .map(([at, last]) => [at >>> 24, (at >>> 16) & 0xff, (at >>> 8) & 0xff, at & 0xff, last]);

/** Frames of sessions, most of them well formed, so that streams get deep into commands. */
const frame: fc.Arbitrary<CanFrame> = fc
  .record({
    id: fc.oneof({ weight: 8, arbitrary: opcode }, fc.nat(0x7ff), fc.nat(0x1fff_ffff)),
    extended: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
    fd: fc.boolean(),
    brs: fc.boolean(),
    data: fc.oneof(
      withAddress,
      fc.array(byte, { maxLength: 8 }),
      fc.constantFrom([0xff], [0xff, 0xff], [0], [0, 1]),
      fc.array(byte, { minLength: 64, maxLength: 64 }),
      fc.array(byte, { maxLength: 80 }),
    ),
  })
  .map(({ data, ...head }) => ({ ...head, data: Uint8Array.from(data) }));

/** The frame as the bus can carry it most often, or as it is. */
const asOn = (bus: Bus, each: CanFrame): CanFrame =>
  bus === 'CAN' && each.data.length <= 8
    ? { ...each, fd: false, brs: false }
    : { ...each, fd: true };

const rate: fc.Arbitrary<CanRate | undefined> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  fc.record({ nominal: fc.constantFrom(0, -1, 125_000, 250_000, 500_000, Number.NaN) }),
);
const stream = fc.array(fc.tuple(frame, rate), { maxLength: 30 });
type Stream = readonly (readonly [CanFrame, CanRate | undefined])[];

/** What the bus says to a stream on a new board, and the board. */
function play(
  bus: Bus,
  frames: Stream,
  options: BoardOptions = {},
): { said: unknown[]; board: Board } {
  const { part, start, rate: own } = ON[bus];
  const board = boardOf(part, options);
  board.run();
  const pins = board.can();
  const said: unknown[] = [];
  pins.onTransmit(({ id, data }) => said.push([id, ...data]));
  const hello = { id: start, extended: false, fd: false, brs: false, data: new Uint8Array() };
  for (const each of [hello, hello]) pins.receive(each, own);
  board.run();
  for (const [each, other] of frames) {
    said.push(pins.receive(asOn(bus, each), other ?? own));
    board.run();
  }
  return { said, board };
}

const flashOf = (board: Board): string => Buffer.from(board.flashImage()).toString('latin1');

describe.each(buses)('any frames on %s', (bus) => {
  test('are lived through, and the chip comes back after a reset', () => {
    fc.assert(
      fc.property(stream, fc.nat(1), (frames, rdp) => {
        const { board } = play(bus, frames, { rdp: rdp as 0 | 1 });
        board.clock.advanceTo(board.clock.now + 20_000);
        board.reset();
        board.run();
        expect(board.state).toBe('bootloader');
      }),
      { numRuns: 60 },
    );
  });

  test('do not change main flash at level 1, unless Readout Unprotect is among them', () => {
    const load = [{ address: FLASH, bytes: new Uint8Array(64).fill(0x5a) }];
    const untouched = flashOf(boardOf(ON[bus].part, { load }));
    fc.assert(
      fc.property(
        stream.map((frames) => frames.filter(([{ id }]) => (id & 0xff) !== 0x92)),
        (frames) => {
          const { board } = play(bus, frames, { rdp: 1, load });
          expect(flashOf(board) === untouched).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('tell nothing about main flash at level 1', () => {
    const seen = (frames: Stream, content: Uint8Array): unknown => {
      const trace: TraceEvent[] = [];
      const load = [{ address: FLASH, bytes: content }];
      const onTrace = (event: TraceEvent): number => trace.push(event);
      return { said: play(bus, frames, { rdp: 1, load, onTrace }).said, trace };
    };
    fc.assert(
      fc.property(stream, fc.uint8Array({ minLength: 1, maxLength: 64 }), (frames, content) => {
        expect(seen(frames, content)).toEqual(seen(frames, new Uint8Array(64)));
      }),
      { numRuns: 25 },
    );
  });
});

/** A step of a session that every flashing host could make. */
type Step =
  | { readonly do: 'write'; readonly at: number; readonly data: readonly number[] }
  | { readonly do: 'erase'; readonly page: number }
  | { readonly do: 'read'; readonly at: number; readonly length: number };

const steps = (unit: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      fc.record({
        do: fc.constant('write' as const),
        at: fc.nat(40).map((word) => word * unit),
        data: fc
          .array(byte, { minLength: unit, maxLength: 256 })
          .map((data) => data.slice(0, data.length - (data.length % unit))),
      }),
      fc.record({ do: fc.constant('erase' as const), page: fc.nat(1) }),
      fc.record({
        do: fc.constant('read' as const),
        at: fc.nat(600),
        length: fc.integer({ min: 1, max: 256 }),
      }),
    ),
    { maxLength: 12 },
  );

/** Plays the steps on the host and on a model in which a cell keeps AND of what was written to it. */
function agrees(host: CanHost | FdcanHost, all: readonly Step[], overwrites: boolean): void {
  const model = new Uint8Array(2048).fill(0xff);
  const written = new Set<number>();
  for (const step of all) {
    if (step.do === 'read') {
      const expected = [...model.subarray(step.at, step.at + step.length)];
      expect(host.read(FLASH + step.at, step.length)).toEqual(expected);
    } else if (step.do === 'erase') {
      expect(host.erase(step.page).every((answer) => answer === ACK)).toBe(true);
      if (step.page === 0) {
        model.fill(0xff);
        written.clear();
      }
    } else {
      const words = step.data.map((_, index) => Math.floor((step.at + index) / 32));
      if (!overwrites && words.some((word) => written.has(word))) continue;
      for (const word of words) written.add(word);
      expect(host.write(FLASH + step.at, step.data)).toBe('ack');
      step.data.forEach((value, index) => {
        model[step.at + index]! &= value;
      });
    }
  }
}

describe('a well-formed session does to the flash what a model does', () => {
  test('over CAN on an F4', () => {
    fc.assert(
      fc.property(steps(4), (all) => {
        const host = new CanHost(boardOf('STM32F405RG'));
        host.connect();
        agrees(host, all, true);
      }),
      { numRuns: 25 },
    );
  });

  test('over FDCAN on an H7, whose words are written once', () => {
    fc.assert(
      fc.property(steps(32), (all) => {
        agrees(new FdcanHost(boardOf(ON.FDCAN.part)), all, false);
      }),
      { numRuns: 25 },
    );
  });
});
