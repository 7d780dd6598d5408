import * as fc from 'fast-check';
import { NACK, address, command, fetch, read, result, sealed } from '../host.ts';
import { be32, packet } from '../../usart/host.ts';
import { has, nowhere } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { filled, spoils, wordsPastTheEnd } from '../../../scenarios/inputs.ts';
import { crcOf } from '../../usart/scenarios/get-checksum.ts';
import { content, notWide, wide, widelyFilled } from '../../../scenarios/scratch.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { reachable } from './define.ts';

const POLYNOMIAL = 0x04c1_1db7;
const INITIAL = 0xffff_ffff;

const size = (bytes: number, replies?: readonly Reply[], wrong?: number): Step =>
  sealed(`${bytes} bytes`, be32(bytes), replies, wrong);

/** All of the command over bytes that are known. */
const summed = (start: number, bytes: readonly number[]): readonly Step[] => [
  command('no-stretch-get-checksum'),
  address(start),
  size(bytes.length),
  result('no-stretch', 'write'),
  fetch('the checksum', 5, [read(...packet(be32(crcOf(bytes, POLYNOMIAL, INITIAL))))]),
];

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ['connected', 'after-nack'],
  commands: ['no-stretch-get-checksum'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.18/crc',
    requirement: 'No-Stretch Get Checksum answers the CRC of the words at the address.',
    covers: ['i2c-3.18-1', 'i2c-3.18-2'],
    entries: ['connected', 'after-nack', 'aborted-write'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .integer({ min: 1, max: Math.min(64, bytes.length / 4) })
        .map((words) => ({ steps: summed(start, bytes.slice(0, 4 * words)) }));
    },
  },
  {
    ...base,
    id: 'i2c/3.18/summing-changes-nothing',
    requirement:
      'No-Stretch Get Checksum leaves the memory as it was, and is as good a second time.',
    covers: ['i2c-3.18-1'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [...summed(start, bytes.slice(0, 16)), ...summed(start, bytes.slice(0, 16))],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.18/large-size',
    requirement: 'A size has four bytes: the CRC of more than 64 KiB covers all of them.',
    covers: ['i2c-3.18-1', 'i2c-3.18-2'],
    entries: ['connected'],
    unsupported: notWide,
    setUp: (part) => ({ flash: widelyFilled(part) }),
    script: (part) => {
      const { start, bytes } = wide(part);
      return { steps: summed(start, bytes) };
    },
  },
  {
    ...base,
    id: 'i2c/3.18/size-zero',
    requirement: 'A size of zero bytes is refused.',
    covers: ['i2c-3.18-3'],
    script: (part) => ({
      steps: [command('no-stretch-get-checksum'), address(part.pages[0]!.start), size(0, [NACK])],
    }),
  },
  {
    ...base,
    id: 'i2c/3.18/size-between-words',
    requirement: 'A size that is no multiple of four is refused.',
    covers: ['i2c-3.18-3'],
    script: (part) =>
      fc.integer({ min: 1, max: 63 }).map((bytes) => ({
        steps: [
          command('no-stretch-get-checksum'),
          address(part.pages[0]!.start),
          size(bytes % 4 === 0 ? bytes + 1 : bytes, [NACK]),
        ],
      })),
  },
  {
    ...base,
    id: 'i2c/3.18/size-past-the-end',
    requirement: 'A size that reaches beyond the memory is refused.',
    covers: ['i2c-3.18-3'],
    entries: ['connected'],
    script: (part) => {
      const { end } = part.pages.at(-1)!;
      return {
        steps: wordsPastTheEnd(part).flatMap((words) => [
          command('no-stretch-get-checksum'),
          address(end - 16),
          size(4 * words, [NACK]),
        ]),
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.18/address-between-words',
    requirement: 'An address that no word begins at is refused.',
    covers: ['i2c-3.18-4'],
    script: (part) =>
      fc.constantFrom(1, 2, 3).map((off) => ({
        steps: [command('no-stretch-get-checksum'), address(part.pages[0]!.start + off, [NACK])],
      })),
  },
  {
    ...base,
    id: 'i2c/3.18/flash-only',
    requirement: 'An address outside of main flash is refused.',
    covers: ['i2c-3.18-4'],
    unsupported: noRam,
    script: (part) => ({
      steps: [part.ram!, ...part.device.systemMemory].flatMap(({ start }) => [
        command('no-stretch-get-checksum'),
        address(start, [NACK]),
      ]),
    }),
  },
  {
    ...base,
    id: 'i2c/3.18/no-memory-there',
    requirement: 'An address at which there is no memory is refused.',
    covers: ['i2c-3.18-4'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((at) => ({
        steps: [command('no-stretch-get-checksum'), address(at, [NACK])],
      })),
  },
  {
    ...base,
    id: 'i2c/3.18/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused.',
    covers: ['i2c-3.18-5'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          command('no-stretch-get-checksum'),
          address(part.pages[0]!.start, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.18/wrong-size-checksum',
    requirement: 'A size with a wrong checksum is refused.',
    covers: ['i2c-3.18-5'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          command('no-stretch-get-checksum'),
          address(part.pages[0]!.start),
          size(16, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.18/protected',
    requirement: 'Under readout protection No-Stretch Get Checksum is refused at the command.',
    covers: ['i2c-3-9', 'i2c-3.18-6'],
    strength: 'observed', // a footnote of the note can be read otherwise
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('no-stretch-get-checksum', NACK)] }),
  },
  {
    ...base,
    id: 'i2c/3.18/not-offered',
    requirement: 'A bootloader whose list has no Get Checksum refuses it.',
    covers: ['i2c-3-2', 'i2c-4-1'],
    commands: [],
    entries: ['connected', 'rdp-1'],
    unsupported: (part) => (has(part, 'no-stretch-get-checksum') ? 'it is offered' : undefined),
    script: () => ({ steps: [command('no-stretch-get-checksum', NACK)] }),
  },
];

export default reachable(scenarios);
