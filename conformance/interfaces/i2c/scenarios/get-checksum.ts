import * as fc from 'fast-check';
import { NACK, address, command, fetch, read, result, sealed } from '../host.ts';
import { noStretchHost } from '../framed-host.ts';
import { be32, packet } from '../../usart/host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { checksums } from '../../../scenarios/get-checksum.ts';
import { noRam } from '../../../scenarios/kit/replies.ts';
import { reachable } from './define.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ['connected', 'after-nack'],
  commands: ['no-stretch-get-checksum'],
} as const;

const scenarios: readonly Scenario[] = [
  ...checksums(
    noStretchHost,
    '3.18',
    {
      crc: [1, 2],
      'summing-changes-nothing': [1],
      'large-size': [1, 2],
      'size-zero': [3],
      'size-past-the-end': [3],
      'no-memory-there': [4],
      'wrong-address-checksum': [5],
      'wrong-size-checksum': [5],
      // a footnote of the note can be read otherwise
      protected: { covers: ['3-9', 6], strength: 'observed' },
      'not-offered': ['3-2', '4-1'],
    },
    {
      unit: 'bytes',
      parameters: ['size'],
      result: (_, last, crc) => [
        last,
        result('no-stretch', 'write'),
        fetch('the checksum', 5, [read(...packet(be32(crc)))]),
      ],
    },
  ),
  {
    ...base,
    id: 'i2c/3.18/size-between-words',
    requirement: 'A size that is no multiple of four is refused.',
    covers: ['i2c-3.18-3'],
    script: (part) =>
      fc.integer({ min: 1, max: 63 }).map((bytes) => {
        const size = bytes % 4 === 0 ? bytes + 1 : bytes;
        return {
          steps: [
            command('no-stretch-get-checksum'),
            address(part.pages[0]!.start),
            sealed(`${size} bytes`, be32(size), [NACK]),
          ],
        };
      }),
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
];

export default reachable(scenarios);
