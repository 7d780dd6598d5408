import * as fc from 'fast-check';
import {
  ACK,
  BUSY,
  NACK,
  command,
  erase,
  fetch,
  frame,
  pageCount,
  pageList,
  result,
  specialErase,
} from '../host.ts';
import { be16, packet } from '../../usart/host.ts';
import { scratchPages, shownPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked, page, spoils } from '../../../scenarios/inputs.ts';
import { erased } from '../../../scenarios/erased.ts';
import { noReadoutProtection } from '../../../scenarios/replies.ts';
import { LISTS } from '../../../scenarios/known.ts';
import { listsErased } from '../../../scenarios/page-lists.ts';
import { WAITING, formsOf, reachable } from './define.ts';
import type { Formed } from './define.ts';

/** Why the part cannot be asked to erase all; undefined when it can. */
export function noMassErase(part: Part): string | undefined {
  return part.device.massErase ? undefined : 'this line has no mass erase';
}

const MASS = ['i2c-mass-erase-bank-2-only'] as const;

/** What a list names pages by. */
export function numbers(pages: readonly Page[]): readonly number[] {
  return pages.map((each) => each.number);
}

const setUp = (part: Part): ReturnType<NonNullable<Scenario['setUp']>> => ({ flash: marked(part) });

/** Why what readout protection refuses is told from what it does not in another section. */
const BEHIND_READOUT_PROTECT = 'the protection shows again behind Readout Protect (3.10)';

/** What both forms of the command promise. */
function inBothForms({ section, form, name, title }: Formed): readonly Scenario[] {
  const base = { strength: 'must', destroys: 'page', commands: [name], setUp } as const;
  const lists = listsErased({ erase: (pages) => erase(pages, form), most: 300 });
  return [
    {
      ...base,
      id: `i2c/${section}/one-page`,
      requirement: `${title} erases the page whose number it is given, and no other.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      entries: WAITING,
      script: (part) =>
        page(part).map((each) => ({
          steps: erase([each.number], form),
          left: erased(part, [each]),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/several-pages`,
      requirement: `${title} erases all N + 1 pages of its list, and no other, with one ACK.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      destroys: 'flash',
      entries: ['connected', 'after-nack', 'aborted-write'],
      known: LISTS,
      script: (part) =>
        fc
          .uniqueArray(fc.constantFrom(...shownPages(part)), { minLength: 1, maxLength: 8 })
          .map((pages) => ({ steps: erase(numbers(pages), form), left: erased(part, pages) })),
    },
    {
      ...lists.amongProtected,
      id: `i2c/${section}/among-protected-pages`,
      covers: [`i2c-${section}-1`],
      commands: [name],
    },
    {
      ...lists.long,
      id: `i2c/${section}/long-list`,
      covers: [`i2c-${section}-1`],
      commands: [name],
    },
    {
      ...base,
      id: `i2c/${section}/mass-erase`,
      requirement: `${title} with special code 0xFFFF erases all of main flash.`,
      covers: [`i2c-${section}-3`],
      destroys: 'flash',
      entries: ['connected', 'after-nack'],
      known: MASS,
      unsupported: noMassErase,
      script: (part) => ({
        steps: [command(name), ...specialErase(0xffff, form)],
        left: erased(part, part.pages),
      }),
    },
    {
      ...base,
      id: `i2c/${section}/wrong-count-checksum`,
      requirement: `${title} refuses a number of pages with a wrong checksum before any page is named.`,
      covers: [`i2c-${section}-4`],
      entries: WAITING,
      script: () =>
        fc.tuple(fc.integer({ min: 1, max: 512 }), spoils).map(([pages, all]) => ({
          steps: all.flatMap((wrong) => [command(name), pageCount(pages, [NACK], wrong)]),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/wrong-list-checksum`,
      requirement: `${title} refuses a list with a wrong checksum and erases nothing.`,
      covers: [`i2c-${section}-4`],
      destroys: 'flash',
      entries: WAITING,
      script: (part) =>
        fc
          .tuple(fc.array(page(part), { minLength: 1, maxLength: 4 }), spoils)
          .map(([pages, all]) => ({
            steps: all.flatMap((wrong) => [
              command(name),
              pageCount(pages.length),
              ...pageList(numbers(pages), form, [NACK], wrong),
            ]),
          })),
    },
    {
      ...base,
      id: `i2c/${section}/reserved-codes`,
      requirement: `${title} refuses special codes 0xFFF0 to 0xFFFC, which are reserved.`,
      covers: [`i2c-${section}-5`],
      destroys: 'flash',
      entries: ['connected', 'after-nack'],
      script: () =>
        fc.integer({ min: 0xfff0, max: 0xfffc }).map((code) => ({
          steps: [0xfff0, code, 0xfffc].flatMap((each) => [
            command(name),
            ...specialErase(each, form, [NACK]),
          ]),
        })),
    },
    {
      ...base,
      id: `i2c/${section}/protected`,
      requirement: `Under readout protection ${title} is refused and erases nothing.`,
      covers: ['i2c-3-9', `i2c-${section}-6`],
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: [command(name, NACK)] }),
      ...(form === 'stretch' ? { sharesKills: BEHIND_READOUT_PROTECT } : {}),
    },
  ];
}

