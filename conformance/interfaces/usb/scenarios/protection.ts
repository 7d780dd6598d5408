import {
  GONE,
  abort,
  getStatus,
  failed,
  read,
  report,
  unprotectBlock,
  write,
  download,
} from '../host.ts';
import { blank, blockUnit, scratchPages } from '../../../part/part.ts';
import { dfu } from '../index.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { filled, marked, pattern } from '../../../scenarios/kit/inputs.ts';
import { needsPowerCycle, wiped } from '../../../scenarios/kit/readout.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { optionAreas } from '../../../scenarios/kit/option-image.ts';

const unprotected: readonly Step[] = [
  unprotectBlock(),
  getStatus(report('dfuDNBUSY')),
  getStatus(GONE),
];

const base = {
  strength: 'must',
  destroys: 'chip',
  entries: ['rdp-1'],
  unsupported: noReadoutProtection,
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/5.4/wipes',
    requirement: 'Read Unprotect erases all of main flash, and ends in a reset.',
    covers: ['dfu-5.4-1', 'dfu-5.4-2'],
    entries: ['idle', 'rdp-1'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({ steps: unprotected, left: [{ areas: wiped(part) }], ends: 'reset' }),
  },
  {
    ...base,
    id: 'dfu/5.4/opens',
    requirement: 'Behind Read Unprotect memory is read, written and erased again.',
    covers: ['dfu-5.4-3'],
    unsupported: needsPowerCycle,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, end } = scratchPages(part)[0]!;
      const sent = pattern(Math.max(16, blockUnit(part)), 4);
      return {
        steps: [
          ...unprotected,
          ...dfu.connect(part, [...write(part, start, sent), ...read(part, start, sent)]),
        ],
        left: [
          {
            areas: [
              holding(start, sent),
              { start: start + sent.length, end, value: blank(part) },
              ...optionAreas(part),
            ],
          },
        ],
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.4/clears-ram',
    requirement: 'Read Unprotect clears the RAM.',
    covers: ['dfu-5.4-5'],
    entries: ['idle'],
    unsupported: (part) => needsPowerCycle(part) ?? noRam(part),
    script: (part) => {
      const { start } = part.ram!;
      const cleared = Array.from({ length: 32 }, () => 0);
      return {
        steps: [
          ...write(part, start, pattern(32)),
          ...unprotected,
          ...dfu.connect(part, read(part, start, cleared)),
        ],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.4/stays-until-executed',
    requirement: 'Read Unprotect that is given up before its GETSTATUS has no effect.',
    covers: ['dfu-2-7', 'dfu-5.4-1'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        unprotectBlock(),
        abort(),
        ...dfu.moves.readRefused(part, scratchPages(part)[0]!.start, 'protection'),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/5.4/nothing-else-takes-it-off',
    requirement: 'Refused commands leave the readout protection as it is.',
    covers: ['dfu-5.4-4'],
    destroys: 'flash',
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const page = scratchPages(part)[0]!;
      return {
        steps: [
          ...dfu.moves.eraseRefused(part, page),
          ...dfu.moves.writeRefused(part, page.start, 'protection'),
          ...failed(download(0, [0x99]), part, 'errSTALLEDPKT'),
        ],
      };
    },
  },
];

export default scenarios;
