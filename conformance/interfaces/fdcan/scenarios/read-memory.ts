import { reads } from '../../../scenarios/read-memory.ts';
import { fdcanHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { answered, command, memory, nack, read, readHeader, send } from '../host.ts';
import { OPCODES, be32 } from '../../usart/host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { anyBytes } from '../../../run/script.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { content } from '../../../scenarios/kit/scratch.ts';
import { WAITING } from './define.ts';
import { protectedReadReplies } from './replies.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: WAITING,
  commands: ['read-memory'],
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  ...reads(fdcanHost, 'read-memory', {
    flash: [1, 2],
    'one-byte': [1],
    '256-bytes': [1, 3],
    'last-bytes-of-flash': [2],
    'blank-flash': [2],
    ram: { covers: [2], entries: ['connected', 'spoilt-frame'] },
    'system-memory': [2],
    'bootloader-id': [6],
    'option-bytes': [2],
    'no-memory-there': [7],
    'bootloader-ram': [7],
    protected: [11, 'command-set-4'],
  }),
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
