import * as fc from 'fast-check';
import { READING, WAITING } from '../../../run/entry.ts';
import { ACK, NACK, address, answer, command, length, read, step } from '../host.ts';
import { blank, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { anyBytes } from '../../../run/script.ts';
import { filled, spoils } from '../../../scenarios/inputs.ts';
import { regionsRead } from '../../../scenarios/regions.ts';
import { content } from '../../../scenarios/scratch.ts';
import {
  addressRefused,
  lengthRefused,
  noReadoutProtection,
  protectedRefusal,
  ramNotReserved,
} from '../../../scenarios/replies.ts';
import { unanswered } from '../../../scenarios/waits.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

const regions = regionsRead({
  read,
  unjudged: (from, count) => [
    command('read-memory'),
    address(from),
    length(count, [answer(...anyBytes(count))]),
  ],
});

const erased = (part: Part): Uint8Array => new Uint8Array(64).fill(blank(part));

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.4/flash',
    requirement: 'Read Memory answers the N + 1 bytes that lie at the address.',
    covers: ['3.4-1', '3.4-6', '3.4-7'],
    strength: 'must',
    destroys: 'nothing',
    entries: READING,
    commands: ['read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 256 }))
        .map(([at, count]) => ({
          steps: [...read(start + at, bytes.slice(at, at + count))],
        }));
    },
  },
  {
    id: 'usart/3.4/one-byte',
    requirement: 'The shortest read is one byte, with N = 0.',
    covers: ['3.4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: [...read(start, bytes.slice(0, 1))] };
    },
  },
  {
    id: 'usart/3.4/256-bytes',
    requirement: 'The longest read is 256 bytes, with N = 255.',
    covers: ['3.4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['read-memory'],
    unsupported: (part) =>
      content(part).bytes.length < 256 ? 'a page of this line is shorter' : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: [...read(start, bytes.slice(0, 256))] };
    },
  },
  {
    id: 'usart/3.4/no-ack-behind-data',
    requirement: 'No ACK follows the data: the next command can be sent at once.',
    covers: ['3.4-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: [...read(start, bytes.slice(0, 8)), ...read(start + 8, bytes.slice(8, 12))] };
    },
    sharesKills: 'an ACK too many shows in every section that reads',
  },
  {
    ...regions.lastBytes,
    id: 'usart/3.4/last-bytes-of-flash',
    covers: ['3.4-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['read-memory'],
  },
  {
    id: 'usart/3.4/blank-flash',
    requirement: 'Erased flash reads as the erase value of the series.',
    covers: ['3.4-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['read-memory'],
    setUp: (part) => ({
      flash: [{ address: scratchPages(part).at(-1)!.start, bytes: erased(part) }],
    }),
    script: (part) => ({
      steps: [...read(scratchPages(part).at(-1)!.start, [...erased(part)])],
    }),
  },
  {
    ...regions.ram,
    id: 'usart/3.4/ram',
    covers: ['3.4-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'aborted-write'],
    commands: ['read-memory'],
  },
  {
    ...regions.systemMemory,
    id: 'usart/3.4/system-memory',
    covers: ['3.4-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['read-memory'],
  },
  {
    ...regions.bootloaderId,
    id: 'usart/3.4/bootloader-id',
    covers: ['3.4-14'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['read-memory'],
  },
  {
    ...regions.optionBytes,
    id: 'usart/3.4/option-bytes',
    covers: ['3.4-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'write-protected'],
    commands: ['read-memory'],
  },
  {
    ...regions.otp,
    id: 'usart/3.4/otp',
    covers: ['3.4-6'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['read-memory'],
  },
  {
    id: 'usart/3.4/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused and ends the command.',
    covers: ['3.4-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: READING,
    commands: ['read-memory'],
    script: (part) =>
      fc.tuple(fc.constantFrom(...part.pages.slice(0, 4)), spoils).map(([{ start }, all]) => ({
        steps: all.flatMap((wrong) => [command('read-memory'), address(start, [NACK], wrong)]),
      })),
  },
  {
    id: 'usart/3.4/wrong-length-complement',
    requirement: 'A length that is not followed by its complement is refused and ends the command.',
    covers: ['3.4-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: READING,
    commands: ['read-memory'],
    script: (part) =>
      fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([count, all]) => ({
        steps: all.flatMap((wrong) => [
          command('read-memory'),
          address(part.pages[0]!.start),
          length(count, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.4/no-memory-there',
    requirement: 'An address at which there is no memory is refused and ends the command.',
    covers: ['3.4-3', '4-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: READING,
    commands: ['read-memory'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((at) => ({
        steps: [
          command('read-memory'),
          address(
            at,
            addressRefused(part, part.bootloader.readRefusedAt, [length(4, lengthRefused(part))]),
          ),
        ],
      })),
  },
  {
    id: 'usart/3.4/bootloader-ram',
    requirement: 'From protocol 2.2 on RAM that the bootloader uses is refused.',
    covers: ['3.4-8', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'half-command'],
    commands: ['read-memory'],
    unsupported: ramNotReserved,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: [
          command('read-memory'),
          address(
            start,
            addressRefused(part, part.bootloader.readRefusedAt, [length(4, lengthRefused(part))]),
          ),
        ],
      })),
  },
  {
    id: 'usart/3.4/protected',
    requirement: 'Under readout protection Read Memory is refused at the command.',
    covers: ['3-6', '3.4-10'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['read-memory'],
    unsupported: noReadoutProtection,
    script: (part) => ({ steps: [command('read-memory', ...protectedRefusal(part, true))] }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
  {
    id: 'usart/3.4/protected-reveals-nothing',
    requirement: 'Under readout protection a whole Read Memory reveals no byte of flash.',
    covers: ['3-6', '3.4-10'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['read-memory'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        command('read-memory', ...protectedRefusal(part, true)),
        // five bytes are two refused commands and half a one, which the next byte makes a third
        step('address all the same', [0x08, 0x00, 0x00, 0x00, 0x08], { bytes: [0x1f, 0x1f] }),
        step('found back', [0x08], NACK),
      ],
    }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
  {
    id: 'usart/3.4/reading-changes-nothing',
    requirement: 'Reading leaves the memory as it was.',
    covers: ['3.4-11'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'write-protected'],
    commands: ['read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          ...read(start, bytes.slice(0, 32)),
          command('read-memory', ACK),
          address(start),
          length(1, [NACK], 0x80),
          ...read(start, bytes.slice(0, 32)),
        ],
      };
    },
  },
  {
    id: 'usart/3.4/length-waits',
    requirement: 'A length without its complement is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          command('read-memory'),
          address(start),
          unanswered(step('length alone', [0x03])),
          step('its complement', [0xfc], answer(...bytes.slice(0, 4))),
        ],
      };
    },
  },
];

export default scenarios;
