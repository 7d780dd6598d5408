import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import type { FlashFault } from '../../faults.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf, connected } from '../../test/boards.ts';
import { ACK, be16, be32, UsartHost, xor } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const PART = 'STM32F401CB'; // the smallest flash of the F4 lines: 128 KiB, five sectors

const byte = fc.nat(0xff);
const address = fc.oneof(
  fc.constantFrom(FLASH, FLASH + 0x4000, FLASH + 0x1_fffc, 0x2000_0000, 0x2000_4000, 0x1fff_0000),
  fc.constantFrom(0x1fff_c000, 0x1fff_7800, 0x1fff_7a10, 0xffff_0000, 0x4000_0000),
  fc.nat(0xffff_ffff),
);
const sealed = (bytes: readonly number[]): number[] => [...bytes, xor(bytes)];
const paired = (value: number): number[] => [value, value ^ 0xff];

/** Pieces of sessions, most of them well formed, so that streams get deep into commands. */
const piece = fc.oneof(
  fc.constantFrom(0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92).map(paired),
  address.map((at) => sealed(be32(at))),
  byte.map(paired),
  fc.array(byte, { minLength: 1, maxLength: 24 }).map((data) => sealed([data.length - 1, ...data])),
  fc.constantFrom(0xffff, 0xfffe, 0xfff3).map((code) => sealed(be16(code))),
  fc
    .array(fc.nat(6), { minLength: 1, maxLength: 3 })
    .map((pages) => sealed([...be16(pages.length - 1), ...pages.flatMap(be16)])),
  fc.constant([0x7f]),
  fc.array(byte, { maxLength: 4 }),
);
const stream = fc
  .array(piece, { maxLength: 24 })
  .map((pieces) => Uint8Array.from([0x7f, ...pieces.flat()]));

function image(board: Board): string {
  return board.memories
    .map((cells) => Buffer.from(cells.read(0, cells.length)).toString('base64'))
    .join();
}

/** Replies to a stream that is sent in one go, cut at the given places. */
function replies(
  options: BoardOptions,
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): [string, string] {
  const host = new UsartHost(boardOf(PART, options));
  const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  places.slice(1).forEach((to, index) => host.pins.receive(bytes.subarray(places[index], to)));
  host.board.run();
  return [host.heard().join(), image(host.board)];
}

describe('any byte stream', () => {
  test('gives the same replies and memory in any chunking, and never throws', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), fc.nat(2), (bytes, cuts, rdp) => {
        const options = {
          rdp: rdp as 0 | 1 | 2,
          load: [{ address: FLASH, bytes: new Uint8Array(256) }],
        };
        expect(replies(options, bytes, cuts)).toEqual(replies(options, bytes));
      }),
      { numRuns: 300 },
    );
  });

  test('that is not a stream of pieces but noise does no harm either', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.array(fc.nat()),
        (bytes, cuts) => {
          expect(replies({}, bytes, cuts)).toEqual(replies({}, bytes));
        },
      ),
    );
  });

  test('tells nothing about main flash at level 1: replies and traces are those of any other content', () => {
    const seen = (bytes: Uint8Array, content: Uint8Array): unknown => {
      const trace: TraceEvent[] = [];
      const load = [{ address: FLASH, bytes: content }];
      const host = new UsartHost(
        boardOf(PART, { rdp: 1, load, onTrace: (event) => trace.push(event) }),
      );
      const heard = [...bytes].flatMap((sent) => host.send(sent));
      return { heard, trace };
    };
    fc.assert(
      fc.property(stream, fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes, content) => {
        expect(seen(bytes, content)).toEqual(seen(bytes, new Uint8Array(64)));
      }),
    );
  });
});

describe('main flash of an F4', () => {
  const block = fc
    .array(byte, { minLength: 4, maxLength: 64 })
    .map((data) => data.slice(0, data.length - (data.length % 4)));

  test('reads as the AND of all that was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), block), { maxLength: 12 }), (writes) => {
        const host = connected(PART);
        const model = new Uint8Array(256).fill(0xff);
        for (const [word, data] of writes) {
          expect(host.write(FLASH + 4 * word, data)).toBe('ack');
          data.forEach((value, index) => {
            model[4 * word + index]! &= value;
          });
        }
        expect(host.read(FLASH, 256)).toEqual([...model]);
      }),
    );
  });

  test('loses by an erase the listed sectors alone', () => {
    const sectors = [0, 0x4000, 0x8000, 0xc000, 0x1_0000, 0x2_0000];
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }), (pages) => {
        const host = connected(PART, {
          load: [{ address: FLASH, bytes: new Uint8Array(0x2_0000) }],
        });
        expect(host.erase(...pages)).toEqual([ACK]);
        const flash = host.board.flashImage();
        const erased = [0, 1, 2, 3, 4].filter((page) => {
          const sector = flash.subarray(sectors[page], sectors[page + 1]);
          expect(new Set(sector).size).toBe(1);
          return sector[0] === 0xff;
        });
        expect(erased).toEqual([0, 1, 2, 3, 4].filter((page) => pages.includes(page)));
      }),
    );
  });

  test('is not changed by a command that is refused before its operation', () => {
    const broken = fc.oneof(
      fc.tuple(address, fc.integer({ min: 1, max: 255 })).map(([at, wrong]) => {
        const packet = sealed(be32(at));
        return [...paired(0x31), ...packet.slice(0, 4), packet[4]! ^ wrong];
      }),
      fc
        .tuple(fc.array(byte, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 255 }))
        .map(([data, wrong]) => {
          const block = [data.length - 1, ...data];
          return [...paired(0x31), ...sealed(be32(FLASH)), ...block, xor(block) ^ wrong];
        }),
      fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 255 })).map(([page, wrong]) => {
        const list = [0, 0, 0, page];
        return [...paired(0x44), ...list, xor(list) ^ wrong];
      }),
    );
    fc.assert(
      fc.property(broken, (bytes) => {
        const host = connected(PART, { load: [{ address: FLASH, bytes: new Uint8Array(64) }] });
        const before = image(host.board);
        expect(host.send(...bytes).at(-1)).not.toBe(ACK);
        expect(image(host.board)).toBe(before);
      }),
    );
  });
});

