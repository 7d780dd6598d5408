import * as fc from 'fast-check';
import {
  LONGEST_CHUNK,
  NACK,
  OPCODES,
  address,
  command,
  fetch,
  getId,
  readChunk,
  readChunks,
  readMemory,
  sealed,
  size,
} from '../host.ts';
import { i3cHost } from '../framed-host.ts';
import { complement } from '../../usart/host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { readPackets, reads } from '../../../scenarios/read-memory.ts';
import { filled, pattern, spoils } from '../../../scenarios/kit/inputs.ts';
import { content, scratch } from '../../../scenarios/kit/scratch.ts';
import { WAITING } from './define.ts';
import { chunksOf, tooLong } from './sizes.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ['connected', 'after-nack'],
  commands: ['read-memory'],
} as const;

/** Content from the first scratch page on that fills more than two of the longest chunks. */
const long = pattern(2 * LONGEST_CHUNK + 64, 0x117);

/** Flash that holds it. */
const longFlash = (part: Part) => ({
  flash: [{ address: scratch(part), bytes: Uint8Array.from(long) }],
});

const noRoom = (part: Part): string | undefined =>
  part.pages.at(-1)!.end - scratch(part) < long.length ? 'flash is too small' : undefined;

/** Why the end of flash is no end of memory; undefined where it is. */
export const goesOn = (part: Part): string | undefined =>
  nowhere(part).includes(part.pages.at(-1)!.end)
    ? undefined
    : 'memory follows flash, on some chip of the line';

