import { OPCODES, command, done, helloAgain, nack, write, writeProtect } from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { optionAreas } from '../../../scenarios/option-image.ts';
import { marked } from '../../../scenarios/inputs.ts';
import {
  noSecondSector,
  noSectorCodes,
  pageOfAnotherSector,
  pagesOfAreas,
  pagesOfSectors,
  protectingEverything,
  sectorCode,
  sectorCodes,
} from '../../../scenarios/sectors.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';

/** Code of the sector of the first scratch page. */
const firstCode = (part: Part): number => sectorCode(part, scratchPages(part)[0]!)!;

const sectors = {
  strength: 'must',
  destroys: 'options',
  entries: ['connected'],
  unsupported: noSectorCodes,
} as const;

const open = {
  ...sectors,
  entries: ['write-protected'],
  unsupported: noWriteProtection,
} as const;

const readout = {
  strength: 'must',
  destroys: 'chip',
  entries: ['connected'],
  unsupported: noReadoutProtection,
} as const;

const refused = { ...readout, destroys: 'nothing', entries: ['rdp-1'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...sectors,
    id: 'can/3.9/resets',
    requirement:
      'Write Protect is acknowledged for its first frame, for its codes and when done, and followed by a reset.',
    covers: ['can-3.9-1', 'can-3.9-2'],
    entries: WAITING,
    script: (part) => ({
      steps: writeProtect([firstCode(part)]),
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...sectors,
    id: 'can/3.9/protects',
    requirement: 'Behind Write Protect the sectors of its list can no longer be written.',
    covers: ['can-3.9-1'],
    script: (part) => {
      const pages = pagesOfSectors(part);
      return {
        steps: [
          ...writeProtect(sectorCodes(part, pages)),
          helloAgain(),
          ...pages.flatMap(({ start }) => write(start, some(part))),
        ],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
  {
    ...sectors,
    id: 'can/3.9/spares-others',
    requirement: 'Write Protect leaves the sectors that are not in its list open.',
    covers: ['can-3.9-1'],
    unsupported: noSecondSector,
    script: (part) => {
      const other = pageOfAnotherSector(part)!.start;
      return {
        steps: [...writeProtect([firstCode(part)]), helloAgain(), ...write(other, some(part))],
        left: [{ areas: [...optionAreas(part), holding(other, some(part))] }],
      };
    },
  },
  {
    ...sectors,
    id: 'can/3.9/second-replaces-first',
    requirement: 'A second Write Protect opens the sectors that only the first one protected.',
    covers: ['can-3.9-3'],
    unsupported: noSecondSector,
    script: (part) => {
      const second = pageOfAnotherSector(part)!;
      return {
        steps: [
          ...writeProtect([firstCode(part)]),
          helloAgain(),
          ...writeProtect([sectorCode(part, second)!]),
          helloAgain(),
          ...write(scratch(part), some(part)),
          ...write(second.start, some(part)),
        ],
        left: [{ areas: [...optionAreas(part), holding(scratch(part), some(part))] }],
      };
    },
  },
  {
    ...sectors,
    id: 'can/3.9/several-frames',
    requirement: 'More codes than one frame holds come in several, each of which is acknowledged.',
    covers: ['can-3.9-4'],
    script: (part) => {
      const pages = pagesOfSectors(part);
      const codes = sectorCodes(part, pages);
      return {
        steps: [
          // the first frame holds eight codes, all of the one sector
          ...writeProtect([...Array.from({ length: 9 }, () => codes[0]!), codes.at(-1)!]),
          helloAgain(),
          ...pages.flatMap(({ start }) => write(start, some(part))),
        ],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
  {
    ...sectors,
    id: 'can/3.9/codes-not-judged',
    requirement: 'A sector code that no sector has is no error.',
    covers: ['can-3.9-5'],
    script: (part) => ({
      steps: writeProtect([0xfe]),
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...refused,
    id: 'can/3.9/protected',
    requirement: 'Under readout protection Write Protect is refused at its first frame.',
    covers: ['can-3-2', 'can-3.9-6'],
    script: () => ({
      steps: [command('write-protect', [0], nack(OPCODES['write-protect']))],
    }),
  },
  {
    ...open,
    id: 'can/3.10/two-acks',
    requirement: 'Write Unprotect is acknowledged when received and when done.',
    covers: ['can-3.10-1'],
    entries: [...WAITING, 'write-protected'],
    script: (part) => ({
      steps: [done('write-unprotect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...open,
    id: 'can/3.10/opens',
    known: ['can-write-unprotect-broken'],
    requirement: 'Behind Write Unprotect the sector that was protected can be written.',
    covers: ['can-3.10-2'],
    script: (part) => ({
      steps: [done('write-unprotect'), helloAgain(), ...write(scratch(part), some(part))],
      left: [{ areas: [...optionAreas(part), holding(scratch(part), some(part))] }],
    }),
  },
  {
    ...open,
    id: 'can/3.10/opens-all',
    known: ['can-write-unprotect-broken'],
    requirement: 'Write Unprotect opens every sector, where all were protected.',
    covers: ['can-3.10-2'],
    entries: ['connected'],
    setUp: (part) => ({ options: protectingEverything(part)! }),
    script: (part) => {
      const pages = pagesOfAreas(part);
      return {
        steps: [
          done('write-unprotect'),
          helloAgain(),
          ...pages.flatMap(({ start }) => write(start, some(part))),
        ],
        left: [
          {
            areas: [...optionAreas(part), ...pages.map(({ start }) => holding(start, some(part)))],
          },
        ],
      };
    },
  },
  {
    ...open,
    id: 'can/3.10/keeps-content',
    requirement: 'Write Unprotect leaves main flash as it was.',
    covers: ['can-3.10-3'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('write-unprotect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...refused,
    id: 'can/3.10/protected',
    requirement: 'Under readout protection Write Unprotect is refused.',
    covers: ['can-3-2', 'can-3.10-4'],
    script: () => ({
      steps: [command('write-unprotect', [0], nack(OPCODES['write-unprotect']))],
    }),
  },
];

export default scenarios;
