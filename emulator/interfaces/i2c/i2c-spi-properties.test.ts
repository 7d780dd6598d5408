import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf } from '../../test/boards.ts';
import { ACK, be16, be32, I2cHost, isHold, sealed } from '../../test/hosts/i2c-host.ts';
import { SpiHost } from '../../test/hosts/spi-host.ts';
import type { SpiManner } from '../../test/hosts/spi-host.ts';

const FLASH = 0x0800_0000;
const I2C_PART = 'STM32F412CE'; // I2C 1.2, twelve sectors
const SPI_PART = 'STM32F401CB'; // 128 KiB, five sectors

const byte = fc.nat(0xff);
const address = fc.oneof(
  fc.constantFrom(FLASH, FLASH + 0x4000, 0x2000_0000, 0x2000_4000, 0x1fff_0000, 0x1fff_c000),
  fc.constantFrom(0x1fff_7800, 0x1fff_7a10, 0xffff_0000, 0x4000_0000),
  fc.nat(0xffff_ffff),
);
const paired = (value: number): number[] => [value, value ^ 0xff];
/** Every opcode of both protocols. */
const opcodes = [
  0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x32, 0x44, 0x45, 0x63, 0x64, 0x73, 0x74, 0x82, 0x83, 0x92,
  0x93, 0xa1,
];
const opcode = fc.constantFrom(...opcodes);

/** Frames of sessions, most of them well formed, so that a sequence of them gets deep into commands. */
const frame = fc.oneof(
  { weight: 4, arbitrary: opcode.map(paired) },
  { weight: 3, arbitrary: address.map((at) => sealed(be32(at))) },
  byte.map(paired),
  fc.array(byte, { minLength: 1, maxLength: 24 }).map((data) => sealed([data.length - 1, ...data])),
  fc.constantFrom(0xffff, 0xfffe, 0xfff3, 0, 1).map((code) => sealed(be16(code))),
  fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }).map((pages) => sealed(pages.flatMap(be16))),
  fc.array(byte, { maxLength: 4 }),
);

/** What a controller can do on an I2C bus, sensible or not; `ms` of virtual time may pass. */
type Move =
  | { do: 'write'; bytes: readonly number[] }
  | { do: 'read'; count: number }
  | { do: 'start'; read: boolean }
  | { do: 'byte'; value: number }
  | { do: 'stop' }
  | { do: 'wait'; ms: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: frame.map((bytes) => ({ do: 'write' as const, bytes })) },
  { weight: 8, arbitrary: fc.constantFrom(1, 1, 1, 1, 3, 20).map(reads) },
  fc.boolean().map((read) => ({ do: 'start' as const, read })),
  byte.map((value) => ({ do: 'byte' as const, value })),
  fc.constant({ do: 'stop' as const }),
  fc.constantFrom(1, 400, 1200).map((ms) => ({ do: 'wait' as const, ms })),
);

function reads(count: number): Move {
  return { do: 'read', count };
}

/** All that a controller sees of these moves. */
function moved(host: I2cHost, moves: readonly Move[]): unknown[] {
  const { pins, board } = host;
  return moves.map((each) => {
    switch (each.do) {
      case 'write':
        return host.write(each.bytes);
      case 'read':
        return host.read(each.count);
      case 'start': {
        const answer = pins.start(host.address, each.read);
        return isHold(answer) ? 'held' : answer;
      }
      case 'byte': {
        const answer = pins.write(each.value);
        return isHold(answer) ? 'held' : answer;
      }
      case 'stop':
        return pins.stop();
      case 'wait':
        return board.clock.advanceTo(board.clock.now + 1000 * each.ms);
    }
  });
}

/** What a master can do on an SPI: runs of bytes, NSS, and time. */
const spiMove = fc.oneof(
  { weight: 6, arbitrary: frame.map((bytes) => [0x5a, ...bytes]) },
  { weight: 6, arbitrary: fc.constant([0, 0, 0, ACK]) },
  { weight: 4, arbitrary: frame },
  fc.constant('release' as const),
  fc.constant('run' as const),
);

function spiMoved(
  host: SpiHost,
  moves: readonly (readonly number[] | 'release' | 'run')[],
): unknown[] {
  return moves.map((each) => {
    if (each === 'release') return host.pins.select(1);
    if (each === 'run') return host.board.run();
    return host.exchange(...each);
  });
}

function image(board: Board): string {
  return board.memories
    .map((cells) => Buffer.from(cells.read(0, cells.length)).toString('base64'))
    .join();
}

/** A session on a protected chip with this content: what a host heard, and what happened. */
function seen(
  part: string,
  content: Uint8Array,
  session: (board: Board) => unknown,
): { heard: unknown; trace: TraceEvent[]; board: Board } {
  const trace: TraceEvent[] = [];
  const options: BoardOptions = {
    rdp: 1,
    load: [{ address: FLASH, bytes: content }],
    onTrace: (event) => trace.push(event),
  };
  const board = boardOf(part, options);
  const heard = session(board);
  board.run();
  return { heard, trace, board };
}