const noStretching = {
  destroys: 'flash',
  commands: ['no-stretch-erase'],
  setUp,
} as const;

/** What is asked of the no-stretch form alone. */
const noStretchOnly: readonly Scenario[] = [
  {
    ...noStretching,
    id: 'i2c/3.13/busy-meanwhile',
    known: ['i2c-no-stretch-stretches'],
    requirement: 'A device that erases answers 0x76 to who asks for the result.',
    covers: ['i2c-3.13-8'],
    strength: 'must',
    destroys: 'page',
    entries: ['connected', 'after-nack'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('no-stretch-erase'),
          pageCount(1),
          frame(`page ${each.number}`, packet(be16(each.number))),
          fetch('its answer at once', 1, [BUSY]),
          fetch('and again', 1, [BUSY, { ...ACK, goOn: [] }]),
          result('no-stretch', 'erase'),
        ],
        left: erased(part, [each]),
      };
    },
  },
  {
    ...noStretching,
    id: 'i2c/3.13/busy-through-a-mass-erase',
    requirement: 'A device that erases all answers 0x76 until it is done, and is done then.',
    covers: ['i2c-3.13-8', 'i2c-3.13-3'],
    strength: 'must',
    entries: ['connected'],
    known: ['i2c-no-stretch-stretches', 'i2c-mass-erase-bank-2-only'],
    unsupported: noMassErase,
    script: (part) => ({
      steps: [
        command('no-stretch-erase'),
        frame('all pages', packet([0xff, 0xff])),
        fetch('its answer at once', 1, [BUSY]),
        result('no-stretch', 'all'),
      ],
      left: erased(part, part.pages),
    }),
  },
  {
    ...noStretching,
    id: 'i2c/3.13/busy-in-every-byte',
    requirement: 'A host that reads more than one byte of a busy device gets filler behind 0x76.',
    covers: ['i2c-3.13-8', 'i2c-3-5'],
    strength: 'observed',
    destroys: 'page',
    entries: ['connected'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('no-stretch-erase'),
          pageCount(1),
          frame(`page ${each.number}`, packet(be16(each.number))),
          fetch('three bytes', 3, [{ bytes: [...BUSY.bytes, 0xff, 0xff] }]),
          result('no-stretch', 'erase'),
        ],
        left: erased(part, [each]),
      };
    },
  },
];

const [stretching, noStretch] = formsOf('extended-erase', ['3.7', '3.13']);

const scenarios: readonly Scenario[] = [
  ...inBothForms(stretching),
  ...inBothForms(noStretch),
  ...noStretchOnly,
];

export default reachable(scenarios);
