import * as fc from 'fast-check';
import {
  MOST_PAGES,
  NACK,
  TAKEN,
  command,
  erase,
  getId,
  pageCount,
  pageList,
  sealed,
  specialErase,
  step,
} from '../host.ts';
import { i3cHost } from '../framed-host.ts';
import { be16, complement, packet, xor } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { eraseBase, erases, numbers } from '../../../scenarios/erase.ts';
import { erasePackets, erasing } from '../../../scenarios/erase-packets.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { specialErases } from '../../../scenarios/special-erases.ts';

const base = { ...eraseBase('extended-erase'), entries: ['connected', 'after-nack'] } as const;

const own = erasing(i3cHost, {
  name: 'extended-erase',
  lastNumber: 0xffff,
  count: pageCount,
  list: (pages, ...how) => [pageCount(pages.length), pageList(pages, ...how)],
  code: (...code) => [specialErase(...code)],
});

const scenarios: readonly Scenario[] = [
  ...erases(
    i3cHost,
    'erase',
    {
      'one-page': [1, 2, 6],
      'several-pages': [1, 2],
      'first-and-last-page': { covers: [1, 8], known: [] },
      'erase-then-write': [1, 'write-memory-1'],
      'duplicate-pages': [1],
      'no-such-page': [12],
      'no-such-page-among-others': [1, 12],
      'write-protected-page': [13],
      'among-protected-pages': [1, 13],
      'long-list': [1],
      'mass-erase': [3],
      'mass-erase-with-protected-page': [16],
      protected: {
        covers: [11, 'commands-12'],
        sharesKills: 'the protection shows among the commands too',
      },
    },
    own,
  ),
  ...specialErases(
    i3cHost,
    'erase',
    {
      'bank-1': { covers: [4], known: [] },
      'bank-2': { covers: [4], known: [] },
      'no-second-bank': [4],
      'reserved-codes': [5],
    },
    own,
  ),
  ...erasePackets(
    i3cHost,
    'erase',
    {
      'wrong-checksum': { covers: [9], name: 'wrong-list-checksum' },
      'wrong-count-checksum': [9],
      'special-wrong-checksum': [9],
    },
    own,
  ),
  {
    ...base,
    id: 'i3c/erase/checksum-spares-the-count',
    requirement:
      'The checksum of the list does not cover the count, which has one of its own: one over both is refused.',
    covers: ['i3c-erase-10'],
    entries: ['connected'],
    unsupported: (part) => (part.pages.length < 3 ? 'this part has too few pages' : undefined),
    script: (part) => {
      const pages = numbers(part.pages.slice(0, 3));
      return {
        steps: [
          command('extended-erase'),
          pageCount(pages.length),
          pageList(pages, [NACK], xor(be16(pages.length))),
        ],
      };
    },
  },
  {
    ...base,
    id: 'i3c/erase/count-as-it-is',
    requirement:
      'The number of pages is not one less than there are: as many as it says are awaited.',
    covers: ['i3c-erase-6'],
    destroys: 'page',
    script: (part) => {
      const [each] = scratchPages(part);
      return {
        steps: [
          command('extended-erase'),
          pageCount(2),
          // one number and its checksum, and a while
          step('one page of two', [{ write: packet(be16(each!.number)) }, { pauseMs: 200 }], TAKEN),
        ],
        ends: 'open',
      };
    },
  },
  {
    ...base,
    id: 'i3c/erase/no-pages',
    requirement: 'A number of 0 pages is refused before a list, and nothing is erased.',
    covers: ['i3c-erase-7'],
    destroys: 'nothing',
    entries: i3cHost.waiting,
    script: () => ({ steps: [command('extended-erase'), pageCount(0, [NACK]), ...getId()] }),
  },
  {
    ...base,
    id: 'i3c/erase/1023-pages',
    requirement: 'A list of 1023 pages, the longest, is carried out to its end.',
    covers: ['i3c-erase-7', 'i3c-erase-1'],
    entries: ['connected'],
    script: (part) => {
      // pages of which there are fewer are named again, which costs time and does no harm
      const [first, ...rest] = scratchPages(part);
      const last = rest.at(-1) ?? first!;
      const pages = Array.from({ length: MOST_PAGES }, (_, at) =>
        at < MOST_PAGES - 1 ? first! : last,
      );
      return { steps: erase(numbers(pages)), left: erased(part, [...new Set(pages)]) };
    },
  },
  {
    ...base,
    id: 'i3c/erase/too-many-pages',
    requirement: 'More than 1023 pages are refused before a list.',
    covers: ['i3c-erase-7'],
    destroys: 'nothing',
    script: () =>
      fc.integer({ min: MOST_PAGES + 1, max: 0xffef }).map((pages) => ({
        steps: [MOST_PAGES + 1, pages, 0xffef].flatMap((each) => [
          command('extended-erase'),
          pageCount(each, [NACK]),
        ]),
      })),
  },
  {
    ...base,
    id: 'i3c/erase/no-complement',
    requirement:
      'The checksum is the XOR that AN5927 describes: its complement, which the examples print, is refused.',
    covers: ['i3c-erase-9'],
    strength: 'observed',
    entries: ['connected'],
    destroys: 'flash',
    script: () => ({
      steps: [
        command('extended-erase'),
        sealed('a page, as the examples have it', be16(1), [NACK], 0xff),
        command('extended-erase'),
        sealed('all, as the examples have it', [0xff, 0xff], [NACK], complement(0x00)),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/erase/list-breaks-off',
    requirement: 'A list that breaks off is not answered, and erases nothing.',
    covers: ['i3c-erase-14', 'i3c-commands-7'],
    strength: 'observed',
    destroys: 'page',
    entries: ['connected'],
    script: (part) => {
      const [each] = scratchPages(part);
      const whole = packet([each!.number, each!.number, each!.number].flatMap(be16));
      return fc.integer({ min: 1, max: whole.length - 1 }).map((at) => ({
        steps: [
          command('extended-erase'),
          pageCount(3),
          step('some of the list', [{ write: whole.slice(0, at) }, { pauseMs: 200 }], TAKEN),
        ],
        ends: 'open',
      }));
    },
  },
];

export default scenarios;
