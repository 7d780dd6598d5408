import * as fc from 'fast-check';
import {
  LONGEST_CHUNK,
  NACK,
  OPCODES,
  TAKEN,
  address,
  command,
  data,
  getId,
  readMemory,
  size,
  step,
  writeChunks,
  writeMemory,
} from '../host.ts';
import { i3cHost } from '../framed-host.ts';
import { be16, packet, xor } from '../../usart/host.ts';
import { blockUnit } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { writes } from '../../../scenarios/write-memory.ts';
import { refusedWrites, writePackets } from '../../../scenarios/write-refused.ts';
import { bytes, flashBlock, marked, pattern, spoils } from '../../../scenarios/kit/inputs.ts';
import { noRam } from '../../../scenarios/kit/replies.ts';
import { scratch, some, stored } from '../../../scenarios/kit/scratch.ts';
import { WAITING } from './define.ts';
import { goesOn } from './read-memory.ts';
import { chunksOf, tooLong } from './sizes.ts';

const base = {
  strength: 'must',
  destroys: 'page',
  entries: ['connected', 'after-nack'],
  commands: ['write-memory'],
} as const;

/** Why three of the longest chunks cannot be written to the scratch pages; undefined when they can. */
const noRoom = (part: Part): string | undefined =>
  part.pages.at(-1)!.end - scratch(part) < 3 * LONGEST_CHUNK ? 'flash is too small' : undefined;

/** A write whose first chunk lands, and whose second is these steps. */
const behindAChunk = (part: Part, first: readonly number[], ...then: readonly Step[]) => [
  command('write-memory'),
  address(scratch(part)),
  size(first.length, 'more'),
  data(first),
  ...then,
];

