import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { DFU_STATES } from './dfu-names.ts';
import type { Setup } from './pins.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf } from '../../test/boards.ts';
import { DfuHost, le32 } from '../../test/hosts/dfu-host.ts';

const FLASH = 0x0800_0000;
const PARTS = ['STM32F401CB', 'STM32G431KB', 'STM32L072V8'] as const; // the smallest of their kinds

const byte = fc.nat(0xff);
const address = fc.oneof(
  fc.constantFrom(FLASH, FLASH + 0x4000, FLASH + 0x1_fffc, 0x2000_0000, 0x2000_4000, 0x1fff_0000),
  fc.constantFrom(0x1fff_c000, 0x1fff_7800, 0x1ff8_0000, 0x0808_0000, 0xffff_0000, 0x4000_0000),
  fc.nat(0xffff_ffff),
);

interface Transfer {
  readonly setup: Setup;
  readonly data: Uint8Array;
}

const transfer = (
  [bmRequestType, bRequest, wValue, wIndex, wLength]: readonly number[],
  data: readonly number[] = [],
): Transfer => ({
  setup: {
    bmRequestType: bmRequestType!,
    bRequest: bRequest!,
    wValue: wValue!,
    wIndex: wIndex!,
    wLength: wLength!,
  },
  data: Uint8Array.from(data),
});
const download = (wValue: number, data: readonly number[]): Transfer =>
  transfer([0x21, 1, wValue, 0, data.length], data);
const GETSTATUS = transfer([0xa1, 3, 0, 0, 6]);

const CLRSTATUS = transfer([0x21, 4, 0, 0, 0]);
const ABORT = transfer([0x21, 6, 0, 0, 0]);

/** A downloaded block. `opens`: it may be a Read Unprotect. */
const blockOf = (opens: boolean): fc.Arbitrary<Transfer> =>
  fc.oneof(
    { weight: 3, arbitrary: address.map((at) => download(0, [0x21, ...le32(at)])) },
    { weight: 2, arbitrary: address.map((at) => download(0, [0x41, ...le32(at)])) },
    fc.constantFrom(download(0, [0x41]), download(0, [0]), download(0, [0x99]), download(2, [])),
    ...(opens ? [{ weight: 2, arbitrary: fc.constant(download(0, [0x92])) }] : []),
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.nat(5), fc.array(byte, { minLength: 1, maxLength: 40 }))
        .map(([block, data]) => download(block === 0 && data[0] === 0x92 ? 2 : block, data)),
    },
  );

const uploadOf = fc
  .tuple(fc.nat(5), fc.nat(3000))
  .map(([block, length]) => transfer([0xa1, 2, block, 0, length]));

/** Anything but a download. */
const noise = fc.oneof(
  fc.nat(4).map((alternate) => transfer([0x01, 11, alternate, 0, 0])),
  fc.nat(0xffff).map((wValue) => transfer([0x80, 6, wValue, 0, 255])),
  fc
    .tuple(byte, byte, fc.nat(0xffff), fc.nat(2), fc.nat(100))
    .filter(([, request]) => request !== 1)
    .map((fields) => transfer(fields)),
);

type Step = Transfer | 'bus reset' | 'run';

/** Pieces of sessions, most of them well formed, so that sequences get deep. */
const steps = (opens: boolean): fc.Arbitrary<readonly Step[]> =>
  fc
    .array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc
            .tuple(fc.constantFrom<Step[]>([CLRSTATUS], [ABORT], []), blockOf(opens))
            .map(([before, block]): Step[] => [...before, block, GETSTATUS, 'run', GETSTATUS]),
        },
        { weight: 3, arbitrary: fc.constant<Step[]>([GETSTATUS]) },
        { weight: 3, arbitrary: fc.constantFrom<Step[]>(['run', GETSTATUS], [CLRSTATUS], [ABORT]) },
        fc.oneof(blockOf(opens), uploadOf, noise).map((only): Step[] => [only]),
        fc.constantFrom<Step[]>(['bus reset'], ['run']),
      ),
      { maxLength: 30 },
    )
    .map((pieces) => pieces.flat());

const content = [{ address: FLASH, bytes: new Uint8Array(4096).fill(0x5a) }];

function image({ memories }: Board): string[] {
  return memories.map((cells) => Buffer.from(cells.read(0, cells.length)).toString('base64'));
}

/** Takes the steps as a careless host would: nothing waits for a poll time. */
function take(board: Board, all: readonly Step[]): unknown[] {
  board.run();
  const pins = board.usb();
  return all.map((step) => {
    if (step === 'run') return board.run();
    if (step === 'bus reset') return pins.busReset();
    const answer = pins.control(step.setup, step.data);
    return answer instanceof Uint8Array ? [...answer] : answer;
  });
}

const part = fc.constantFrom(...PARTS);

