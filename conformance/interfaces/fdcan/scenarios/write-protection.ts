import { command, getId, nack, protection, write, writeProtect } from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { marked } from '../../../scenarios/inputs.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { optionAreas } from '../../../scenarios/option-image.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
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
import { again } from './define.ts';

const protect = (part: Part, ...pages: readonly Page[]): Step =>
  writeProtect(sectorCodes(part, pages));

const base = { strength: 'must', destroys: 'options', entries: ['connected'] } as const;
const protecting = { ...base, commands: ['write-protect'], unsupported: noSectorCodes } as const;
const opening = {
  ...base,
  commands: ['write-unprotect'],
  unsupported: noWriteProtection,
  entries: ['write-protected'],
} as const;
const scenarios: readonly Scenario[] = [
  {
    ...protecting,
    id: 'fdcan/write-protect/two-acks',
    requirement:
      'Write Protect has its codes in its own frame; it is acknowledged twice, and followed by a reset.',
    covers: ['fdcan-write-protect-1', 'fdcan-write-protect-2'],
    entries: ['connected', 'unknown-command', 'spoilt-frame'],
    script: (part) => ({
      steps: [protect(part, scratchPages(part)[0]!)],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...protecting,
    id: 'fdcan/write-protect/protects',
    requirement: 'Behind Write Protect the sectors that it named can no longer be written.',
    covers: ['fdcan-write-protect-1'],
    commands: ['write-protect', 'write-memory'],
    script: (part) => {
      const pages = pagesOfSectors(part);
      const writes = pages.flatMap(({ start }) => write(start, some(part)));
      return {
        steps: [protect(part, ...pages), ...again(part, writes)],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
  {
    ...protecting,
    id: 'fdcan/write-protect/spares-others',
    requirement: 'Write Protect leaves the sectors that it did not name open.',
    covers: ['fdcan-write-protect-1'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const { start } = pageOfAnotherSector(part)!;
      return {
        steps: [protect(part, scratchPages(part)[0]!), ...again(part, write(start, some(part)))],
        left: [{ areas: [...optionAreas(part), holding(start, some(part))] }],
      };
    },
  },
  {
    ...protecting,
    id: 'fdcan/write-protect/several-sectors',
    requirement:
      'As many codes count as the first byte says, and what fills the frame up does not.',
    covers: ['fdcan-write-protect-3'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const [first, second] = [scratchPages(part)[0]!, pageOfAnotherSector(part)!];
      const [one, other] = [first, second].map((each) => sectorCode(part, each)!) as [
        number,
        number,
      ];
      const sent = command('write-protect', [1, one, other]);
      const { start } = second;
      return {
        steps: [
          { ...writeProtect([one]), send: sent.send },
          ...again(part, [...write(first.start, some(part)), ...write(start, some(part))]),
        ],
        left: [{ areas: [...optionAreas(part), holding(start, some(part))] }],
      };
    },
  },
  {
    ...protecting,
    id: 'fdcan/write-protect/second-replaces-first',
    requirement: 'A second Write Protect opens the sectors that only the first one protected.',
    covers: ['fdcan-write-protect-4'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const [first, second] = [scratchPages(part)[0]!, pageOfAnotherSector(part)!];
      const writes = [...write(first.start, some(part)), ...write(second.start, some(part))];
      return {
        steps: [
          protect(part, first),
          ...again(part, [protect(part, second), ...again(part, writes)]),
        ],
        left: [{ areas: [...optionAreas(part), holding(first.start, some(part))] }],
      };
    },
  },
  {
    ...protecting,
    id: 'fdcan/write-protect/codes-not-judged',
    requirement: 'A sector code that no sector has is no error.',
    covers: ['fdcan-write-protect-5'],
    strength: 'observed',
    script: (part) => ({
      steps: [writeProtect([0xff])],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...protecting,
    id: 'fdcan/write-protect/protected',
    requirement: 'Under readout protection Write Protect is refused.',
    covers: ['fdcan-write-protect-6', 'fdcan-command-set-4'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [writeProtect([1], nack('write-protect')), getId()] }),
  },
  {
    ...opening,
    id: 'fdcan/write-unprotect/two-acks',
    requirement: 'Write Unprotect is acknowledged twice, and followed by a reset.',
    covers: ['fdcan-write-unprotect-1', 'fdcan-write-unprotect-2'],
    entries: ['connected', 'unknown-command', 'write-protected'],
    script: (part) => ({
      steps: [protection(part, 'write-unprotect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...opening,
    id: 'fdcan/write-unprotect/unprotects',
    requirement: 'Behind Write Unprotect the sector that was protected can be written.',
    covers: ['fdcan-write-unprotect-3'],
    commands: ['write-unprotect', 'write-memory'],
    script: (part) => ({
      steps: [
        protection(part, 'write-unprotect'),
        ...again(part, write(scratch(part), some(part))),
      ],
      left: [{ areas: [...optionAreas(part), holding(scratch(part), some(part))] }],
    }),
  },
  {
    ...opening,
    id: 'fdcan/write-unprotect/unprotects-all',
    requirement: 'Write Unprotect opens every sector, where all were protected.',
    covers: ['fdcan-write-unprotect-3'],
    commands: ['write-unprotect', 'write-memory'],
    entries: ['connected'],
    setUp: (part) => ({ options: protectingEverything(part)! }),
    script: (part) => {
      const pages = pagesOfAreas(part);
      const writes = pages.flatMap(({ start }) => write(start, some(part)));
      return {
        steps: [protection(part, 'write-unprotect'), ...again(part, writes)],
        left: [
          {
            areas: [...optionAreas(part), ...pages.map(({ start }) => holding(start, some(part)))],
          },
        ],
      };
    },
  },
  {
    ...opening,
    id: 'fdcan/write-unprotect/keeps-content',
    requirement: 'Write Unprotect leaves main flash as it was.',
    covers: ['fdcan-write-unprotect-4'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [protection(part, 'write-unprotect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...opening,
    id: 'fdcan/write-unprotect/protected',
    requirement: 'Under readout protection Write Unprotect is refused.',
    covers: ['fdcan-write-unprotect-5', 'fdcan-command-set-4'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('write-unprotect', [], nack('write-unprotect')), getId()] }),
  },
];

export default scenarios;
