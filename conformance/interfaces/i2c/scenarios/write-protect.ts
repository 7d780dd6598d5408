import * as fc from 'fast-check';
import {
  NACK,
  restarted,
  command,
  count,
  formOf,
  frame,
  isReset,
  protection,
  outlasts,
  sectorList,
  writeMemory,
} from '../host.ts';
import type { Form } from '../host.ts';
import { packet } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { spoils } from '../../../scenarios/inputs.ts';
import { some } from '../../../scenarios/scratch.ts';
import {
  noSecondSector,
  noSectorCodes,
  pageOfAnotherSector,
  pagesOfSectors,
  sectorCode,
  sectorCodes,
} from '../../../scenarios/sectors.ts';
import { protectionAreas, sectorsListed } from '../../../scenarios/sector-lists.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { formsOf, reachable } from './define.ts';
import type { Formed } from './define.ts';
import { askedAtOnce } from './asked-at-once.ts';

const protect = (part: Part, pages: readonly Page[], form: Form): readonly Step[] => [
  command(formOf('write-protect', form)),
  count('sectors', pages.length),
  ...sectorList(sectorCodes(part, pages), form),
];

/** Lists of sectors in one form. */
export const sectorsIn = (form: Form): ReturnType<typeof sectorsListed> =>
  sectorsListed({
    protect: (codes) => [
      command(formOf('write-protect', form)),
      count('sectors', codes.length),
      ...sectorList(codes, form),
    ],
    unprotect: () => protection('write-unprotect', form),
    back: () => restarted(),
    write: (_, to, data) => writeMemory(to, data),
  });

/** Write Protect in both forms. */
function writeProtect({ section, form, name, title }: Formed): readonly Scenario[] {
  const base = {
    strength: 'must',
    destroys: 'options',
    commands: [name],
    unsupported: noSectorCodes,
  } as const;
  return [
    {
      ...base,
      id: `i2c/${section}/resets`,
      requirement: `${title} is acknowledged behind its list, and followed by a reset.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      entries: ['connected', 'after-nack'],
      script: (part) => ({
        steps: [...protect(part, scratchPages(part).slice(0, 1), form), ...isReset()],
        left: [{ areas: protectionAreas(part) }],
      }),
    },
    {
      ...base,
      id: `i2c/${section}/protects`,
      requirement: `Behind ${title} the sectors of its list can no longer be written.`,
      covers: [`i2c-${section}-1`],
      entries: ['connected', 'aborted-write'],
      commands: [name, 'write-memory'],
      script: (part) => {
        const pages = pagesOfSectors(part);
        return {
          steps: [
            ...protect(part, pages, form),
            ...restarted(),
            ...pages.flatMap(({ start }) => writeMemory(start, some(part))),
          ],
          left: [{ areas: protectionAreas(part) }],
        };
      },
    },
    {
      ...base,
      ...sectorsIn(form).each,
      id: `i2c/${section}/each-sector`,
      covers: [`i2c-${section}-1`],
      entries: ['connected'],
      commands: [name, 'write-memory'],
    },
    {
      ...base,
      id: `i2c/${section}/wrong-checksum`,
      requirement: `${title} refuses a list with a wrong checksum and protects nothing.`,
      covers: [`i2c-${section}-3`],
      entries: ['connected', 'after-nack', 'aborted-write'],
      unsupported: noWriteProtection,
      script: () =>
        fc
          .tuple(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), spoils)
          .map(([codes, all]) => ({
            steps: all.flatMap((wrong) => [
              command(name),
              count('sectors', codes.length),
              ...sectorList(codes, form, [NACK], wrong),
            ]),
          })),
    },
    {
      ...base,
      id: `i2c/${section}/wrong-count`,
      requirement: `${title} refuses a number of sectors without its complement before any is named.`,
      covers: [`i2c-${section}-3`],
      destroys: 'nothing',
      entries: ['connected', 'after-nack'],
      unsupported: noWriteProtection,
      script: () =>
        fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([sectors, all]) => ({
          steps: all.flatMap((wrong) => [command(name), count('sectors', sectors, [NACK], wrong)]),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/protected`,
      requirement: `Under readout protection ${title} is refused at the command.`,
      covers: ['i2c-3-9', `i2c-${section}-4`],
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: [command(name, NACK)] }),
    },
  ];
}