const scenarios: readonly Scenario[] = [
  ...reads(i3cHost, 'read-memory', {
    flash: {
      covers: [1, 6],
      requirement: 'Read Memory answers as many bytes as the size says, from the address on.',
    },
    'one-byte': { covers: [1, 7], requirement: 'The shortest read is one byte.' },
    'no-ack-behind-data': {
      covers: [5],
      requirement: 'No ACK follows the data: the next command can be sent a moment later.',
      sharesKills: undefined, // a chunk that begins at the start again shows here
    },
    'last-bytes-of-flash': [6],
    'blank-flash': [6],
    ram: [6],
    'system-memory': [6],
    'bootloader-id': [12],
    'option-bytes': [6],
    otp: [6],
    'no-memory-there': [3],
    'bootloader-ram': [15],
    protected: [13, 'commands-12'],
  }),
  ...readPackets(i3cHost, 'read-memory', {
    'wrong-address-checksum': [2],
    'wrong-length-complement': {
      covers: [4],
      name: 'wrong-size-checksum',
      requirement: 'A size with a wrong checksum is refused and ends the command.',
    },
    'reading-changes-nothing': [14],
  }),
  {
    ...base,
    id: 'i3c/read-memory/longest-chunk',
    requirement: 'The longest chunk is 2048 bytes.',
    covers: ['i3c-read-memory-7', 'i3c-read-memory-1'],
    entries: WAITING,
    unsupported: noRoom,
    setUp: longFlash,
    script: (part) =>
      fc.nat(64).map((at) => ({
        steps: readMemory(scratch(part) + at, long.slice(at, at + LONGEST_CHUNK)),
      })),
  },
  {
    ...base,
    id: 'i3c/read-memory/too-long',
    requirement: 'A chunk of more than 2048 bytes is refused and ends the command.',
    covers: ['i3c-read-memory-7', 'i3c-read-memory-10'],
    script: (part) =>
      tooLong.map((sizes) => ({
        steps: sizes.flatMap((each) => [
          command('read-memory'),
          address(part.pages[0]!.start),
          size(each, 'last', [NACK]),
        ]),
      })),
  },
  {
    ...base,
    id: 'i3c/read-memory/size-zero',
    requirement:
      'A chunk of no byte is refused and ends the command, whether more should follow or not.',
    covers: ['i3c-read-memory-7', 'i3c-read-memory-10'],
    script: (part) => ({
      steps: (['last', 'more'] as const).flatMap((place) => [
        command('read-memory'),
        address(part.pages[0]!.start),
        size(0, place, [NACK]),
      ]),
    }),
  },
  {
    ...base,
    id: 'i3c/read-memory/several-chunks',
    requirement: 'Each chunk of a read goes on where the one before it ended.',
    covers: ['i3c-read-memory-8', 'i3c-read-memory-9'],
    entries: WAITING,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return chunksOf(bytes.slice(0, 256), 1, 100).map((chunks) => ({
        steps: readChunks(start, chunks),
      }));
    },
  },
  {
    ...base,
    id: 'i3c/read-memory/long-chunks',
    requirement: 'Chunks of 2048 bytes follow one another in one read.',
    covers: ['i3c-read-memory-8', 'i3c-read-memory-7'],
    entries: ['connected'],
    unsupported: noRoom,
    setUp: longFlash,
    script: (part) => ({
      steps: readChunks(scratch(part), [
        long.slice(0, LONGEST_CHUNK),
        long.slice(LONGEST_CHUNK, 2 * LONGEST_CHUNK),
        long.slice(2 * LONGEST_CHUNK),
      ]),
    }),
  },
  {
    ...base,
    id: 'i3c/read-memory/more-awaits-a-size',
    requirement:
      'Behind a chunk that more follow a size is awaited: what would be a command is the size that it says.',
    covers: ['i3c-read-memory-9'],
    setUp: longFlash,
    unsupported: noRoom,
    script: (part) => {
      // 00 FF FF: Get, if it were a command, or 127 bytes and more
      const { get } = OPCODES;
      const sent = sealed('00 FF, as a size', [get, complement(get)]);
      return {
        steps: [
          command('read-memory'),
          address(scratch(part)),
          ...readChunk(long.slice(0, 16), 'more'),
          sent,
          fetch('127 bytes', long.slice(16, 16 + 127)),
          ...readChunk(long.slice(143, 144)),
        ],
      };
    },
  },
  {
    ...base,
    id: 'i3c/read-memory/last-chunk-ends',
    requirement: 'Behind the last chunk a command is awaited, however many chunks came before.',
    covers: ['i3c-read-memory-9'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: 8 }).map((count) => ({
        steps: [
          ...readChunks(
            start,
            Array.from({ length: count }, (_, at) => bytes.slice(4 * at, 4 * at + 4)),
          ),
          ...getId(),
          ...readMemory(start, bytes.slice(0, 4)),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'i3c/read-memory/refused-chunk-ends',
    requirement:
      'A later chunk that is refused for its checksum or its size ends the command, although it said that more follow.',
    covers: ['i3c-read-memory-10', 'i3c-read-memory-4'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      const refused = fc.oneof(
        spoils.map(([spoil]) => size(8, 'more', [NACK], spoil)),
        tooLong.map(([, count]) => size(count!, 'more', [NACK])),
        fc.constant(size(0, 'more', [NACK])),
      );
      return fc.tuple(fc.integer({ min: 1, max: 3 }), refused).map(([count, last]) => ({
        steps: [
          command('read-memory'),
          address(start),
          ...Array.from({ length: count }, (_, at) =>
            readChunk(bytes.slice(8 * at, 8 * at + 8), 'more'),
          ).flat(),
          last,
          ...getId(),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'i3c/read-memory/past-the-end',
    requirement: 'A chunk that starts in flash and runs past its end is refused.',
    covers: ['i3c-read-memory-11'],
    unsupported: goesOn,
    script: (part) =>
      fc
        .tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }))
        .map(([before, behind]) => ({
          steps: [
            command('read-memory'),
            address(part.pages.at(-1)!.end - before),
            size(before + behind, 'last', [NACK]),
          ],
        })),
  },
  {
    ...base,
    id: 'i3c/read-memory/chunk-behind-the-end',
    requirement: 'A chunk behind one that ended with flash is refused and ends the command.',
    covers: ['i3c-read-memory-11', 'i3c-read-memory-8'],
    unsupported: goesOn,
    setUp: (part) => ({
      flash: [{ address: part.pages.at(-1)!.end - 16, bytes: Uint8Array.from(pattern(16)) }],
    }),
    script: (part) =>
      fc.integer({ min: 1, max: LONGEST_CHUNK }).map((count) => ({
        steps: [
          command('read-memory'),
          address(part.pages.at(-1)!.end - 16),
          ...readChunk(pattern(16), 'more'),
          size(count, 'last', [NACK]),
          ...getId(),
        ],
      })),
  },
];

export default scenarios;
