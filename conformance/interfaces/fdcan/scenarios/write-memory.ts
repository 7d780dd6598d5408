import * as fc from 'fast-check';
import { SILENCE, ack, block, padded, read, send, spoilt, write, writeHeader } from '../host.ts';
import { OPCODES } from '../../usart/host.ts';
import { blockUnit } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { fdcan } from '../index.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Script, Step } from '../../../run/script.ts';
import { bytes, flashBlock, pattern } from '../../../scenarios/inputs.ts';
import { ramBlocks, storedAll } from '../../../scenarios/ram.ts';
import { noRam } from '../../../scenarios/replies.ts';
import { scratch, some, stored } from '../../../scenarios/scratch.ts';
import { unanswered } from '../../../scenarios/waits.ts';
import { WAITING } from './define.ts';

const base = {
  strength: 'must',
  destroys: 'page',
  entries: WAITING,
  commands: ['write-memory'],
} as const;

const id = OPCODES['write-memory'];

/** A block of flash that this ROM writes at once. */
const writable = (part: Part): ReturnType<typeof flashBlock> =>
  flashBlock(part).map(({ data, ...rest }) => ({
    ...rest,
    data: data.slice(0, fdcan.moves.longestBlock(part)),
  }));

/** One frame of data, as it is. */
const dataFrame = (data: readonly number[], ...replies: readonly Reply[]): Step =>
  send(`${data.length} bytes of data`, [{ id, data }], ...replies);

/** Why blocks of 256 bytes cannot be written to the scratch pages; undefined when they can. */
const tooSmall = (part: Part): string | undefined =>
  part.pages.at(-1)!.end - scratch(part) < 256 ? 'flash is too small' : undefined;

const written = (start: number, data: readonly number[]): Script => ({
  steps: write(start, data),
  left: stored(start, data),
});

