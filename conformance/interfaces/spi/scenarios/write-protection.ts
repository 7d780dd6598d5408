import * as fc from 'fast-check';
import { NACK, command, count, done, resetting, resync, sectorList, writeMemory } from '../host.ts';
import { xor } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { marked, spoils } from '../../../scenarios/inputs.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import {
  noSecondSector,
  noSectorCodes,
  pageOfAnotherSector,
  pagesOfSectors,
  sectorCodes,
} from '../../../scenarios/sectors.ts';
import { protectionAreas, sectorsListed } from '../../../scenarios/sector-lists.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';

const protect = (part: Part, ...pages: readonly Page[]): readonly Step[] => [
  command('write-protect'),
  count('sectors', pages.length),
  resetting(sectorList(sectorCodes(part, pages))),
];

const sectors = sectorsListed({
  protect: (codes) => [
    command('write-protect'),
    count('sectors', codes.length),
    resetting(sectorList(codes)),
  ],
  unprotect: () => done('write-unprotect'),
  back: () => [resync()],
  write: (part, to, data) => writeMemory(part, to, data),
});

const base = {
  strength: 'must',
  destroys: 'options',
  entries: ['synchronised'],
  commands: ['write-protect'],
  unsupported: noSectorCodes,
} as const;

const unprotecting = {
  ...base,
  commands: ['write-unprotect'],
  unsupported: noWriteProtection,
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.9/resets',
    requirement: 'Write Protect is acknowledged behind its list, and followed by a reset.',
    covers: ['spi-2.9-1', 'spi-2.9-3'],
    entries: ['synchronised', 'after-nack', 'nss-low'],
    script: (part) => ({
      steps: [...protect(part, scratchPages(part)[0]!), resync()],
      left: [{ areas: protectionAreas(part) }],
    }),
  },
  {
    ...base,
    id: 'spi/2.9/protects',
    requirement: 'Behind Write Protect the sectors of its list can no longer be written.',
    covers: ['spi-2.9-1'],
    entries: ['synchronised', 'aborted-write'],
    commands: ['write-protect', 'write-memory'],
    script: (part) => ({
      steps: [
        ...protect(part, ...pagesOfSectors(part)),
        resync(),
        ...pagesOfSectors(part).flatMap(({ start }) => writeMemory(part, start, some(part))),
      ],
      left: [{ areas: protectionAreas(part) }],
    }),
  },
  {
    ...base,
    id: 'spi/2.9/spares-others',
    requirement: 'Write Protect leaves the sectors that are not in its list open.',
    covers: ['spi-2.9-1'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const { start } = pageOfAnotherSector(part)!;
      return {
        steps: [
          ...protect(part, scratchPages(part)[0]!),
          resync(),
          ...writeMemory(part, start, some(part)),
        ],
        left: [{ areas: [...protectionAreas(part), holding(start, some(part))] }],
      };
    },
  },
  {
    ...base,
    id: 'spi/2.9/second-replaces-first',
    requirement: 'A second Write Protect opens the sectors that only the first one protected.',
    covers: ['spi-2.9-4'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const second = pageOfAnotherSector(part)!;
      return {
        steps: [
          ...protect(part, scratchPages(part)[0]!),
          resync(),
          ...protect(part, second),
          resync(),
          ...writeMemory(part, scratch(part), some(part)),
          ...writeMemory(part, second.start, some(part)),
        ],
        left: [{ areas: [...protectionAreas(part), holding(scratch(part), some(part))] }],
      };
    },
  },
  {
    ...base,
    id: 'spi/2.9/codes-not-judged',
    requirement: 'A sector code that no sector has is no error.',
    covers: ['spi-2.9-5'],
    script: (part) => ({
      steps: [command('write-protect'), count('sectors', 1), resetting(sectorList([0xff]))],
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...base,
    ...sectors.each,
    id: 'spi/2.9/each-sector',
    covers: ['spi-2.9-1'],
    commands: ['write-protect', 'write-memory'],
  },
  {
    ...base,
    ...sectors.beyondUnknown,
    id: 'spi/2.9/unknown-code-among-others',
    covers: ['spi-2.9-1', 'spi-2.9-5'],
    commands: ['write-protect', 'write-memory'],
  },
  {
    ...base,
    id: 'spi/2.9/wrong-checksum',
    requirement: 'A list of sectors with a wrong checksum is refused and protects nothing.',
    covers: ['spi-2.9-2', 'spi-2.1-1'],
    entries: ['synchronised', 'after-nack', 'aborted-write'],
    unsupported: noWriteProtection,
    script: () =>
      fc
        .tuple(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), spoils)
        .map(([codes, all]) => ({
          steps: all.flatMap((wrong) => [
            command('write-protect'),
            count('sectors', codes.length),
            sectorList(codes, [NACK], wrong),
          ]),
        })),
  },
  {
    ...base,
    id: 'spi/2.9/wrong-count',
    requirement: 'A number of sectors without its complement is refused before any is named.',
    covers: ['spi-2.9-2', 'spi-2.1-2'],
    entries: ['synchronised', 'after-nack'],
    unsupported: noWriteProtection,
    script: () =>
      fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([sectors, all]) => ({
        steps: all.flatMap((wrong) => [
          command('write-protect'),
          count('sectors', sectors, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'spi/2.9/checksum-without-count',
    requirement:
      'The checksum of the list is that of the codes: one that covers their number too is refused.',
    covers: ['spi-2.9-2'],
    strength: 'observed',
    unsupported: noWriteProtection,
    script: () => ({
      steps: [
        command('write-protect'),
        count('sectors', 2),
        sectorList([1, 2], [NACK], xor([2 - 1])),
      ],
    }),
  },
  {
    ...base,
    id: 'spi/2.9/protected',
    requirement: 'Under readout protection Write Protect is refused at the command.',
    covers: ['spi-2.9-6'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('write-protect', NACK)] }),
  },
  {
    ...unprotecting,
    id: 'spi/2.10/two-acks',
    requirement: 'Write Unprotect is acknowledged twice, and followed by a reset.',
    covers: ['spi-2.10-1', 'spi-2.10-3'],
    entries: ['synchronised', 'after-nack', 'nss-low', 'write-protected'],
    script: (part) => ({
      steps: [...done('write-unprotect'), resync()],
      left: [{ areas: protectionAreas(part) }],
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.10/unprotects',
    requirement: 'Behind Write Unprotect the sector that was protected can be written.',
    covers: ['spi-2.10-2'],
    entries: ['write-protected'],
    commands: ['write-unprotect', 'write-memory'],
    script: (part) => ({
      steps: [
        ...done('write-unprotect'),
        resync(),
        ...writeMemory(part, scratch(part), some(part)),
      ],
      left: [{ areas: [...protectionAreas(part), holding(scratch(part), some(part))] }],
    }),
  },
  {
    ...unprotecting,
    ...sectors.freed,
    id: 'spi/2.10/every-sector',
    covers: ['spi-2.10-2'],
    commands: ['write-unprotect', 'write-memory'],
  },
  {
    ...unprotecting,
    id: 'spi/2.10/keeps-content',
    requirement: 'Write Unprotect leaves main flash as it was.',
    covers: ['spi-2.10-4'],
    entries: ['write-protected'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: done('write-unprotect'),
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.10/protected',
    requirement: 'Under readout protection Write Unprotect is refused at the command.',
    covers: ['spi-2.10-5'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('write-unprotect', NACK)] }),
  },
];

export default scenarios;