const [stretching, noStretch] = formsOf('write-protect', ['3.8', '3.14']);
const stretchingOnly: readonly Scenario[] = [
  {
    id: 'i2c/3.8/spares-others',
    requirement: 'Write Protect leaves the sectors that are not in its list open.',
    covers: ['i2c-3.8-1'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const { start } = pageOfAnotherSector(part)!;
      return {
        steps: [
          ...protect(part, scratchPages(part).slice(0, 1), 'stretch'),
          ...restarted(),
          ...writeMemory(start, some(part)),
        ],
        left: [{ areas: [...protectionAreas(part), holding(start, some(part))] }],
      };
    },
  },
  {
    id: 'i2c/3.8/second-replaces-first',
    requirement: 'A second Write Protect opens the sectors that only the first one protected.',
    covers: ['i2c-3.8-5'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const [first, second] = [scratchPages(part)[0]!, pageOfAnotherSector(part)!];
      return {
        steps: [
          ...protect(part, [first], 'stretch'),
          ...restarted(),
          ...protect(part, [second], 'stretch'),
          ...restarted(),
          ...writeMemory(first.start, some(part)),
          ...writeMemory(second.start, some(part)),
        ],
        left: [{ areas: [...protectionAreas(part), holding(first.start, some(part))] }],
      };
    },
  },
  {
    ...sectorsIn('stretch').beyondUnknown,
    id: 'i2c/3.8/unknown-code-among-others',
    covers: ['i2c-3.8-1', 'i2c-3.8-6'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect', 'write-memory'],
  },
  {
    id: 'i2c/3.8/codes-not-judged',
    requirement: 'A sector code that no sector has is no error.',
    covers: ['i2c-3.8-6'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect'],
    unsupported: noSectorCodes,
    script: (part) => ({
      steps: [command('write-protect'), count('sectors', 1), ...sectorList([0xff], 'stretch')],
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'i2c/3.8/checksum-spares-the-count',
    requirement: 'The checksum of the list does not cover the count: one over both is refused.',
    covers: ['i2c-3.8-7'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect'],
    unsupported: noWriteProtection,
    script: () => ({
      steps: [
        command('write-protect'),
        count('sectors', 3),
        ...sectorList([1, 2, 4], 'stretch', [NACK], 0x02),
      ],
    }),
  },
  {
    id: 'i2c/3.8/list-breaks-off',
    requirement: 'A list that breaks off protects nothing, and a reset gives it up.',
    covers: ['i2c-3.8-8', 'i2c-2-6'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect'],
    unsupported: noWriteProtection,
    script: (part) => ({
      steps: [
        command('write-protect'),
        count('sectors', 3),
        frame('two sectors of three', [0x01, 0x02]),
        ...outlasts(part),
      ],
    }),
    sharesKills: 'who waits for ever waits for every frame (2)',
  },
];

const noStretchOnly: readonly Scenario[] = [
  {
    id: 'i2c/3.14/busy-meanwhile',
    requirement: 'A device that protects answers 0x76 until it is done.',
    covers: ['i2c-3.14-5'],
    strength: 'should',
    destroys: 'options',
    entries: ['connected'],
    commands: ['no-stretch-write-protect'],
    unsupported: noSectorCodes,
    script: (part) => {
      const code = sectorCode(part, scratchPages(part)[0]!)!;
      return {
        steps: askedAtOnce(
          command('no-stretch-write-protect'),
          count('sectors', 1),
          frame(`sector ${code}`, packet([code])),
        ),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      };
    },
  },
];

const scenarios: readonly Scenario[] = [
  ...writeProtect(stretching),
  ...stretchingOnly,
  ...writeProtect(noStretch),
  ...noStretchOnly,
];

export default reachable(scenarios);