describe('a power cut', () => {
  const firmware = Array.from({ length: 512 }, (_, index) => (index * 73 + 5) & 0xff);

  /** A whole session with every kind of operation; it ends early where the chip stops answering. */
  function session(host: UsartHost): void {
    host.sync();
    host.erase(0, 1);
    host.write(FLASH, firmware.slice(0, 256));
    host.write(FLASH + 256, firmware.slice(256));
    host.write(0x1fff_7800, [1, 2, 3, 4]);
    host.command(0x63);
    host.packet(0, 1);
    host.sync();
    host.command(0x73);
    host.sync();
    host.massErase();
    host.write(0x1fff_c000, [0xef, 0xaa, 0xff, 0xff]);
    host.sync();
    host.command(0x82);
    host.sync();
    host.command(0x92);
  }

  /** What a maintainer does with a chip in an unknown state; afterwards it holds the firmware. */
  function recover(board: Board): void {
    board.reset();
    const host = new UsartHost(board);
    expect(host.sync()).toEqual([ACK]);
    if (board.chip.level === 1) {
      expect(host.command(0x92)).toEqual([ACK, ACK]);
      expect(host.sync()).toEqual([ACK]);
    }
    expect(host.command(0x73)).toEqual([ACK, ACK]);
    expect(host.sync()).toEqual([ACK]);
    expect(host.massErase()).toEqual([ACK]);
    expect(host.write(FLASH, firmware.slice(0, 256))).toBe('ack');
    expect(host.write(FLASH + 256, firmware.slice(256))).toBe('ack');
    expect(host.read(FLASH, 256)).toEqual(firmware.slice(0, 256));
    expect(host.read(FLASH + 256, 256)).toEqual(firmware.slice(256));
  }

  const used = {
    load: [{ address: FLASH, bytes: new Uint8Array(0x8000).fill(0x3c) }],
    // option bytes that were cut read as PCROP, which this version would keep for ever
    quirks: { 'sprmod-kept': false },
  };
  const clean = boardOf(PART, used);
  session(new UsartHost(clean));
  const operations = Array.from({ length: clean.operations }, (_, index) => index + 1);

  test('was possible at ten operations of the session', () => {
    expect(operations).toHaveLength(10);
  });

  test.each(operations)(
    'at operation %i, at any depth, leaves a chip that the next session recovers',
    (operation) => {
      const mask = fc.array(byte, { minLength: 1, maxLength: 4 });
      const depth = fc.double({ min: 0, max: 1, noNaN: true });
      const kind = fc.constantFrom('power-cut' as const, 'reset' as const);
      fc.assert(
        fc.property(kind, depth, mask, (what, done, bits) => {
          const fault: FlashFault = { at: 'flash', do: what, operation, done, mask: bits };
          const board = boardOf(PART, { ...used, faults: [fault] });
          session(new UsartHost(board));
          recover(board);
        }),
        { numRuns: 15 },
      );
    },
  );

  test('leaves each bit of a program old or new, whole units before it new, and old behind it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), byte, (done, mask) => {
        const fault: FlashFault = {
          at: 'flash',
          do: 'power-cut',
          operation: 1,
          done,
          mask: [mask],
        };
        const old = 0xf3;
        const load = [{ address: FLASH, bytes: new Uint8Array(64).fill(old) }];
        const host = connected(PART, { load, faults: [fault] });
        host.write(
          FLASH,
          Array.from({ length: 64 }, () => 0x5a),
        );
        const flash = [...host.board.flashImage().subarray(0, 64)];
        const fresh = old & 0x5a;
        const first = flash.findIndex((value) => value !== fresh);
        const finished = first < 0 ? 64 : first;
        expect(flash.slice(finished + 1)).toEqual(flash.slice(finished + 1).map(() => old));
        if (finished < 64)
          expect(flash[finished]).toSatisfy(
            (v: number) => v === old || v === ((old & ~mask) | (fresh & mask)),
          );
      }),
    );
  });

  test('leaves each bit of an erased sector old or 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), byte, (done, mask) => {
        const fault: FlashFault = {
          at: 'flash',
          do: 'power-cut',
          operation: 1,
          done,
          mask: [mask],
        };
        const host = connected(PART, { ...used, faults: [fault] });
        host.erase(0);
        expect(new Set(host.board.flashImage().subarray(0, 0x4000))).toEqual(
          new Set([0x3c | mask]),
        );
        expect(host.board.flashImage()[0x4000]).toBe(0x3c);
      }),
    );
  });
});

test('the same seed and history leave the same bits behind a reset in the middle of an erase', () => {
  const cut = (seed: number): string => {
    const board = boardOf(PART, {
      seed,
      load: [{ address: FLASH, bytes: new Uint8Array(0x4000) }],
    });
    const host = new UsartHost(board);
    host.sync();
    host.command(0x44);
    host.pins.receive(Uint8Array.from(sealed([0, 0, 0, 0])));
    board.clock.advanceTo(board.clock.now + 1000);
    board.drive('NRST', 0);
    return image(board);
  };
  expect(cut(7)).toBe(cut(7));
  expect(cut(7)).not.toBe(cut(8));
});
