import * as fc from 'fast-check';
import type { Part } from '../part/part.ts';
import { bytes, spoil } from '../scenarios/kit/inputs.ts';

/** How the bytes of a block are spoilt on the line. */
export type LineFault =
  | { readonly do: 'drop' | 'duplicate'; readonly at: number }
  | { readonly do: 'corrupt' | 'insert'; readonly at: number; readonly value: number };

/**
 * One thing a host does; plain data, and not a command of `fc.commands`: every choice of moves is a
 * session (the model gives the numbers their meaning when it is played), so that shrinking needs no
 * preconditions and no `replayPath`, and a failure kept as JSON replays without its seed. Pages and places are counted among what the part has, whatever that is. */
export type Move =
  | { readonly do: 'identify' }
  | { readonly do: 'read'; readonly page: number; readonly at: number; readonly count: number }
  | {
      readonly do: 'write';
      readonly page: number;
      readonly unit: number;
      readonly data: readonly number[];
      readonly burst: number;
    }
  | {
      readonly do: 'spoilt-write';
      readonly page: number;
      readonly unit: number;
      readonly data: readonly number[];
      readonly fault: LineFault;
    }
  | {
      readonly do: 'refused-write';
      readonly page: number;
      readonly data: readonly number[];
      readonly spoil: number;
    }
  | { readonly do: 'erase'; readonly pages: readonly number[] }
  | { readonly do: 'refused-erase'; readonly pages: readonly number[]; readonly spoil: number }
  | { readonly do: 'wrong-complement'; readonly opcode: number; readonly spoil: number }
  | { readonly do: 'refused-go'; readonly spoil: number }
  | { readonly do: 'readout-protect' }
  | { readonly do: 'readout-unprotect' }
  | { readonly do: 'restart' };

const at = fc.nat(0xffff);
const pages = fc.array(fc.nat(7), { minLength: 1, maxLength: 3 });

const fault: fc.Arbitrary<LineFault> = fc.oneof(
  fc.record({ do: fc.constantFrom('drop', 'duplicate'), at }),
  fc.record({
    do: fc.constantFrom('corrupt', 'insert'),
    at,
    value: fc.integer({ min: 1, max: 255 }),
  }),
);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('identify') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('read'),
      page: fc.nat(7),
      at,
      count: fc.integer({ min: 1, max: 256 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write'),
      page: fc.nat(7),
      unit: fc.nat(15),
      data: bytes(1, 40),
      burst: fc.integer({ min: 1, max: 300 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('spoilt-write'),
      page: fc.nat(7),
      unit: fc.nat(15),
      data: bytes(1, 24),
      fault,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('refused-write'),
      page: fc.nat(7),
      data: bytes(1, 24),
      spoil,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('erase'), pages }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refused-erase'), pages, spoil }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wrong-complement'), opcode: fc.nat(0xff), spoil }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refused-go'), spoil }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart') }) },
);

const protection: fc.Arbitrary<Move> = fc.record({
  do: fc.constantFrom('readout-protect', 'readout-unprotect'),
});

/** Moves of a host one after the other, and perhaps a power cut in one of the operations. */
export interface MoveSession {
  readonly moves: readonly Move[];
  readonly cutAt?: number;
}

/** What sessions may hold beyond reading, writing and erasing. */
export interface SessionLimits {
  /** The power may be cut in the middle of an operation. */
  readonly cuts: boolean;
  /** Readout protection may be switched on and off. */
  readonly protection: boolean;
}

/** Sessions that a part can be asked. */
export function moveSessions(
  part: Part,
  { cuts, protection: may }: SessionLimits = { cuts: true, protection: true },
  length = 10,
): fc.Arbitrary<MoveSession> {
  const protects =
    may && part.device.options?.rdp !== undefined && !part.quirks.has('crash-loop-under-rdp-1');
  const any = protects
    ? fc.oneof({ weight: 12, arbitrary: move }, { weight: 1, arbitrary: protection })
    : move;
  return fc
    .tuple(
      fc.array(any, { minLength: 1, maxLength: length }),
      cuts ? fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }) : fc.constant(undefined),
    )
    .map(([moves, cutAt]) => (cutAt === undefined ? { moves } : { moves, cutAt }));
}
