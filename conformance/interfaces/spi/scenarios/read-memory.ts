import * as fc from 'fast-check';
import {
  DUMMY,
  NACK,
  address,
  ask,
  command,
  count,
  fetch,
  getAck,
  readMemory,
  step,
} from '../host.ts';
import { blank, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { anyBytes } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { filled, spoils } from '../../../scenarios/inputs.ts';
import { addressRefused, noReadoutProtection } from '../../../scenarios/replies.ts';
import { regionsRead } from '../../../scenarios/regions.ts';
import { content } from '../../../scenarios/scratch.ts';
import { READING, WAITING } from './define.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  commands: ['read-memory'],
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const regions = regionsRead({
  read: readMemory,
  unjudged: (from, count) => readMemory(from, anyBytes(count)),
});

/** Read Memory up to the refusal of its address. */
const refused = (part: Part, at: number): readonly Step[] => [
  command('read-memory'),
  address(at, addressRefused(part, part.bootloader.readRefusedAt, [count('bytes', 4, [NACK])])),
];

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.5/flash',
    requirement: 'Read Memory answers the N + 1 bytes that lie at the address, behind a dummy.',
    covers: ['spi-2.5-1', 'spi-2.1-3'],
    entries: READING,
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 256 }))
        .map(([at, number]) => ({
          steps: readMemory(start + at, bytes.slice(at, at + number)),
        }));
    },
  },
  {
    ...base,
    id: 'spi/2.5/one-byte',
    requirement: 'The shortest read is one byte, with N = 0.',
    covers: ['spi-2.5-1'],
    entries: WAITING,
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: readMemory(start, bytes.slice(0, 1)) };
    },
  },
  {
    ...base,
    id: 'spi/2.5/256-bytes',
    requirement: 'The longest read is 256 bytes, with N = 255.',
    covers: ['spi-2.5-1'],
    entries: WAITING,
    unsupported: (part) =>
      content(part).bytes.length < 256 ? 'a page of this line is shorter' : undefined,
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: readMemory(start, bytes.slice(0, 256)) };
    },
  },
  {
    ...base,
    id: 'spi/2.5/no-ack-behind-data',
    requirement: 'No ACK follows the data: the next command can be sent at once.',
    covers: ['spi-2.5-5'],
    entries: WAITING,
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
    id: 'spi/2.5/what-is-sent-meanwhile',
    requirement: 'What a host sends while it fetches the data counts for nothing.',
    covers: ['spi-2.1-5'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.array(fc.nat(0xff), { minLength: 8, maxLength: 8 }).map((sent) => ({
        steps: [
          command('read-memory'),
          address(start),
          count('bytes', 8),
          step('the data', [{ send: [DUMMY] }, { exchange: sent }], {
            bytes: bytes.slice(0, 8),
          }),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'spi/2.5/in-pieces',
    requirement: 'Data may be fetched in pieces, with pauses between them.',
    covers: ['spi-1-13', 'spi-2.1-3'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: 15 }).map((first) => ({
        steps: [
          command('read-memory'),
          address(start),
          count('bytes', 16),
          fetch('the first of the data', bytes.slice(0, first)),
          step(
            'and the rest',
            [{ pauseMs: 30 }, { exchange: Array.from({ length: 16 - first }, () => DUMMY) }],
            { bytes: bytes.slice(first, 16) },
          ),
        ],
      }));
    },
  },
  {
    ...base,
    ...regions.lastBytes,
    id: 'spi/2.5/last-bytes-of-flash',
    covers: ['spi-2.5-6'],
    entries: ['synchronised', 'after-nack'],
  },
  {
    ...base,
    id: 'spi/2.5/blank-flash',
    requirement: 'Erased flash reads as the erase value of the series.',
    covers: ['spi-2.5-6'],
    entries: ['synchronised'],
    setUp: () => ({}),
    script: (part) => ({
      steps: readMemory(
        scratchPages(part).at(-1)!.start,
        Array.from({ length: 64 }, () => blank(part)),
      ),
    }),
  },
  {
    ...base,
    ...regions.ram,
    id: 'spi/2.5/ram',
    covers: ['spi-2.5-6'],
    entries: ['synchronised', 'after-nack', 'aborted-write'],
  },
  {
    ...base,
    ...regions.systemMemory,
    id: 'spi/2.5/system-memory',
    covers: ['spi-2.5-6'],
    entries: ['synchronised'],
  },
  {
    ...base,
    ...regions.bootloaderId,
    id: 'spi/2.5/bootloader-id',
    covers: ['spi-2.5-11'],
    entries: ['synchronised'],
  },
  {
    ...base,
    ...regions.optionBytes,
    id: 'spi/2.5/option-bytes',
    covers: ['spi-2.5-6'],
    entries: ['synchronised', 'write-protected'],
  },
  {
    ...base,
    ...regions.otp,
    id: 'spi/2.5/otp',
    covers: ['spi-2.5-6'],
    strength: 'should',
    entries: ['synchronised'],
  },
  {
    ...base,
    id: 'spi/2.5/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused and ends the command.',
    covers: ['spi-2.5-2', 'spi-2.1-1'],
    entries: READING,
    script: (part) =>
      fc.tuple(fc.constantFrom(...part.pages.slice(0, 4)), spoils).map(([{ start }, all]) => ({
        steps: all.flatMap((wrong) => [command('read-memory'), address(start, [NACK], wrong)]),
      })),
  },
  {
    ...base,
    id: 'spi/2.5/wrong-length-complement',
    requirement: 'A length that is not followed by its complement is refused and ends the command.',
    covers: ['spi-2.5-4', 'spi-2.1-2'],
    entries: READING,
    script: (part) =>
      fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([number, all]) => ({
        steps: all.flatMap((wrong) => [
          command('read-memory'),
          address(part.pages[0]!.start),
          count('bytes', number, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'spi/2.5/no-memory-there',
    requirement: 'An address at which there is no memory is refused and ends the command.',
    covers: ['spi-2.5-3'],
    entries: READING,
    script: (part) => fc.constantFrom(...nowhere(part)).map((at) => ({ steps: refused(part, at) })),
  },
  {
    ...base,
    id: 'spi/2.5/bootloader-ram',
    requirement: 'RAM that the bootloader uses is refused.',
    covers: ['spi-2.5-7'],
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      part.bootloader.ramUsed.length === 0
        ? 'the RAM that the bootloader uses is not known'
        : undefined,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: refused(part, start),
      })),
  },
  {
    ...base,
    id: 'spi/2.5/protected',
    requirement: 'Under readout protection Read Memory is refused at the command.',
    covers: ['spi-2.5-9'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('read-memory', NACK)] }),
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
  {
    ...base,
    id: 'spi/2.5/protected-reveals-nothing',
    requirement: 'Under readout protection a whole Read Memory reveals no byte of flash.',
    covers: ['spi-2.5-9'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) => {
      const { start } = content(part);
      const sent = [start >>> 24, 0x00, 0x00, 0x00, start >>> 24, 0x07, 0xf8];
      const dummies = Array.from({ length: 16 }, () => DUMMY);
      return {
        steps: [
          command('read-memory', NACK),
          // nothing of it starts a frame
          step('address and length all the same', [{ send: sent }, { exchange: dummies }], {
            bytes: dummies.map(() => 0xa5),
          }),
          ask('the bootloader waits for a command', [0x5a, 0x00, 0x00], [NACK]),
        ],
      };
    },
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
  {
    ...base,
    id: 'spi/2.5/reading-changes-nothing',
    requirement: 'Reading leaves the memory as it was.',
    covers: ['spi-2.5-10'],
    entries: ['synchronised', 'write-protected'],
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
    id: 'spi/2.5/length-waits',
    requirement: 'A length is waited for without a time-out, and so is its complement.',
    covers: ['spi-1-13'],
    strength: 'observed',
    entries: ['synchronised'],
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          command('read-memory'),
          address(start),
          step(
            'length and complement, late',
            [{ pauseMs: 500 }, { send: [0x03] }, { pauseMs: 500 }, { send: [0xfc] }, ...getAck()],
            { bytes: [0x79] },
          ),
          fetch('the data', bytes.slice(0, 4)),
        ],
      };
    },
  },
];

export default scenarios;
