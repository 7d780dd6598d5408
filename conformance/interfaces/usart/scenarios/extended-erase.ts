import * as fc from 'fast-check';
import { WAITING } from '../../../run/entry.ts';
import {
  ACK,
  ERASE_MS,
  NACK,
  SILENCE,
  be16,
  command,
  extendedPageList,
  read,
  specialErase,
  packet,
  step,
  write,
} from '../host.ts';
import { blank, blockUnit, scratchPages, shownPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Script } from '../../../run/script.ts';
import { marked, page, pattern, spoils } from '../../../scenarios/inputs.ts';
import { BANKS, LISTS } from '../../../scenarios/known.ts';
import { unanswered } from '../../../scenarios/waits.ts';
import { erased, nothing } from '../../../scenarios/erased.ts';
import { listRefused, listsErased } from '../../../scenarios/page-lists.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';

const noMassErase = (part: Part): string | undefined =>
  part.device.massErase ? undefined : 'this line has no mass erase';

const oneBank = (part: Part): string | undefined =>
  noMassErase(part) ?? (part.banks < 2 ? 'this part has one bank' : undefined);

const bank = (part: Part, number: number) => part.pages.filter((each) => each.bank === number);

const lists = listsErased({
  erase: (pages) => [command('extended-erase'), extendedPageList(pages)],
  most: 300,
});

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.8/one-page',
    requirement:
      'Extended Erase erases the page whose number it is given, and no other, and acknowledges when done.',
    covers: ['3.8-1', '3.8-11'],
    strength: 'must',
    destroys: 'page',
    entries: WAITING,
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      page(part).map((each) => ({
        steps: [command('extended-erase'), extendedPageList([each.number])],
        left: erased(part, [each]),
      })),
  },
  {
    id: 'usart/3.8/several-pages',
    requirement: 'Extended Erase erases all N + 1 pages of its list, and no other, with one ACK.',
    covers: ['3.8-1', '3.8-11', '3.8-14'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['extended-erase'],
    known: LISTS,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...shownPages(part)), { minLength: 1, maxLength: 8 })
        .map((pages) => ({
          steps: [command('extended-erase'), extendedPageList(pages.map(({ number }) => number))],
          left: erased(part, pages),
        })),
  },
  {
    id: 'usart/3.8/first-and-last-page',
    requirement: 'The first and the last page can be erased.',
    covers: ['3.8-1', '3.8-14'],
    strength: 'must',
    destroys: 'flash',
    entries: ['synchronised'],
    commands: ['extended-erase'],
    known: ['multi-page-erase-broken'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const pages = [part.pages[0]!, part.pages.at(-1)!];
      return {
        steps: [command('extended-erase'), extendedPageList(pages.map(({ number }) => number))],
        left: erased(part, pages),
      };
    },
  },
  {
    id: 'usart/3.8/erase-then-write',
    requirement: 'An erased page can be written again.',
    covers: ['3.8-1', '3.6-1'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['extended-erase', 'write-memory', 'read-memory'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      page(part).map((each) => {
        const data = pattern(Math.max(16, blockUnit(part)), 3);
        const rest = { start: each.start + data.length, end: each.end, value: blank(part) };
        return {
          steps: [
            command('extended-erase'),
            extendedPageList([each.number]),
            ...write(each.start, data),
            ...read(each.start, data),
          ],
          left: [{ areas: [holding(each.start, data), rest] }],
        };
      }),
  },
  {
    id: 'usart/3.8/mass-erase',
    requirement: 'Special code 0xFFFF erases all of main flash.',
    covers: ['3.8-3'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['extended-erase'],
    unsupported: noMassErase,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [command('extended-erase'), specialErase(0xffff)],
      left: erased(part, part.pages),
    }),
  },
  {
    id: 'usart/3.8/no-mass-erase',
    requirement: 'A line without mass erase refuses special code 0xFFFF.',
    covers: ['3.8-15'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['synchronised'],
    commands: ['extended-erase'],
    unsupported: (part) => (part.device.massErase ? 'this line has mass erase' : undefined),
    setUp: (part) => ({ flash: marked(part) }),
    script: () => ({ steps: [command('extended-erase'), specialErase(0xffff, [NACK])] }),
  },
  {
    id: 'usart/3.8/bank-1',
    requirement: 'Special code 0xFFFE erases bank 1 and leaves bank 2.',
    covers: ['3.8-4'],
    strength: 'must',
    destroys: 'flash',
    entries: ['synchronised', 'after-nack'],
    commands: ['extended-erase'],
    known: BANKS,
    unsupported: oneBank,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [command('extended-erase'), specialErase(0xfffe)],
      left: erased(part, bank(part, 0)),
    }),
  },
  {
    id: 'usart/3.8/bank-2',
    requirement: 'Special code 0xFFFD erases bank 2 and leaves bank 1.',
    covers: ['3.8-5'],
    strength: 'must',
    destroys: 'flash',
    entries: ['synchronised', 'after-nack'],
    commands: ['extended-erase'],
    known: [...BANKS, 'bank-2-erase-returns-early'],
    unsupported: oneBank,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [command('extended-erase'), specialErase(0xfffd)],
      left: erased(part, bank(part, 1)),
    }),
  },
  {
    id: 'usart/3.8/no-second-bank',
    requirement: 'A part with one bank refuses the bank erases.',
    covers: ['3.8-4', '3.8-5'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['synchronised'],
    commands: ['extended-erase'],
    unsupported: (part) => (part.banks > 1 ? 'this part has two banks' : undefined),
    setUp: (part) => ({ flash: marked(part) }),
    script: () =>
      fc.constantFrom(0xfffe, 0xfffd).map((code) => ({
        steps: [command('extended-erase'), specialErase(code, [NACK])],
      })),
  },
  {
    id: 'usart/3.8/reserved-codes',
    requirement: 'Special codes 0xFFF0 to 0xFFFC are reserved: they are refused and erase nothing.',
    covers: ['3.8-6'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: () =>
      fc.integer({ min: 0xfff0, max: 0xfffc }).map((code) => ({
        steps: [0xfff0, code, 0xfffc].flatMap((each) => [
          command('extended-erase'),
          specialErase(each, [NACK]),
        ]),
      })),
  },
  {
    id: 'usart/3.8/special-wrong-checksum',
    requirement: 'A special code with a wrong checksum is refused and nothing is erased.',
    covers: ['3.8-12'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: () =>
      fc.tuple(fc.integer({ min: 0xfff0, max: 0xffff }), spoils).map(([code, all]) => ({
        steps: all.flatMap((wrong) => [
          command('extended-erase'),
          specialErase(code, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.8/wrong-checksum',
    requirement: 'A list with a wrong checksum is refused and nothing is erased.',
    covers: ['3.8-2'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc
        .tuple(fc.array(page(part), { minLength: 1, maxLength: 4 }), spoils)
        .map(([pages, all]) => ({
          steps: all.flatMap((wrong) => [
            command('extended-erase'),
            extendedPageList(
              pages.map(({ number }) => number),
              [NACK],
              wrong,
            ),
          ]),
        })),
  },
  {
    id: 'usart/3.8/checksum-covers-the-count',
    requirement:
      'The checksum of the list covers the count: one over the page numbers alone is refused.',
    covers: ['3.8-2'],
    strength: 'must',
    destroys: 'flash',
    entries: ['synchronised'],
    commands: ['extended-erase'],
    unsupported: (part) => (part.pages.length < 3 ? 'this part has too few pages' : undefined),
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const numbers = part.pages.slice(0, 3).map(({ number }) => number);
      return {
        steps: [
          command('extended-erase'),
          extendedPageList(numbers, [NACK], be16(numbers.length - 1)[1]),
        ],
      };
    },
  },
  {
    id: 'usart/3.8/duplicate-pages',
    requirement: 'A page named twice is no error, and where it is none the page is erased.',
    covers: ['3.8-1', '3.8-9'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['extended-erase', 'read-memory'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          extendedPageList([each.number, each.number], [ACK, listRefused(NACK)]),
          ...read(each.start, nothing(part)),
        ],
        left: [{ areas: [each] }],
      };
    },
  },
  {
    id: 'usart/3.8/no-such-page',
    requirement: 'A number beyond the last page is acknowledged and erases nothing.',
    covers: ['3.8-8'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['synchronised', 'after-nack'],
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc.integer({ min: part.pages.at(-1)!.number + 1, max: 0xffff }).map((number) => ({
        steps: [part.pages.at(-1)!.number + 1, number].flatMap((each) => [
          command('extended-erase'),
          extendedPageList([each]),
        ]),
      })),
  },
  {
    id: 'usart/3.8/no-such-page-among-others',
    requirement: 'A number beyond the last page does not keep the other pages from being erased.',
    covers: ['3.8-1', '3.8-8'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['extended-erase', 'read-memory'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          extendedPageList([0xfe00, each.number, 0xfe01], [ACK, listRefused(NACK)]),
          ...read(each.start, nothing(part)),
        ],
        left: [{ areas: [each] }],
      };
    },
  },
  {
    id: 'usart/3.8/write-protected-page',
    requirement:
      'Erasing a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['3.8-7'],
    strength: 'must',
    destroys: 'page',
    entries: ['write-protected'],
    commands: ['extended-erase'],
    unsupported: noWriteProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [command('extended-erase'), extendedPageList([scratchPages(part)[0]!.number])],
    }),
  },
  {
    id: 'usart/3.8/mass-erase-with-protected-page',
    requirement: 'A mass erase with a write-protected page is acknowledged and erases nothing.',
    covers: ['3.8-13'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['write-protected'],
    commands: ['extended-erase'],
    unsupported: (part) => noMassErase(part) ?? noWriteProtection(part),
    setUp: (part) => ({ flash: marked(part) }),
    script: () => ({ steps: [command('extended-erase'), specialErase(0xffff)] }),
  },
  {
    ...lists.amongProtected,
    id: 'usart/3.8/among-protected-pages',
    covers: ['3.8-1', '3.8-7'],
    commands: ['extended-erase'],
  },
  {
    ...lists.long,
    id: 'usart/3.8/long-list',
    covers: ['3.8-1', '3.8-14'],
    commands: ['extended-erase'],
  },
  {
    id: 'usart/3.8/list-waits',
    requirement: 'A list that breaks off is waited for without a time-out, and erases nothing.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const sent = packet([0, 0, ...be16(each.number)]);
      const whole = fc.integer({ min: 1, max: 4 }).map((at): Script => ({
        steps: [
          command('extended-erase'),
          unanswered(step('part of a list', sent.slice(0, at))),
          { ...step('the rest of it', sent.slice(at)), withinMs: 35_000 },
        ],
        left: erased(part, [each]),
      }));
      const unfinished: Script = {
        steps: [
          command('extended-erase'),
          unanswered(step('two pages announced, one given', [0x00, 0x01, ...be16(each.number)])),
        ],
        ends: 'open',
      };
      return fc.oneof(fc.constant(unfinished), whole);
    },
  },
  {
    id: 'usart/3.8/protected',
    requirement: 'Under readout protection Extended Erase is refused and erases nothing.',
    covers: ['3-6', '3.8-10'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['extended-erase'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: () => ({ steps: [command('extended-erase', NACK)] }),
  },
  {
    id: 'usart/3.8/exclusive',
    sharesKills: 'that the other Erase is not served is told by the list of Get (3.1) too',
    requirement: 'A bootloader that offers Extended Erase refuses Erase.',
    covers: ['3-13'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    commands: ['extended-erase'],
    script: () => ({ steps: [command('erase', NACK)] }),
  },
  {
    id: 'usart/3.8/acknowledged-once',
    requirement: 'One ACK answers the whole list: none follows the count.',
    covers: ['3.8-11'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'after-nack'],
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const [high, low] = be16(each.number);
      return {
        steps: [
          command('extended-erase'),
          step('the count', [0x00, 0x00], SILENCE),
          {
            ...step('page number and checksum', [high!, low!, high! ^ low!], ACK),
            withinMs: ERASE_MS,
          },
        ],
        left: erased(part, [each]),
      };
    },
  },
];

export default scenarios;
