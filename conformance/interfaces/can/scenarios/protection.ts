import { canHost } from '../framed-host.ts';
import { OPCODES, helloAgain, nack, readCommand, sent, write, writeProtect } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { readoutProtects, readoutUnprotects } from '../../../scenarios/readout-protection.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { scratch, some } from '../../../scenarios/kit/scratch.ts';
import { protectionAreas } from '../../../scenarios/kit/sector-lists.ts';
import { noSectorCodes, pagesOfSectors, sectorCodes } from '../../../scenarios/kit/sectors.ts';
import { writeProtects, writeUnprotects } from '../../../scenarios/write-protection.ts';

const scenarios: readonly Scenario[] = [
  ...writeProtects(canHost, '3.9', {
    resets: {
      covers: [1, 2],
      requirement:
        'Write Protect is acknowledged for its first frame, for its codes and when done, and followed by a reset.',
    },
    protects: { covers: [1], entries: ['connected'] },
    'spares-others': [1],
    'second-replaces-first': [3],
    'codes-not-judged': [5],
    protected: ['3-2', 6],
  }),
  ...writeUnprotects(canHost, '3.10', {
    'two-acks': [1],
    unprotects: { covers: [2], name: 'opens', known: ['can-write-unprotect-broken'] },
    'every-sector': { covers: [2], name: 'opens-all', known: ['can-write-unprotect-broken'] },
    'keeps-content': [3],
    protected: ['3-2', 4],
  }),
  ...readoutProtects(canHost, '3.11', {
    'two-acks': [1],
    protects: [2, '3-2'],
    'already-protected': [4],
    'keeps-content': [3],
  }),
  ...readoutUnprotects(canHost, '3.12', {
    'erases-flash': {
      name: 'wipes',
      covers: [1, 2],
      requirement:
        'Readout Unprotect erases all of main flash and resets, whether the device is protected or not.',
      entries: [...canHost.resetting, 'write-protected', 'rdp-1'],
    },
    opens: [3],
    'clears-ram': [4],
  }),
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