describe('any moves on the bus', () => {
  const i2cMoves = fc.array(move, { maxLength: 30 });
  const spiMoves = fc.array(spiMove, { maxLength: 40 });

  test('of an I2C never throw, and give the same answers every time', () => {
    fc.assert(
      fc.property(i2cMoves, fc.constantFrom(0, 1, 2), (moves, rdp) => {
        const run = (): unknown => {
          const host = new I2cHost(boardOf(I2C_PART, { rdp: rdp as 0 | 1 | 2 }));
          return [moved(host, moves), image(host.board)];
        };
        expect(run()).toEqual(run());
      }),
      { numRuns: 30 },
    );
  });

  test('of an SPI never throw, and give the same answers every time', () => {
    fc.assert(
      fc.property(spiMoves, fc.constantFrom(0, 1, 2), (moves, rdp) => {
        const run = (): unknown => {
          const host = new SpiHost(boardOf(SPI_PART, { rdp: rdp as 0 | 1 | 2 }));
          host.sync();
          return [spiMoved(host, moves), image(host.board)];
        };
        expect(run()).toEqual(run());
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['I2C', I2C_PART, i2cMoves.map((moves) => (board: Board) => moved(new I2cHost(board), moves))],
    [
      'SPI',
      SPI_PART,
      spiMoves.map((moves) => (board: Board) => {
        const host = new SpiHost(board);
        return [host.sync(), spiMoved(host, moves)];
      }),
    ],
  ] as const)(
    'of an %s tell nothing about main flash at level 1, and change it only by erasing all of it',
    (_, part, session) => {
      const some = fc.uint8Array({ minLength: 1, maxLength: 64 });
      fc.assert(
        fc.property(session, some, (play, content) => {
          const one = seen(part, content, play);
          const other = seen(part, new Uint8Array(64), play);
          expect([one.heard, one.trace]).toEqual([other.heard, other.trace]);
          const whole = one.board.flashImage().length;
          const erased = one.trace.some(
            (event) => event.kind === 'erase' && event.length === whole,
          );
          if (erased) return;
          expect([...one.board.flashImage().subarray(0, content.length)]).toEqual([...content]);
        }),
        { numRuns: 30 },
      );
    },
  );
});

describe('valid sessions', () => {
  const SECTOR = 0x4000; // of the first four sectors of both parts
  const step = fc.oneof(
    fc.record({ kind: fc.constant('erase' as const), sector: fc.nat(3), noStretch: fc.boolean() }),
    fc.record({
      kind: fc.constant('write' as const),
      sector: fc.nat(3),
      word: fc.nat(15),
      data: fc
        .array(byte, { minLength: 1, maxLength: 8 })
        .map((data) => [...data, ...data, ...data, ...data]),
      noStretch: fc.boolean(),
    }),
  );
  const manner: fc.Arbitrary<SpiManner> = fc.record({
    dummyFirst: fc.boolean(),
    releases: fc.constantFrom('never', 'runs', 'bytes'),
    tooMany: fc.nat(1),
    pauseMs: fc.constantFrom(0, 26),
  });

  /** The flash as a model: what was written is the AND, what was erased is blank. */
  class Model {
    readonly bytes = new Uint8Array(4 * SECTOR).fill(0xff);

    apply(each: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
      const at = each.sector * SECTOR;
      if (each.kind === 'erase') this.bytes.fill(0xff, at, at + SECTOR);
      else each.data.forEach((value, index) => (this.bytes[at + 4 * each.word + index]! &= value));
    }

    head(sector: number): number[] {
      return [...this.bytes.subarray(sector * SECTOR, sector * SECTOR + 128)];
    }
  }

  test('over I2C leave what the model holds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const host = new I2cHost(boardOf(I2C_PART));
        const model = new Model();
        for (const each of steps) {
          model.apply(each);
          const form = each.noStretch ? 1 : 0;
          const done =
            each.kind === 'erase'
              ? host.erase([each.sector], 0x44 + form)
              : host.writeMemory(
                  FLASH + each.sector * SECTOR + 4 * each.word,
                  each.data,
                  0x31 + form,
                );
          expect(done).toBe('ack');
          expect(host.readMemory(FLASH + each.sector * SECTOR, 128)).toEqual(
            model.head(each.sector),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test('over SPI, in any manner, leave what the model holds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), manner, (steps, how) => {
        const host = new SpiHost(boardOf(SPI_PART), undefined, how);
        const model = new Model();
        expect(host.sync()).toBe(ACK);
        for (const each of steps) {
          model.apply(each);
          const done =
            each.kind === 'erase'
              ? host.erase([each.sector])
              : host.writeMemory(FLASH + each.sector * SECTOR + 4 * each.word, each.data);
          expect(done).toBe('ack');
          expect(host.readMemory(FLASH + each.sector * SECTOR, 128)).toEqual(
            model.head(each.sector),
          );
        }
      }),
      { numRuns: 20 },
    );
  });
});
