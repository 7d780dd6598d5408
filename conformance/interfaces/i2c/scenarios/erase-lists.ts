import * as fc from 'fast-check';
import {
  ACK,
  NACK,
  command,
  erase,
  frame,
  outlasts,
  pageCount,
  pageList,
  readMemory,
  writeMemory,
} from '../host.ts';
import { be16, xor } from '../../usart/host.ts';
import { blank, blockUnit, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { marked, page, pattern } from '../../../scenarios/inputs.ts';
import { erased, nothing } from '../../../scenarios/erased.ts';
import { listRefused } from '../../../scenarios/page-lists.ts';
import { noWriteProtection } from '../../../scenarios/replies.ts';
import { reachable } from './define.ts';
import { numbers } from './erase.ts';

/** Pages so many as no list may name (AN4221 §3.7). */
const TOO_MANY = fc.integer({ min: 513, max: 0xfff0 });

const base = {
  strength: 'must',
  destroys: 'flash',
  commands: ['extended-erase'],
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.7/first-and-last-page',
    requirement: 'The first and the last page can be erased.',
    covers: ['i2c-3.7-1', 'i2c-3.7-7'],
    entries: ['connected'],
    known: ['multi-page-erase-broken'],
    script: (part) => {
      const pages = [part.pages[0]!, part.pages.at(-1)!];
      return { steps: erase(numbers(pages)), left: erased(part, pages) };
    },
  },
  {
    ...base,
    id: 'i2c/3.7/erase-then-write',
    requirement: 'An erased page can be written again.',
    covers: ['i2c-3.7-1', 'i2c-3.6-1'],
    destroys: 'page',
    entries: ['connected'],
    commands: ['extended-erase', 'write-memory', 'read-memory'],
    script: (part) =>
      page(part).map((each) => {
        const data = pattern(Math.max(16, blockUnit(part)), 3);
        const rest = { start: each.start + data.length, end: each.end, value: blank(part) };
        return {
          steps: [
            ...erase([each.number]),
            ...writeMemory(each.start, data),
            ...readMemory(each.start, data),
          ],
          left: [{ areas: [holding(each.start, data), rest] }],
        };
      }),
  },
  {
    ...base,
    id: 'i2c/3.7/checksum-spares-the-count',
    requirement:
      'The checksum of the list does not cover the count, which has one of its own: one over both is refused.',
    covers: ['i2c-3.7-10'],
    destroys: 'flash',
    entries: ['connected'],
    unsupported: (part) => (part.pages.length < 3 ? 'this part has too few pages' : undefined),
    script: (part) => {
      const pages = numbers(part.pages.slice(0, 3));
      const wrong = xor(be16(pages.length - 1));
      return {
        steps: [
          command('extended-erase'),
          pageCount(pages.length),
          ...pageList(pages, 'stretch', [NACK], wrong),
        ],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.7/too-many-pages',
    requirement: 'More than 512 pages are refused before any is named.',
    covers: ['i2c-3.7-11'],
    strength: 'should',
    entries: ['connected'],
    script: () =>
      TOO_MANY.map((pages) => ({
        steps: [513, pages].flatMap((each) => [command('extended-erase'), pageCount(each, [NACK])]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.7/512-pages',
    requirement: 'A list of 512 pages, the longest, is carried out.',
    covers: ['i2c-3.7-11'],
    entries: ['connected'],
    known: ['bank-2-multi-page-erase-broken'],
    unsupported: (part) =>
      part.pages.length < 64
        ? 'so many of the few large sectors of this part take minutes'
        : undefined,
    script: (part) => {
      // pages of which there are fewer are named again, which costs time and does no harm
      const pages = Array.from({ length: 512 }, (_, at) => part.pages[at % part.pages.length]!);
      return {
        steps: erase(numbers(pages)),
        left: erased(part, [...new Set(pages)]),
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.7/duplicate-pages',
    requirement: 'A page named twice is no error, and where it is none the page is erased.',
    covers: ['i2c-3.7-1'],
    destroys: 'page',
    entries: ['connected'],
    commands: ['extended-erase', 'read-memory'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          pageCount(2),
          ...pageList([each.number, each.number], 'stretch', [ACK, listRefused(NACK)]),
          ...readMemory(each.start, nothing(part)),
        ],
        left: [{ areas: [each] }],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.7/no-such-page',
    requirement: 'A number beyond the last page is acknowledged and erases nothing.',
    covers: ['i2c-3.7-12'],
    strength: 'observed',
    entries: ['connected', 'after-nack'],
    script: (part) =>
      fc.integer({ min: part.pages.at(-1)!.number + 1, max: 0xffff }).map((number) => ({
        steps: [part.pages.at(-1)!.number + 1, number].flatMap((each) => erase([each])),
      })),
  },
  {
    ...base,
    id: 'i2c/3.7/no-such-page-among-others',
    requirement: 'A number beyond the last page does not keep the other pages from being erased.',
    covers: ['i2c-3.7-1', 'i2c-3.7-12'],
    destroys: 'page',
    entries: ['connected'],
    commands: ['extended-erase', 'read-memory'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          pageCount(3),
          ...pageList([0xfe00, each.number, 0xfe01], 'stretch', [ACK, listRefused(NACK)]),
          ...readMemory(each.start, nothing(part)),
        ],
        left: [{ areas: [each] }],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.7/write-protected-page',
    requirement:
      'Erasing a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['i2c-3.7-13'],
    destroys: 'page',
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) => ({ steps: erase([scratchPages(part)[0]!.number]) }),
  },
  {
    ...base,
    id: 'i2c/3.7/list-breaks-off',
    requirement: 'A list that breaks off erases nothing, and a reset gives it up.',
    covers: ['i2c-3.7-15', 'i2c-2-6'],
    destroys: 'page',
    entries: ['connected'],
    script: (part) => ({
      steps: [
        command('extended-erase'),
        pageCount(2),
        frame('one page of two', [0x00, 0x01]),
        ...outlasts(part),
      ],
    }),
    sharesKills: 'who waits for ever waits for every frame (2)',
  },
  {
    ...base,
    id: 'i2c/3.7/count-acknowledged-alone',
    requirement: 'The number of pages is acknowledged on its own, before the list.',
    covers: ['i2c-3.7-16'],
    known: ['multi-page-erase-broken'],
    entries: ['connected', 'after-nack'],
    script: (part) => {
      const pages = part.pages.slice(0, 2);
      return { steps: erase(numbers(pages)), left: erased(part, pages) };
    },
  },
];

export default reachable(scenarios);