describe('any sequence of control transfers', () => {
  test('is answered with data, a STALL or NAKs, and never throws', () => {
    const states = new Set<number>(Object.values(DFU_STATES));
    fc.assert(
      fc.property(part, fc.nat(1), steps(true), (name, rdp, all) => {
        const board = boardOf(name, { rdp: rdp as 0 | 1, load: content });
        take(board, all).forEach((answer, at) => {
          const step = all[at]!;
          if (typeof step === 'string' || !Array.isArray(answer)) {
            expect([undefined, 'stall', { hold: true }]).toContainEqual(answer);
            return;
          }
          expect(answer.length).toBeLessThanOrEqual(step.setup.wLength);
          if (step === GETSTATUS) {
            expect(answer).toHaveLength(6);
            expect(states.has(answer[4] as number)).toBe(true);
          }
        });
        board.run();
      }),
      { numRuns: 200 },
    );
  });

  test('gives the same answers when it is taken again', () => {
    fc.assert(
      fc.property(part, steps(true), (name, all) => {
        expect(take(boardOf(name), all)).toEqual(take(boardOf(name), all));
      }),
    );
  });

  test('changes no memory under level 1', () => {
    fc.assert(
      fc.property(part, steps(false), (name, all) => {
        const board = boardOf(name, { rdp: 1, load: content });
        const before = image(board);
        take(board, all);
        board.run();
        expect(image(board)).toEqual(before);
      }),
    );
  });

  test('opens a chip under level 1 only by blanking its main flash', () => {
    fc.assert(
      fc.property(part, steps(true), (name, all) => {
        const board = boardOf(name, { rdp: 1, load: content });
        take(board, all);
        board.run();
        const kept = board.flashImage().subarray(0, 4096).includes(0x5a);
        expect(kept).toBe(board.chip.level === 1);
      }),
    );
  });

  test('tells nothing about main flash under level 1', () => {
    const seen = (name: string, all: readonly Step[], fill: number): unknown => {
      const trace: TraceEvent[] = [];
      const load = [{ address: FLASH, bytes: new Uint8Array(256).fill(fill) }];
      const board = boardOf(name, { rdp: 1, load, onTrace: (event) => trace.push(event) });
      return [take(board, all), trace];
    };
    fc.assert(
      // a leave runs what main flash holds
      fc.property(part, steps(false), byte, (name, all, fill) => {
        const stays = all.filter(
          (step) => typeof step === 'string' || step.data.length > 0 || step.setup.bRequest !== 1,
        );
        expect(seen(name, stays, fill)).toEqual(seen(name, stays, 0));
      }),
    );
  });
});

/** What a host wants of the device; pages and blocks stay within 16 KiB of flash. */
type Wish =
  | { readonly do: 'erase'; readonly at: number }
  | { readonly do: 'write'; readonly at: number; readonly blocks: readonly (readonly number[])[] }
  | { readonly do: 'read'; readonly at: number; readonly length: number };

const at = fc.nat(0x3ff).map((unit) => 16 * unit);
const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.nat(0x3fff).map((offset): Wish => ({ do: 'erase', at: offset })),
  fc
    .tuple(
      at,
      fc.array(fc.array(byte, { minLength: 16, maxLength: 96 }), { minLength: 1, maxLength: 3 }),
    )
    .map(([offset, blocks]): Wish => {
      const whole = blocks.map((block) => block.slice(0, block.length - (block.length % 16)));
      return { do: 'write', at: offset, blocks: whole };
    }),
  fc
    .tuple(at, fc.integer({ min: 2, max: 300 }))
    .map(([offset, length]): Wish => ({ do: 'read', at: offset, length })),
);

describe('valid sessions', () => {
  // F4: old AND new; G4: a double-word that is not blank keeps its content unless all zeros are written
  const rules = {
    STM32F401CB: (old: number[], fresh: number[]) => old.map((was, index) => was & fresh[index]!),
    STM32G431KB: (old: number[], fresh: number[]) =>
      old.every((was) => was === 0xff) || fresh.every((is) => is === 0) ? fresh : old,
  };
  test.each([
    ['STM32F401CB', 2048, 0x4000],
    ['STM32G431KB', 1024, 0x800],
  ] as const)('leave in the flash of %s what a model says', (name, size, page) => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 12 }), (wishes) => {
        const host = connected(name);
        const model = new Uint8Array(0x8000).fill(0xff);
        for (const each of wishes) {
          host.idle();
          const place = FLASH + each.at;
          if (each.do === 'erase') {
            expect(host.erase(place)[1]).toMatchObject({ status: 'OK' });
            model.fill(0xff, each.at - (each.at % page), each.at - (each.at % page) + page);
          } else if (each.do === 'read') {
            const read = host.read(place, each.length) as Uint8Array;
            expect([...read]).toEqual([...model.subarray(each.at, each.at + each.length)]);
          } else {
            host.setAddress(place);
            each.blocks.forEach((data, index) => {
              expect(host.download(2 + index, data)[1]).toMatchObject({ status: 'OK' });
              const from = each.at + index * size;
              for (let unit = 0; unit < data.length; unit += 8) {
                const old = [...model.subarray(from + unit, from + unit + 8)];
                model.set(rules[name](old, data.slice(unit, unit + 8)), from + unit);
              }
            });
          }
        }
        expect(Buffer.from(host.board.flashImage().subarray(0, 0x8000)).equals(model)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  function connected(name: string, options: BoardOptions = {}): DfuHost {
    return new DfuHost(boardOf(name, options)).enumerate().idle();
  }
});
