import * as fc from 'fast-check';
import { ACK, NACK, address, command, count, fetch, frame, read, readMemory } from '../host.ts';
import { be32, complement, packet } from '../../usart/host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { anyBytes } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { filled, spoils } from '../../../scenarios/inputs.ts';
import { regionsRead } from '../../../scenarios/regions.ts';
import { content } from '../../../scenarios/scratch.ts';
import { noReadoutProtection } from '../../../scenarios/replies.ts';
import { READING, WAITING, reachable } from './define.ts';
import { addressRefused } from './replies.ts';

const regions = regionsRead({
  read: readMemory,
  unjudged: (from, count) => readMemory(from, anyBytes(count)),
});

const base = {
  strength: 'must',
  destroys: 'nothing',
  commands: ['read-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.4/flash',
    requirement: 'Read Memory answers the N + 1 bytes that lie at the address.',
    covers: ['i2c-3.4-1', 'i2c-3.4-7'],
    entries: READING,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 256 }))
        .map(([at, length]) => ({ steps: readMemory(start + at, bytes.slice(at, at + length)) }));
    },
  },
  {
    ...base,
    id: 'i2c/3.4/one-byte',
    requirement: 'The shortest read is one byte, with N = 0.',
    covers: ['i2c-3.4-1'],
    entries: WAITING,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: readMemory(start, bytes.slice(0, 1)) };
    },
  },
  {
    ...base,
    id: 'i2c/3.4/256-bytes',
    requirement: 'The longest read is 256 bytes, with N = 255.',
    covers: ['i2c-3.4-1'],
    entries: WAITING,
    unsupported: (part) =>
      content(part).bytes.length < 256 ? 'a page of this line is shorter' : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: readMemory(start, bytes.slice(0, 256)) };
    },
  },
  {
    ...base,
    id: 'i2c/3.4/no-ack-behind-data',
    requirement: 'No ACK follows the data: the next command can be sent at once.',
    covers: ['i2c-3.4-5'],
    entries: WAITING,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          ...readMemory(start, bytes.slice(0, 8)),
          ...readMemory(start + 8, bytes.slice(8, 12)),
        ],
      };
    },
    sharesKills: 'an ACK too many shows in every section that reads',
  },
  {
    ...base,
    ...regions.lastBytes,
    id: 'i2c/3.4/last-bytes-of-flash',
    covers: ['i2c-3.4-6'],
    entries: ['connected', 'after-nack'],
  },
  {
    ...base,
    ...regions.ram,
    id: 'i2c/3.4/ram',
    covers: ['i2c-3.4-6'],
    entries: ['connected', 'after-nack', 'aborted-write'],
  },
  {
    ...base,
    ...regions.systemMemory,
    id: 'i2c/3.4/system-memory',
    covers: ['i2c-3.4-6'],
    entries: ['connected'],
  },
  {
    ...base,
    ...regions.bootloaderId,
    id: 'i2c/3.4/bootloader-id',
    covers: ['i2c-3.4-9'],
    entries: ['connected'],
  },
  {
    ...base,
    ...regions.optionBytes,
    id: 'i2c/3.4/option-bytes',
    covers: ['i2c-3.4-6'],
    entries: ['connected', 'write-protected'],
  },
  {
    ...base,
    id: 'i2c/3.4/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused and ends the command.',
    covers: ['i2c-3.4-2'],
    entries: READING,
    script: (part) =>
      fc.tuple(fc.constantFrom(...part.pages.slice(0, 4)), spoils).map(([{ start }, all]) => ({
        steps: all.flatMap((wrong) => [command('read-memory'), address(start, [NACK], wrong)]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.4/wrong-length-complement',
    requirement: 'A length that is not followed by its complement is refused and ends the command.',
    covers: ['i2c-3.4-4'],
    entries: READING,
    script: (part) =>
      fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([length, all]) => ({
        steps: all.flatMap((wrong) => [
          command('read-memory'),
          address(part.pages[0]!.start),
          count('bytes', length, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.4/no-memory-there',
    requirement: 'An address at which there is no memory is refused and ends the command.',
    covers: ['i2c-3.4-3'],
    entries: READING,
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((at) => ({
        steps: [
          command('read-memory'),
          address(at, addressRefused(part.bootloader.readRefusedAt, [count('bytes', 4, [NACK])])),
        ],
      })),
  },
  {
    ...base,
    id: 'i2c/3.4/data-read-too-far',
    requirement: 'A host that reads more than it asked for gets filler behind the data.',
    covers: ['i2c-3-5'],
    strength: 'observed',
    entries: ['connected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: 64 }).map((length) => ({
        steps: [
          command('read-memory'),
          address(start),
          count('bytes', length),
          fetch('the data and a byte', length + 1, [read(...bytes.slice(0, length), 0xff)]),
          ...readMemory(start, bytes.slice(0, 4)),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'i2c/3.4/steps-fetched-apart',
    requirement:
      'Frames and the answers to them are transfers of their own, however long lies between them.',
    covers: ['i2c-3.4-1', 'i2c-3-10'],
    entries: ['connected', 'after-nack'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      const late = (name: string): Step => fetch(name, 1, [ACK], { pause: 2 });
      return {
        steps: [
          frame('read-memory', [0x11, 0xee]),
          late('its ACK'),
          frame('the address', packet(be32(start))),
          late('its ACK'),
          frame('the length', [7, complement(7)]),
          late('its ACK'),
          fetch('the data', 8, [read(...bytes.slice(0, 8))], { pause: 2 }),
        ],
      };
    },
    sharesKills: 'who loses an answer that is not fetched at once loses it in every section',
  },
  {
    ...base,
    id: 'i2c/3.4/reading-changes-nothing',
    requirement: 'Reading leaves the memory as it was.',
    covers: ['i2c-3.4-11'],
    entries: ['connected', 'write-protected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          ...readMemory(start, bytes.slice(0, 32)),
          command('read-memory'),
          address(start),
          count('bytes', 1, [NACK], 0x80),
          ...readMemory(start, bytes.slice(0, 32)),
        ],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.4/protected',
    requirement: 'Under readout protection Read Memory is refused at the command.',
    covers: ['i2c-3-9', 'i2c-3.4-10'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('read-memory', NACK)] }),
    sharesKills: 'the protection shows again behind Readout Protect (3.10)',
  },
];

export default reachable(scenarios);
