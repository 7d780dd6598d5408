import { canHost } from '../framed-host.ts';
import { OPCODES, helloAgain, nack, readCommand, sent, write, writeProtect } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { readoutProtectionScenarios } from '../../../scenarios/readout-protection.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { scratch, some } from '../../../scenarios/kit/scratch.ts';
import { protectionAreas } from '../../../scenarios/kit/sector-lists.ts';
import { noSectorCodes, pagesOfSectors, sectorCodes } from '../../../scenarios/kit/sectors.ts';
import { writeProtectionScenarios } from '../../../scenarios/write-protection.ts';

const scenarios: readonly Scenario[] = [
  ...writeProtectionScenarios(canHost),
  ...readoutProtectionScenarios(canHost),
  {
    id: 'can/3.9/several-frames',
    requirement: 'More codes than one frame holds come in several, each of which is acknowledged.',
    covers: ['can-3.9-4'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    unsupported: noSectorCodes,
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
        left: [{ areas: protectionAreas(part) }],
      };
    },
  },
  {
    id: 'can/3.12/nothing-else-opens',
    requirement:
      'Frames with identifiers next to that of Readout Unprotect leave the protection on.',
    covers: ['can-3.12-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        ...[0x90, 0x91, 0x93].map((id) => sent('no command', { id, data: [0x00] }, nack(id))),
        readCommand(scratch(part), 16, nack(OPCODES['read-memory'])),
      ],
    }),
  },
];

export default scenarios;
