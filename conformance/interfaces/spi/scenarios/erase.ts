import * as fc from 'fast-check';
import {
  ACK,
  NACK,
  NACK_BYTE,
  command,
  erase,
  getAck,
  pageCount,
  pageList,
  readMemory,
  specialErase,
  step,
  writeMemory,
} from '../host.ts';
import { be16, packet, xor } from '../../usart/host.ts';
import { blank, scratchPages, shownPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Script } from '../../../run/script.ts';
import { BANKS, LISTS } from '../../../scenarios/known.ts';
import { listRefused, listsErased } from '../../../scenarios/page-lists.ts';
import { marked, page, spoils } from '../../../scenarios/inputs.ts';
import { erased, nothing } from '../../../scenarios/erased.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { some } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';

const noMassErase = (part: Part): string | undefined =>
  part.device.massErase ? undefined : 'this line has no mass erase';

const oneBank = (part: Part): string | undefined =>
  noMassErase(part) ?? (part.banks < 2 ? 'this part has one bank' : undefined);

const bank = (part: Part, number: number): readonly Page[] =>
  part.pages.filter((each) => each.bank === number);

const numbersOf = (pages: readonly Page[]): readonly number[] => pages.map(({ number }) => number);

const lists = listsErased({ erase, most: 300 });

