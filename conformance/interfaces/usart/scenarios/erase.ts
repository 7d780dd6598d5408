import * as fc from 'fast-check';
import { WAITING } from '../../../run/entry.ts';
import { ACK, ERASE_MS, NACK, command, packet, pageList, step } from '../host.ts';
import { scratchPages, shownPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked, page, spoil, spoils } from '../../../scenarios/inputs.ts';
import { unanswered } from '../../../scenarios/waits.ts';
import { erased } from '../../../scenarios/erased.ts';
import { listsErased } from '../../../scenarios/page-lists.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';

/** Pages that one byte can name. */
function nameable(part: Part): readonly Page[] {
  return shownPages(part).filter(({ number }) => number < 255);
}

const lists = listsErased({
  erase: (pages) => [command('erase'), pageList(pages)],
  most: 0xff,
});

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.7/one-page',
    requirement:
      'Erase erases the page whose code it is given, and no other, and acknowledges when done.',
    covers: ['3.7-1', '3.7-8'],
    strength: 'must',
    destroys: 'page',
    entries: WAITING,
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      page(part)
        .filter(({ number }) => number < 255)
        .map((each) => ({
          steps: [command('erase'), pageList([each.number])],
          left: erased(part, [each]),
        })),
  },
  {
    id: 'usart/3.7/several-pages',
    requirement: 'Erase erases all N + 1 pages of its list, and no other.',
    covers: ['3.7-1', '3.7-8'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...nameable(part)), { minLength: 2, maxLength: 8 })
        .map((pages) => ({
          steps: [command('erase'), pageList(pages.map(({ number }) => number))],
          left: erased(part, pages),
        })),
  },
  {
    id: 'usart/3.7/global',
    requirement: 'Erase with FF 00 erases all pages.',
    covers: ['3.7-3'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [command('erase'), { ...step('all pages', [0xff, 0x00], ACK), withinMs: ERASE_MS }],
      left: erased(part, part.pages),
    }),
  },
  {
    id: 'usart/3.7/global-unfinished',
    requirement: 'Erase with FF and anything but 00 is acknowledged and erases nothing.',
    covers: ['3.7-4'],
    strength: 'must',
    destroys: 'flash',
    entries: WAITING,
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: () =>
      spoil.map((second) => ({
        steps: [command('erase'), step('FF and not 00', [0xff, second], ACK)],
      })),
  },
  {
    id: 'usart/3.7/wrong-checksum',
    requirement: 'A list with a wrong checksum is refused and nothing is erased.',
    covers: ['3.7-2'],
    strength: 'must',
    destroys: 'page',
    entries: WAITING,
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc.tuple(page(part), spoils).map(([each, all]) => ({
        steps: all.flatMap((wrong) => [
          command('erase'),
          pageList([each.number % 255], [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.7/checksum-covers-the-count',
    requirement: 'The checksum of the list covers N: one over the codes alone is refused.',
    covers: ['3.7-2'],
    strength: 'must',
    destroys: 'flash',
    entries: ['synchronised'],
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const codes = nameable(part)
        .slice(0, 3)
        .map(({ number }) => number);
      return { steps: [command('erase'), pageList(codes, [NACK], codes.length - 1)] };
    },
  },
  {
    id: 'usart/3.7/duplicate-pages',
    requirement: 'A page named twice is no error.',
    covers: ['3.7-1'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [command('erase'), pageList([each.number, each.number])],
        left: erased(part, [each]),
      };
    },
  },
  {
    id: 'usart/3.7/no-such-page',
    requirement: 'A code beyond the last page is acknowledged and erases nothing.',
    covers: ['3.7-6'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['synchronised'],
    commands: ['erase'],
    unsupported: (part) =>
      part.pages.at(-1)!.number >= 254 ? 'every code names a page' : undefined,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({ steps: [command('erase'), pageList([part.pages.at(-1)!.number + 1])] }),
  },
  {
    id: 'usart/3.7/write-protected-page',
    requirement:
      'Erasing a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['3.7-5'],
    strength: 'must',
    destroys: 'page',
    entries: ['write-protected'],
    commands: ['erase'],
    unsupported: noWriteProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [command('erase'), pageList([scratchPages(part)[0]!.number])],
    }),
  },
  {
    ...lists.amongProtected,
    id: 'usart/3.7/among-protected-pages',
    covers: ['3.7-1', '3.7-5'],
    commands: ['erase'],
  },
  {
    ...lists.long,
    id: 'usart/3.7/long-list',
    covers: ['3.7-1'],
    commands: ['erase'],
  },
  {
    id: 'usart/3.7/list-waits',
    requirement: 'A list that breaks off is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return fc.integer({ min: 1, max: 2 }).map((at) => {
        const sent = packet([0, each.number]);
        return {
          steps: [
            command('erase'),
            unanswered(step('part of a list', sent.slice(0, at))),
            { ...step('the rest of it', sent.slice(at)), withinMs: 35_000 },
          ],
          left: erased(part, [each]),
        };
      });
    },
  },
  {
    id: 'usart/3.7/protected',
    requirement: 'Under readout protection Erase is refused and erases nothing.',
    covers: ['3-6', '3.7-7'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['erase'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: () => ({ steps: [command('erase', NACK)] }),
  },
  {
    id: 'usart/3.7/exclusive',
    sharesKills: 'that the other Erase is not served is told by the list of Get (3.1) too',
    requirement: 'A bootloader that offers Erase refuses Extended Erase.',
    covers: ['3-13'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    commands: ['erase'],
    script: () => ({ steps: [command('extended-erase', NACK)] }),
  },
];

export default scenarios;
