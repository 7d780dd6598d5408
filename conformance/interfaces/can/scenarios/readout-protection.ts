import {
  OPCODES,
  command,
  done,
  helloAgain,
  nack,
  read,
  readCommand,
  sent,
  write,
  writeHeader,
} from '../host.ts';
import { be32 } from '../../usart/host.ts';
import { blank, scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { optionAreas } from '../../../scenarios/option-image.ts';
import { filled, marked, pattern } from '../../../scenarios/inputs.ts';
import { wiped } from '../../../scenarios/readout.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';

const readout = {
  strength: 'must',
  destroys: 'chip',
  entries: ['connected'],
  unsupported: noReadoutProtection,
} as const;

const refused = { ...readout, destroys: 'nothing', entries: ['rdp-1'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...readout,
    id: 'can/3.11/two-acks',
    requirement: 'Readout Protect is acknowledged when received and when done, and resets.',
    covers: ['can-3.11-1'],
    entries: [...WAITING, 'write-protected'],
    script: (part) => ({
      steps: [done('readout-protect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...readout,
    id: 'can/3.11/protects',
    requirement: 'Behind Readout Protect memory is neither read, written nor started.',
    covers: ['can-3.11-2', 'can-3-2'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        done('readout-protect'),
        helloAgain(),
        readCommand(scratch(part), 16, nack(OPCODES['read-memory'])),
        writeHeader(scratch(part), 16, nack(OPCODES['write-memory'])),
        command('go', be32(part.pages[0]!.start), nack(OPCODES.go)),
      ],
      left: [{ areas: optionAreas(part) }],
    }),
  },
  {
    ...readout,
    id: 'can/3.11/keeps-content',
    requirement: 'Readout Protect leaves main flash as it was.',
    covers: ['can-3.11-3'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('readout-protect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...refused,
    id: 'can/3.11/already-protected',
    requirement: 'Under readout protection Readout Protect is refused.',
    covers: ['can-3.11-4'],
    script: () => ({
      steps: [command('readout-protect', [0], nack(OPCODES['readout-protect']))],
    }),
  },
  {
    ...readout,
    id: 'can/3.12/wipes',
    requirement:
      'Readout Unprotect erases all of main flash and resets, whether the device is protected or not.',
    covers: ['can-3.12-1', 'can-3.12-2'],
    entries: [...WAITING, 'write-protected', 'rdp-1'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('readout-unprotect')],
      left: [{ areas: wiped(part) }],
      ends: 'reset',
    }),
  },
  {
    ...readout,
    id: 'can/3.12/opens',
    requirement: 'Behind Readout Unprotect memory is read and written again.',
    covers: ['can-3.12-3'],
    entries: ['rdp-1'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, end } = scratchPages(part)[0]!;
      const data = some(part);
      const nothing = data.map(() => blank(part));
      return {
        steps: [
          done('readout-unprotect'),
          helloAgain(),
          read(start, nothing),
          ...write(start, data),
          read(start, data),
        ],
        left: [
          {
            areas: [
              ...optionAreas(part),
              holding(start, data),
              { start: start + data.length, end, value: blank(part) },
            ],
          },
        ],
      };
    },
  },
  {
    ...readout,
    id: 'can/3.12/clears-ram',
    requirement: 'Readout Unprotect clears the RAM.',
    covers: ['can-3.12-4'],
    unsupported: (part) => noReadoutProtection(part) ?? noRam(part),
    script: (part) => {
      const { start } = part.ram!;
      const cleared = Array.from({ length: 32 }, () => 0);
      return {
        steps: [
          ...write(start, pattern(32)),
          done('readout-unprotect'),
          helloAgain(),
          read(start, cleared),
        ],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
  {
    ...refused,
    id: 'can/3.12/nothing-else-opens',
    requirement:
      'Frames with identifiers next to that of Readout Unprotect leave the protection on.',
    covers: ['can-3.12-5'],
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