const scenarios: readonly Scenario[] = [
  ...writes(i3cHost, 'write-memory', {
    flash: {
      covers: [1, 2],
      requirement:
        'Write Memory programs as many bytes as the size says, and acknowledges when that is done.',
    },
    'read-back': [1, 'read-memory-1'],
    'shortest-block': [1],
    'last-block-of-flash': [1],
    'one-block-after-the-other': [1, 2],
    ram: { covers: [12], known: [] },
    'length-not-multiple-of-4': [18],
    'misaligned-address': [17],
    'misaligned-spoils-later-writes': [17],
    'write-protected-page': [14],
    'option-bytes': [16],
  }),
  ...refusedWrites(i3cHost, 'write-memory', {
    'no-memory-there': [4],
    'system-memory': [13],
    'bootloader-ram': [13],
    protected: [15, 'commands-12'],
  }),
  ...writePackets(i3cHost, 'write-memory', {
    'wrong-address-checksum': [3],
    'wrong-block-checksum': [6],
    'refused-block-in-ram': { covers: [6], known: [] },
    'option-bytes-wrong-checksum': [6, 16],
  }),
  {
    ...base,
    id: 'i3c/write-memory/checksum-spares-the-size',
    requirement: 'The checksum of the data does not cover the size: one over both is refused.',
    covers: ['i3c-write-memory-6'],
    entries: ['connected', 'aborted-write'],
    script: (part) =>
      flashBlock(part)
        .filter(({ data: block }) => xor(be16(block.length * 2)) !== 0)
        .map(({ start, data: block }) => ({
          steps: [
            command('write-memory'),
            address(start),
            size(block.length),
            data(block, [NACK], xor(be16(block.length * 2))),
          ],
        })),
  },
  {
    ...base,
    id: 'i3c/write-memory/wrong-size-checksum',
    requirement: 'A size with a wrong checksum is refused and ends the command.',
    covers: ['i3c-write-memory-5', 'i3c-write-memory-10'],
    entries: WAITING,
    script: (part) =>
      fc
        .tuple(fc.integer({ min: 1, max: LONGEST_CHUNK }), fc.boolean(), spoils)
        .map(([count, more, all]) => ({
          steps: all.flatMap((wrong) => [
            command('write-memory'),
            address(scratch(part)),
            size(count, more ? 'more' : 'last', [NACK], wrong),
          ]),
        })),
  },
  {
    ...base,
    id: 'i3c/write-memory/longest-chunk',
    requirement: 'The longest chunk is 2048 bytes.',
    covers: ['i3c-write-memory-7', 'i3c-write-memory-1'],
    destroys: 'flash',
    entries: WAITING,
    unsupported: noRoom,
    script: (part) =>
      bytes(LONGEST_CHUNK).map((all) => ({
        steps: writeMemory(scratch(part), all),
        left: stored(scratch(part), all),
      })),
  },
  {
    ...base,
    id: 'i3c/write-memory/too-long',
    requirement:
      'A chunk of more than 2048 bytes is refused before its data, and ends the command.',
    covers: ['i3c-write-memory-7', 'i3c-write-memory-10'],
    script: (part) =>
      tooLong.map((sizes) => ({
        steps: sizes.flatMap((each) => [
          command('write-memory'),
          address(scratch(part)),
          size(each, 'last', [NACK]),
        ]),
      })),
  },
  {
    ...base,
    id: 'i3c/write-memory/size-zero',
    requirement:
      'A chunk of no byte is refused and ends the command, whether more should follow or not.',
    covers: ['i3c-write-memory-7', 'i3c-write-memory-10'],
    script: (part) => ({
      steps: (['last', 'more'] as const).flatMap((place) => [
        command('write-memory'),
        address(scratch(part)),
        size(0, place, [NACK]),
      ]),
    }),
  },
  {
    ...base,
    id: 'i3c/write-memory/several-chunks',
    requirement: 'Each chunk of a write goes on where the one before it ended.',
    covers: ['i3c-write-memory-8', 'i3c-write-memory-9'],
    entries: WAITING,
    script: (part) => {
      const unit = blockUnit(part);
      return bytes(12 * unit)
        .chain((all) => chunksOf(all, unit, 5 * unit))
        .map((chunks) => ({
          steps: writeChunks(scratch(part), chunks),
          left: stored(scratch(part), chunks.flat()),
        }));
    },
  },
  {
    ...base,
    id: 'i3c/write-memory/long-chunks',
    requirement: 'Chunks of 2048 bytes follow one another in one write.',
    covers: ['i3c-write-memory-8', 'i3c-write-memory-7'],
    destroys: 'flash',
    entries: ['connected'],
    unsupported: noRoom,
    script: (part) =>
      bytes(64).map((some64) => {
        const chunks = [0, 1, 2].map((each) =>
          Array.from(
            { length: LONGEST_CHUNK },
            (_, at) => some64[(at + 7 * each) % 64]! ^ (at >> 6),
          ),
        );
        return {
          steps: writeChunks(scratch(part), chunks),
          left: stored(scratch(part), chunks.flat()),
        };
      }),
  },
  {
    ...base,
    id: 'i3c/write-memory/chunks-in-ram',
    requirement: 'Chunks for RAM follow one another too.',
    covers: ['i3c-write-memory-8', 'i3c-write-memory-12'],
    destroys: 'nothing',
    entries: ['connected'],
    unsupported: noRam,
    script: (part) =>
      bytes(64)
        .chain((all) => chunksOf(all, 4, 24))
        .map((chunks) => ({
          steps: writeChunks(part.ram!.start, chunks),
          left: stored(part.ram!.start, chunks.flat()),
        })),
  },
  {
    ...base,
    id: 'i3c/write-memory/more-awaits-a-size',
    requirement:
      'Behind a chunk that more follow a size is awaited: what would be a command is the size that it says.',
    covers: ['i3c-write-memory-9'],
    script: (part) => {
      // 00 FF FF: Get, if it were a command, or 127 bytes and more; of these some fill no program unit
      const unit = blockUnit(part);
      const first = pattern(unit, 3);
      return {
        steps: behindAChunk(
          part,
          first,
          step(
            '00 FF FF, as a size',
            [{ write: packet([OPCODES.get, 0xff]) }],
            ...size(127).replies,
          ),
          data(pattern(127, 5), [NACK], 0x10),
        ),
        left: stored(scratch(part), first),
      };
    },
  },
  {
    ...base,
    id: 'i3c/write-memory/last-chunk-ends',
    requirement: 'Behind the last chunk a command is awaited, however many chunks came before.',
    covers: ['i3c-write-memory-9'],
    commands: ['write-memory', 'read-memory'],
    script: (part) =>
      fc.integer({ min: 1, max: 6 }).map((count) => {
        const chunks = Array.from({ length: count }, (_, at) => some(part, at));
        return {
          steps: [
            ...writeChunks(scratch(part), chunks),
            ...getId(),
            ...readMemory(scratch(part), chunks.flat()),
          ],
          left: stored(scratch(part), chunks.flat()),
        };
      }),
  },
  {
    ...base,
    id: 'i3c/write-memory/wrong-later-checksum',
    requirement:
      'A later chunk with a wrong checksum is refused and ends the command: those before it stay, and nothing of it is written.',
    covers: ['i3c-write-memory-10', 'i3c-write-memory-6'],
    script: (part) =>
      fc.tuple(spoils, fc.boolean()).map(([[wrong], more]) => {
        const first = some(part, 1);
        return {
          steps: [
            ...behindAChunk(
              part,
              first,
              size(first.length, more ? 'more' : 'last'),
              data(some(part, 2), [NACK], wrong),
            ),
            ...getId(),
          ],
          left: stored(scratch(part), first),
        };
      }),
  },
  {
    ...base,
    id: 'i3c/write-memory/refused-size-ends',
    requirement:
      'A later size that is refused ends the command, although it said that more follow, and the chunks before it stay.',
    covers: ['i3c-write-memory-10', 'i3c-write-memory-5'],
    script: (part) => {
      const refused = fc.oneof(
        spoils.map(([spoil]) => size(16, 'more', [NACK], spoil)),
        tooLong.map(([, count]) => size(count!, 'more', [NACK])),
        fc.constant(size(0, 'more', [NACK])),
      );
      return refused.map((last) => {
        const first = some(part, 1);
        return {
          steps: [...behindAChunk(part, first, last), ...getId()],
          left: stored(scratch(part), first),
        };
      });
    },
  },
  {
    ...base,
    id: 'i3c/write-memory/past-the-end',
    requirement: 'A chunk that starts in flash and runs past its end is refused before its data.',
    covers: ['i3c-write-memory-11'],
    unsupported: goesOn,
    script: (part) => {
      const unit = blockUnit(part);
      return fc.integer({ min: 2, max: Math.min(64, LONGEST_CHUNK / unit) }).map((units) => ({
        steps: [
          command('write-memory'),
          address(part.pages.at(-1)!.end - unit),
          size(units * unit, 'last', [NACK]),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'i3c/write-memory/chunk-behind-the-end',
    requirement: 'A chunk behind one that ended with flash is refused and ends the command.',
    covers: ['i3c-write-memory-11', 'i3c-write-memory-8'],
    unsupported: goesOn,
    script: (part) => {
      const last = some(part, 4);
      const start = part.pages.at(-1)!.end - last.length;
      return fc.integer({ min: 1, max: LONGEST_CHUNK }).map((count) => ({
        steps: [
          command('write-memory'),
          address(start),
          size(last.length, 'more'),
          data(last),
          size(count, 'last', [NACK]),
          ...getId(),
        ],
        left: stored(start, last),
      }));
    },
  },
  {
    ...base,
    id: 'i3c/write-memory/left-behind-a-chunk',
    requirement:
      'Of a write that the host leaves between two chunks those that were acknowledged stay.',
    covers: ['i3c-write-memory-2', 'i3c-write-memory-9'],
    script: (part) =>
      fc.integer({ min: 1, max: 4 }).map((count) => {
        const chunks = Array.from({ length: count }, (_, at) => some(part, at));
        return {
          steps: [
            command('write-memory'),
            address(scratch(part)),
            ...chunks.flatMap((each) => [size(each.length, 'more'), data(each)]),
          ],
          left: stored(scratch(part), chunks.flat()),
          ends: 'open',
        };
      }),
  },
  {
    ...base,
    id: 'i3c/write-memory/later-data-breaks-off',
    requirement:
      'Of a later chunk whose data break off nothing is written, and it is not answered.',
    covers: ['i3c-write-memory-19', 'i3c-commands-7'],
    strength: 'observed',
    setUp: (part) => ({ flash: marked(part, part.pages.slice(-1)) }),
    script: (part) =>
      fc.nat(0xff).map((at) => {
        const [first, second] = [some(part, 1), packet(some(part, 2))];
        const sent = second.slice(0, 1 + (at % (second.length - 1)));
        return {
          steps: behindAChunk(
            part,
            first,
            size(first.length),
            step('some of the data', [{ write: sent }, { pauseMs: 200 }], TAKEN),
          ),
          left: stored(scratch(part), first),
          ends: 'open',
        };
      }),
  },
];

export default scenarios;
