import * as fc from 'fast-check';
import { answered, command, memory, nack, read, readHeader, send } from '../host.ts';
import { OPCODES, be32 } from '../../usart/host.ts';
import { blank, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { anyBytes } from '../../../run/script.ts';
import { filled } from '../../../scenarios/inputs.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { regionsRead } from '../../../scenarios/regions.ts';
import { content } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';
import { protectedReadReplies, ramNotKept } from './replies.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

const READING = [...WAITING, 'write-protected'] as const;

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: WAITING,
  commands: ['read-memory'],
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const regions = regionsRead({
  read,
  unjudged: (from, count) => [readHeader(from, count, memory(anyBytes(count)))],
});

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/read-memory/flash',
    requirement: 'Read Memory answers the N + 1 bytes that lie at the address.',
    covers: ['fdcan-read-memory-1', 'fdcan-read-memory-2'],
    entries: READING,
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 256 }))
        .map(([at, count]) => ({ steps: read(start + at, bytes.slice(at, at + count)) }));
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/one-byte',
    requirement: 'The shortest read is one byte, with N = 0.',
    covers: ['fdcan-read-memory-1'],
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: read(start, bytes.slice(0, 1)) };
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/256-bytes',
    requirement: 'The longest read is 256 bytes, with N = 255, in four frames.',
    covers: ['fdcan-read-memory-1', 'fdcan-read-memory-3'],
    unsupported: (part) => (content(part).bytes.length < 256 ? 'a page is shorter' : undefined),
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: read(start, bytes.slice(0, 256)) };
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/whole-frames',
    requirement: 'Memory is sent in as many frames of 64 bytes as it fills, and an ACK.',
    covers: ['fdcan-read-memory-3', 'fdcan-read-memory-4'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .constantFrom(1, 2, 8, 12, 63, 64, 65, 127, 128, 129, 191, 192, 193, 255)
        .map((count) => ({ steps: read(start, bytes.slice(0, count)) }));
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/filled-up',
    requirement: 'The last frame is filled up with 0xFF.',
    covers: ['fdcan-read-memory-5'],
    strength: 'observed',
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.constantFrom(1, 20, 65).map((count) => ({
        steps: [readHeader(start, count, memory(bytes.slice(0, count), 0xff))],
      }));
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/any-address',
    requirement: 'A read may begin at any address.',
    covers: ['fdcan-read-memory-2'],
    entries: ['connected'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: 15 }).map((at) => ({
        steps: read(start + at, bytes.slice(at, at + 5)),
      }));
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/one-behind-the-other',
    requirement: 'Behind the closing ACK the next read can be asked for at once.',
    covers: ['fdcan-read-memory-4'],
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [0, 8, 72].flatMap((at) => read(start + at, bytes.slice(at, at + 66))),
      };
    },
  },
  {
    ...base,
    ...regions.lastBytes,
    id: 'fdcan/read-memory/last-bytes-of-flash',
    covers: ['fdcan-read-memory-2'],
    entries: ['connected', 'unknown-command'],
  },
  {
    ...base,
    id: 'fdcan/read-memory/blank-flash',
    requirement: 'Erased flash reads as the erase value of the series.',
    covers: ['fdcan-read-memory-2'],
    entries: ['connected'],
    setUp: () => ({}),
    script: (part) => ({
      steps: read(scratchPages(part).at(-1)!.start, Array<number>(70).fill(blank(part))),
    }),
  },
  {
    ...base,
    ...regions.ram,
    id: 'fdcan/read-memory/ram',
    covers: ['fdcan-read-memory-2'],
    entries: ['connected', 'spoilt-frame'],
  },
  {
    ...base,
    ...regions.systemMemory,
    id: 'fdcan/read-memory/system-memory',
    covers: ['fdcan-read-memory-2'],
    entries: ['connected'],
  },
  {
    ...base,
    ...regions.bootloaderId,
    id: 'fdcan/read-memory/bootloader-id',
    covers: ['fdcan-read-memory-6'],
    entries: ['connected'],
  },
  {
    ...base,
    ...regions.optionBytes,
    id: 'fdcan/read-memory/option-bytes',
    covers: ['fdcan-read-memory-2'],
    entries: ['connected', 'write-protected'],
  },
  {
    ...base,
    id: 'fdcan/read-memory/no-memory-there',
    requirement: 'An address without memory is refused: one NACK answers the whole request.',
    covers: ['fdcan-read-memory-7'],
    entries: READING,
    script: (part) =>
      fc
        .tuple(fc.constantFrom(...nowhere(part)), fc.integer({ min: 1, max: 256 }))
        .map(([at, count]) => ({ steps: [readHeader(at, count, nack('read-memory'))] })),
  },
  {
    ...base,
    id: 'fdcan/read-memory/bootloader-ram',
    requirement: 'RAM that the bootloader uses is refused.',
    covers: ['fdcan-read-memory-7'],
    entries: ['connected', 'unknown-command'],
    unsupported: ramNotKept,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: [readHeader(start, 4, nack('read-memory'))],
      })),
  },
  {
    ...base,
    id: 'fdcan/read-memory/longer-header',
    requirement: 'What follows the five bytes of the header in its frame is ignored.',
    covers: ['fdcan-read-memory-9'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.constantFrom(8, 12, 64).map((length) => {
        const data = [...be32(start), 4 - 1, ...Array<number>(length - 5).fill(0xa5)];
        return {
          steps: [
            send(
              `a header in ${length} bytes`,
              [{ id: OPCODES['read-memory'], data }],
              memory(bytes.slice(0, 4)),
            ),
          ],
        };
      });
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/shorter-header',
    requirement:
      'A header without its length is answered at once: refused, or the length taken as it comes.',
    covers: ['fdcan-read-memory-10'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const { start } = content(part);
      const one = anyBytes(64);
      const frames = [1, 2, 3, 4].map((count) =>
        answered('read-memory', ...Array<number[]>(count).fill(one)),
      );
      return { steps: [command('read-memory', be32(start), nack('read-memory'), ...frames)] };
    },
  },
  {
    ...base,
    id: 'fdcan/read-memory/protected',
    requirement: 'Under readout protection Read Memory is refused, and reveals nothing.',
    covers: ['fdcan-read-memory-11', 'fdcan-command-set-4'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) =>
      fc
        .constantFrom(
          part.pages[0]!.start,
          scratchPages(part)[0]!.start,
          part.pages.at(-1)!.end - 4,
        )
        .map((from) => ({ steps: [readHeader(from, 4, ...protectedReadReplies(part))] })),
    sharesKills: 'the protection shows again after Readout Protect',
  },
  {
    ...base,
    id: 'fdcan/read-memory/protected-ram',
    requirement: 'Under readout protection RAM is not read either.',
    covers: ['fdcan-read-memory-11'],
    entries: ['rdp-1'],
    unsupported: (part) => noReadoutProtection(part) ?? noRam(part),
    script: (part) => ({ steps: [readHeader(part.ram!.start, 4, ...protectedReadReplies(part))] }),
    sharesKills: 'the protection shows again after Readout Protect',
  },
  {
    ...base,
    id: 'fdcan/read-memory/reading-changes-nothing',
    requirement: 'Reading, and a read that is refused, leave memory as it was.',
    covers: ['fdcan-read-memory-12'],
    entries: ['connected', 'write-protected'],
    script: (part) => {
      const { start, bytes } = content(part);
      const again = read(start, bytes.slice(0, 100));
      return {
        steps: [...again, readHeader(nowhere(part)[0]!, 4, nack('read-memory')), ...again],
      };
    },
  },
];

export default scenarios;