const base = {
  strength: 'must',
  destroys: 'page',
  entries: ['synchronised'],
  commands: ['extended-erase'],
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

const all = { ...base, destroys: 'flash' } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.8/one-page',
    requirement:
      'Erase takes the page whose number it is given, and no other, and is acknowledged when done.',
    covers: ['spi-2.8-2', 'spi-2.8-3'],
    entries: WAITING,
    script: (part) =>
      page(part).map((each) => ({ steps: erase([each.number]), left: erased(part, [each]) })),
  },
  {
    ...all,
    id: 'spi/2.8/several-pages',
    requirement: 'Erase takes all N + 1 pages of its list, and no other.',
    covers: ['spi-2.8-2', 'spi-2.8-4'],
    known: LISTS,
    entries: WAITING,
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...shownPages(part)), { minLength: 1, maxLength: 8 })
        .map((pages) => ({ steps: erase(numbersOf(pages)), left: erased(part, pages) })),
  },
  {
    ...all,
    id: 'spi/2.8/first-and-last-page',
    requirement: 'The first and the last page can be erased.',
    covers: ['spi-2.8-2', 'spi-2.8-4'],
    known: ['multi-page-erase-broken'],
    script: (part) => {
      const pages = [part.pages[0]!, part.pages.at(-1)!];
      return { steps: erase(numbersOf(pages)), left: erased(part, pages) };
    },
  },
  {
    ...base,
    id: 'spi/2.8/erase-then-write',
    requirement: 'An erased page can be written again.',
    covers: ['spi-2.8-2', 'spi-2.7-1'],
    commands: ['extended-erase', 'write-memory', 'read-memory'],
    script: (part) =>
      page(part).map((each) => {
        const data = some(part, 3);
        const rest = { start: each.start + data.length, end: each.end, value: blank(part) };
        return {
          steps: [
            ...erase([each.number]),
            ...writeMemory(part, each.start, data),
            ...readMemory(each.start, data),
          ],
          left: [{ areas: [holding(each.start, data), rest] }],
        };
      }),
  },
  {
    ...all,
    id: 'spi/2.8/mass-erase',
    requirement: 'Special code 0xFFFF erases all of main flash.',
    covers: ['spi-2.8-5'],
    entries: WAITING,
    unsupported: noMassErase,
    script: (part) => ({
      steps: [command('extended-erase'), specialErase(0xffff)],
      left: erased(part, part.pages),
    }),
  },
  {
    ...all,
    id: 'spi/2.8/no-mass-erase',
    requirement: 'A line without mass erase refuses special code 0xFFFF.',
    covers: ['spi-2.8-6'],
    strength: 'observed',
    unsupported: (part) => (part.device.massErase ? 'this line has mass erase' : undefined),
    script: () => ({ steps: [command('extended-erase'), specialErase(0xffff, [NACK])] }),
  },
  {
    ...all,
    id: 'spi/2.8/bank-1',
    requirement: 'Special code 0xFFFE erases bank 1 and leaves bank 2.',
    covers: ['spi-2.8-7'],
    entries: ['synchronised', 'after-nack'],
    known: BANKS,
    unsupported: oneBank,
    script: (part) => ({
      steps: [command('extended-erase'), specialErase(0xfffe)],
      left: erased(part, bank(part, 0)),
    }),
  },
  {
    ...all,
    id: 'spi/2.8/bank-2',
    requirement: 'Special code 0xFFFD erases bank 2 and leaves bank 1.',
    covers: ['spi-2.8-8'],
    entries: ['synchronised', 'after-nack'],
    known: [...BANKS, 'bank-2-erase-returns-early'],
    unsupported: oneBank,
    script: (part) => ({
      steps: [command('extended-erase'), specialErase(0xfffd)],
      left: erased(part, bank(part, 1)),
    }),
  },
  {
    ...all,
    id: 'spi/2.8/no-second-bank',
    requirement: 'A part with one bank refuses the bank erases.',
    covers: ['spi-2.8-7', 'spi-2.8-8'],
    strength: 'observed',
    unsupported: (part) => (part.banks > 1 ? 'this part has two banks' : undefined),
    script: () =>
      fc.constantFrom(0xfffe, 0xfffd).map((code) => ({
        steps: [command('extended-erase'), specialErase(code, [NACK])],
      })),
  },
  {
    ...all,
    id: 'spi/2.8/reserved-codes',
    requirement: 'Special codes 0xFFF0 to 0xFFFC are reserved: they are refused and erase nothing.',
    covers: ['spi-2.8-9'],
    entries: WAITING,
    script: () =>
      fc.integer({ min: 0xfff0, max: 0xfffc }).map((code) => ({
        steps: [0xfff0, code, 0xfffc].flatMap((each) => [
          command('extended-erase'),
          specialErase(each, [NACK]),
        ]),
      })),
  },
  {
    ...all,
    id: 'spi/2.8/special-wrong-checksum',
    requirement: 'A special code with a wrong checksum is refused and nothing is erased.',
    covers: ['spi-2.8-10', 'spi-2.1-1'],
    entries: WAITING,
    script: () =>
      fc.tuple(fc.integer({ min: 0xfff0, max: 0xffff }), spoils).map(([code, all]) => ({
        steps: all.flatMap((wrong) => [
          command('extended-erase'),
          specialErase(code, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'spi/2.8/wrong-count-checksum',
    requirement: 'A number of pages with a wrong checksum is refused and ends the command.',
    covers: ['spi-2.8-10', 'spi-2.1-1'],
    entries: WAITING,
    script: () =>
      fc.tuple(fc.integer({ min: 1, max: 8 }), spoils).map(([pages, all]) => ({
        steps: all.flatMap((wrong) => [command('extended-erase'), pageCount(pages, [NACK], wrong)]),
      })),
  },
  {
    ...base,
    id: 'spi/2.8/wrong-list-checksum',
    requirement: 'A list with a wrong checksum is refused and nothing is erased.',
    covers: ['spi-2.8-11', 'spi-2.1-1'],
    destroys: 'flash',
    entries: WAITING,
    script: (part) =>
      fc
        .tuple(fc.array(page(part), { minLength: 1, maxLength: 4 }), spoils)
        .map(([pages, all]) => ({
          steps: all.flatMap((wrong) => [
            command('extended-erase'),
            pageCount(pages.length),
            pageList(numbersOf(pages), [NACK], wrong),
          ]),
        })),
  },
  {
    ...base,
    id: 'spi/2.8/list-checksum-without-count',
    requirement:
      'The checksum of the list is that of the page numbers: one that covers the count too is refused.',
    covers: ['spi-2.8-11'],
    destroys: 'flash',
    strength: 'observed',
    unsupported: (part) => (part.pages.length < 3 ? 'this part has too few pages' : undefined),
    script: (part) => {
      const numbers = numbersOf(part.pages.slice(0, 2));
      return {
        steps: [
          command('extended-erase'),
          pageCount(numbers.length),
          pageList(numbers, [NACK], xor(be16(numbers.length - 1))),
        ],
      };
    },
  },
  {
    ...base,
    id: 'spi/2.8/count-acknowledged',
    requirement: 'The number of pages is acknowledged before their numbers are sent.',
    covers: ['spi-2.8-12'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const pieces = [
        { send: packet([0x00, 0x00]) },
        ...getAck(),
        { send: packet(be16(each.number)) },
        ...getAck('erase'),
      ];
      return {
        steps: [
          command('extended-erase'),
          { ...step('one page, its number', pieces, { bytes: [0x79, 0x79] }), withinMs: 35_000 },
        ],
        left: erased(part, [each]),
      };
    },
  },
  {
    ...base,
    id: 'spi/2.8/duplicate-pages',
    requirement: 'A page named twice is no error, and where it is none the page is erased.',
    covers: ['spi-2.8-4', 'spi-2.8-13'],
    commands: ['extended-erase', 'read-memory'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          pageCount(2),
          pageList([each.number, each.number], [ACK, listRefused(NACK)]),
          ...readMemory(each.start, nothing(part)),
        ],
        left: [{ areas: [each] }],
      };
    },
  },
  {
    ...all,
    id: 'spi/2.8/no-such-page',
    requirement: 'A number beyond the last page is acknowledged and erases nothing.',
    covers: ['spi-2.8-14'],
    strength: 'observed',
    entries: ['synchronised', 'after-nack'],
    script: (part) =>
      fc.integer({ min: part.pages.at(-1)!.number + 1, max: 0xffff }).map((number) => ({
        steps: [part.pages.at(-1)!.number + 1, number].flatMap((each) => erase([each])),
      })),
  },
  {
    ...base,
    id: 'spi/2.8/no-such-page-among-others',
    requirement: 'A number beyond the last page does not keep the other pages from being erased.',
    covers: ['spi-2.8-4', 'spi-2.8-14'],
    commands: ['extended-erase', 'read-memory'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          pageCount(3),
          pageList([0xfe00, each.number, 0xfe01], [ACK, listRefused(NACK)]),
          ...readMemory(each.start, nothing(part)),
        ],
        left: [{ areas: [each] }],
      };
    },
  },
  {
    ...base,
    id: 'spi/2.8/write-protected-page',
    requirement:
      'Erasing a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['spi-2.8-15'],
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) => ({ steps: erase([scratchPages(part)[0]!.number]) }),
  },
  {
    ...lists.amongProtected,
    id: 'spi/2.8/among-protected-pages',
    covers: ['spi-2.8-4', 'spi-2.8-15'],
    commands: ['extended-erase'],
  },
  {
    ...lists.long,
    id: 'spi/2.8/long-list',
    covers: ['spi-2.8-4'],
    commands: ['extended-erase'],
  },
  {
    ...all,
    id: 'spi/2.8/mass-erase-with-protected-page',
    requirement: 'A mass erase with a write-protected page is acknowledged and erases nothing.',
    covers: ['spi-2.8-16'],
    strength: 'observed',
    entries: ['write-protected'],
    unsupported: (part) => noMassErase(part) ?? noWriteProtection(part),
    script: () => ({ steps: [command('extended-erase'), specialErase(0xffff)] }),
  },
  {
    ...base,
    id: 'spi/2.8/list-waits',
    requirement: 'A list that breaks off is waited for without a time-out, and erases nothing.',
    covers: ['spi-1-13'],
    strength: 'observed',
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const number = be16(each.number);
      const begun = [command('extended-erase'), pageCount(2)];
      const late = [
        { send: number },
        { pauseMs: 1000 },
        { send: [...number, 0x00] },
        ...getAck('erase'),
      ];
      return fc.constantFrom<Script>(
        {
          steps: [
            ...begun,
            step(
              'one page number of two, and a look at MISO a second later',
              [{ send: number }, { pauseMs: 1000 }, { exchange: [0x00] }],
              { bytes: [0xa5] },
            ),
          ],
          ends: 'open',
        },
        {
          steps: [
            ...begun,
            {
              ...step('a page, and a second later the same once more', late),
              withinMs: 35_000,
            },
          ],
          left: erased(part, [each]),
        },
      );
    },
  },
  {
    ...base,
    id: 'spi/2.8/protected',
    requirement: 'Under readout protection Erase is refused and erases nothing.',
    covers: ['spi-2.8-17'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('extended-erase', NACK)] }),
  },
  {
    ...all,
    id: 'spi/2.8/protected-erases-nothing',
    requirement: 'Under readout protection a whole mass erase erases nothing.',
    covers: ['spi-2.8-17'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({
      steps: [
        command('extended-erase', NACK),
        // nothing of it starts a frame
        step('the code all the same', [{ send: packet([0xff, 0xff]) }, { pauseMs: 100 }], {
          bytes: [],
        }),
        step('the bootloader waits for a command', [{ send: [0x5a, 0, 0] }, ...getAck()], {
          bytes: [NACK_BYTE],
        }),
      ],
    }),
  },
];

export default scenarios;