/** Bytes that fill more than one frame and the program unit. */
const long = (part: Part): number => 64 + Math.max(16, blockUnit(part));

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/write-memory/flash',
    requirement: 'Write Memory programs the N + 1 bytes, and acknowledges when that is done.',
    covers: ['fdcan-write-memory-1', 'fdcan-write-memory-2'],
    script: (part) =>
      writable(part).map(({ start, data }) => ({
        steps: write(start, data),
        left: stored(start, data),
      })),
  },
  {
    ...base,
    id: 'fdcan/write-memory/256-bytes',
    known: ['fdcan-long-write-fails'],
    requirement: 'The longest block is 256 bytes, with N = 255, in four frames.',
    covers: ['fdcan-write-memory-1', 'fdcan-write-memory-3'],
    destroys: 'flash',
    unsupported: tooSmall,
    script: (part) => written(scratch(part), pattern(256)),
  },
  {
    ...base,
    id: 'fdcan/write-memory/shortest-block',
    requirement: 'The shortest block fills one program unit.',
    covers: ['fdcan-write-memory-1'],
    entries: ['connected', 'unknown-command'],
    script: (part) => written(scratch(part), pattern(blockUnit(part))),
  },
  {
    ...base,
    id: 'fdcan/write-memory/last-block-of-flash',
    requirement: 'The last block of flash can be written.',
    covers: ['fdcan-write-memory-1'],
    entries: ['connected'],
    script: (part) => written(part.pages.at(-1)!.end - blockUnit(part), pattern(blockUnit(part))),
  },
  {
    ...base,
    id: 'fdcan/write-memory/no-ack-for-each-frame',
    known: ['fdcan-long-write-fails'],
    requirement: 'Frames of data are not acknowledged one by one: one ACK follows the last.',
    covers: ['fdcan-write-memory-4'],
    destroys: 'flash',
    entries: ['connected', 'unknown-command'],
    unsupported: tooSmall,
    script: (part) => {
      const data = pattern(256);
      return {
        steps: [
          writeHeader(scratch(part), 256),
          ...[0, 64, 128].map((at) => dataFrame(data.slice(at, at + 64), SILENCE)),
          dataFrame(data.slice(192), ack('write-memory')),
        ],
        left: stored(scratch(part), data),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/filling-not-written',
    requirement: 'What fills the last frame up is not written.',
    covers: ['fdcan-write-memory-5'],
    entries: ['connected', 'unknown-command'],
    unsupported: (part) => (blockUnit(part) > 32 ? 'its program unit fills the frame' : undefined),
    script: (part) => {
      const unit = Math.max(16, blockUnit(part));
      const data = pattern(unit);
      const filler = Array<number>(64 - unit).fill(0x3c);
      return {
        steps: [
          writeHeader(scratch(part), unit),
          dataFrame([...data, ...filler], ack('write-memory')),
        ],
        left: stored(scratch(part), data),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/shorter-last-frame',
    requirement: 'A last frame that is no longer than it must be is taken too.',
    covers: ['fdcan-write-memory-6'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const data = pattern(Math.max(16, blockUnit(part)));
      return {
        steps: [
          writeHeader(scratch(part), data.length),
          dataFrame(padded(data), ack('write-memory')),
        ],
        left: stored(scratch(part), data),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/missing-frame-waited-for',
    requirement: 'A frame of data that does not come is waited for, without a time-out.',
    covers: ['fdcan-write-memory-7'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['connected', 'unknown-command'],
    script: (part) => {
      const data = pattern(long(part));
      return {
        steps: [
          writeHeader(scratch(part), data.length),
          unanswered(dataFrame(data.slice(0, 64))),
          dataFrame(padded(data.slice(64), 64), ack('write-memory')),
        ],
        left: stored(scratch(part), data),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/incomplete-block-not-written',
    requirement: 'A block whose last frame never comes is neither answered nor written.',
    covers: ['fdcan-write-memory-7'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['connected'],
    script: (part) => ({
      steps: [writeHeader(scratch(part), long(part)), unanswered(dataFrame(pattern(64)))],
      ends: 'open',
    }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/any-identifier',
    requirement:
      'Frames of data may have any identifier of one byte, that of a command too: they are none.',
    covers: ['fdcan-write-memory-8'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.oneof(fc.constantFrom(...Object.values(OPCODES)), fc.nat(0xff)).map((other) => {
        const data = pattern(Math.max(16, blockUnit(part)));
        const frame = { id: other, data: padded(data, 64) };
        return {
          steps: [
            writeHeader(scratch(part), data.length),
            send(`data under ${other.toString(16)}`, [frame], ack('write-memory')),
          ],
          left: stored(scratch(part), data),
        };
      }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/spoilt-frame-between',
    requirement: 'A frame that is spoilt in the middle of the data is not part of it.',
    covers: ['fdcan-write-memory-9'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const data = some(part);
      return {
        steps: [writeHeader(scratch(part), data.length), spoilt(part), block(data)],
        left: stored(scratch(part), data),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/one-behind-the-other',
    requirement: 'Blocks written one behind the other all land.',
    covers: ['fdcan-write-memory-1'],
    entries: ['connected', 'spoilt-frame'],
    script: (part) =>
      fc.integer({ min: 2, max: 6 }).map((count) => {
        const blocks = Array.from({ length: count }, (_, at) => some(part, at));
        const start = scratch(part);
        return {
          steps: blocks.flatMap((data, at) => write(start + at * data.length, data)),
          left: stored(start, blocks.flat()),
        };
      }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/read-back',
    requirement: 'What was written is what Read Memory answers.',
    covers: ['fdcan-write-memory-1', 'fdcan-read-memory-1'],
    commands: ['write-memory', 'read-memory'],
    script: (part) =>
      writable(part).map(({ start, data }) => ({
        steps: [...write(start, data), ...read(start, data)],
        left: stored(start, data),
      })),
  },
  {
    ...base,
    id: 'fdcan/write-memory/ram',
    requirement: 'RAM that the bootloader does not use is written, in any whole words.',
    covers: ['fdcan-write-memory-10'],
    destroys: 'nothing',
    unsupported: noRam,
    script: (part) =>
      ramBlocks(part, fdcan.moves.longestBlock(part) / 4).map((blocks) => ({
        steps: blocks.flatMap(({ start, data }) => write(start, data)),
        left: storedAll(blocks),
      })),
  },
  {
    ...base,
    id: 'fdcan/write-memory/ram-again',
    requirement: 'RAM written twice holds what was written last.',
    covers: ['fdcan-write-memory-10'],
    destroys: 'nothing',
    entries: ['connected'],
    commands: ['write-memory', 'read-memory'],
    unsupported: noRam,
    script: (part) =>
      fc.tuple(bytes(16), bytes(16)).map(([first, last]) => {
        const { start } = part.ram!;
        return {
          steps: [...write(start, first), ...write(start, last), ...read(start, last)],
          left: stored(start, last),
        };
      }),
  },
];

export default scenarios;
