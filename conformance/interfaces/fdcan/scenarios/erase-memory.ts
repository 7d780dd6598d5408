import { eraseBase, erases, numbers } from '../../../scenarios/erase.ts';
import { specialErases } from '../../../scenarios/special-erases.ts';
import type { CodeHost } from '../../../scenarios/special-erases.ts';
import { fdcanHost } from '../framed-host.ts';

import * as fc from 'fast-check';
import {
  PAGES_IN_A_FRAME,
  command,
  specialErase,
  SILENCE,
  ack,
  ackThenNack,
  erase,
  getId,
  nack,
  pageBytes,
  pageCount,
  pageList,
  padded,
  read,
  send,
} from '../host.ts';
import { ERASE_MS, OPCODES, be16 } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { pattern } from '../../../scenarios/kit/inputs.ts';
import { erased, nothing } from '../../../scenarios/kit/erased.ts';

const id = OPCODES['extended-erase'];

/** One page more than a frame names. */
const longList = (part: Part): readonly Page[] => part.pages.slice(0, PAGES_IN_A_FRAME + 1);

/** A list as it is, which is erased. */
const sentList = (name: string, data: readonly number[]): Step => ({
  ...send(name, [{ id, data }], ack('extended-erase')),
  withinMs: ERASE_MS,
});

const base = { ...eraseBase('extended-erase'), entries: ['connected'] } as const;

const how: CodeHost = {
  name: 'extended-erase',
  lastNumber: 0xffff,
  erase,
  eraseOrNot: erase,
  eraseAll: () => [specialErase(0xffff)],
  eraseProtected: () =>
    [1, 0xffff, 0xfffe].flatMap((count) => [
      command('extended-erase', be16(count), nack('extended-erase')),
      getId(),
    ]),
  special: (code) => [specialErase(code)],
  specialRefused: (code) => [
    specialErase(code, ackThenNack('extended-erase'), nack('extended-erase')),
    getId(),
  ],
};

const scenarios: readonly Scenario[] = [
  ...erases(
    fdcanHost,
    'erase-memory',
    {
      'one-page': [1, 2, 3],
      'several-pages': { covers: [1, 2, 3], known: ['bank-2-multi-page-erase-broken'] },
      'first-and-last-page': { covers: [1], known: [] },
      'erase-then-write': [1, 'write-memory-1'],
      'duplicate-pages': { covers: [13], strength: 'observed' },
      'no-such-page': [13],
      'write-protected-page': { covers: [15], name: 'write-protected' },
      'among-protected-pages': { covers: [1, 15], name: 'write-protected-page-in-a-list' },
      'list-waits': { covers: [14], name: 'list-waited-for', strength: 'observed' },
      'mass-erase': [9],
      'mass-erase-with-protected-page': [15],
      protected: { covers: [16, 'command-set-4'], destroys: 'flash' },
    },
    how,
  ),
  ...specialErases(
    fdcanHost,
    'erase-memory',
    {
      'bank-1': { covers: [10], known: [] },
      'bank-2': { covers: [10], known: ['bank-2-erase-returns-early'] },
      'no-second-bank': [10],
      'reserved-codes': [11],
    },
    how,
  ),
  {
    ...base,
    id: 'fdcan/erase-memory/count-is-the-number-itself',
    requirement: 'The first frame holds the number of pages itself, not less one.',
    covers: ['fdcan-erase-memory-4'],
    destroys: 'flash',
    unsupported: (part) => (part.pages.length < 4 ? 'this part has too few pages' : undefined),
    script: (part) => {
      const [first, second, third] = scratchPages(part) as [Page, Page, Page];
      const listed = padded(pageBytes(part, numbers([first, second, third])), 64);
      return {
        steps: [pageCount(2), sentList('three pages', listed), getId()],
        left: erased(part, [first, second]),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/most-significant-byte-first',
    requirement: 'Page numbers have two bytes, the most significant first.',
    covers: ['fdcan-erase-memory-5'],
    destroys: 'page',
    known: ['fdcan-erase-pages-low-byte-first'],
    script: (part) =>
      fc.constantFrom(scratchPages(part)[0]!, part.pages.at(-1)!).map((each) => ({
        steps: [pageCount(1), pageList([each.number])],
        left: erased(part, [each]),
      })),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/filling-ignored',
    requirement: 'What fills the frame of the list up names no pages.',
    covers: ['fdcan-erase-memory-6'],
    destroys: 'page',
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const last = part.pages.at(-1)!.number;
      const data = pageBytes(part, [each.number, ...Array<number>(31).fill(last)]);
      return {
        steps: [pageCount(1), sentList('one page', data)],
        left: erased(part, [each]),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/shorter-list-frame',
    requirement: 'A list in a frame that is no longer than it must be is taken too.',
    covers: ['fdcan-erase-memory-7'],
    strength: 'observed',
    destroys: 'page',
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const data = pageBytes(part, [each.number]);
      return {
        steps: [pageCount(1), sentList('one page', data)],
        left: erased(part, [each]),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/32-pages',
    requirement: 'One frame holds 32 page numbers.',
    covers: ['fdcan-erase-memory-8'],
    known: ['bank-2-multi-page-erase-broken'],
    unsupported: (part) =>
      part.pages.length < PAGES_IN_A_FRAME ? 'this part has too few pages' : undefined,
    script: (part) => {
      const pages = part.pages.slice(-PAGES_IN_A_FRAME);
      return {
        steps: erase(part, numbers(pages)),
        left: erased(part, pages),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/more-than-32-pages',
    requirement: 'A longer list goes on in further frames, or is refused.',
    covers: ['fdcan-erase-memory-8'],
    commands: ['extended-erase', 'read-memory'],
    setUp: (part) => ({
      flash: longList(part).map(({ start, number }) => ({
        address: start,
        bytes: Uint8Array.from(pattern(16, number)),
      })),
    }),
    unsupported: (part) =>
      part.pages.length <= PAGES_IN_A_FRAME ? 'this part has too few pages' : undefined,
    script: (part) => {
      const pages = longList(part);
      const [count, list] = erase(part, numbers(pages)) as [
        ReturnType<typeof pageCount>,
        ReturnType<typeof pageList>,
      ];
      const refusals = [nack('extended-erase'), ackThenNack('extended-erase')];
      const says = 'it takes no more page numbers than one frame holds';
      const refused = refusals.map((reply) => ({
        ...reply,
        verdict: 'informational' as const,
        says,
        goOn: [getId()],
      }));
      return {
        steps: [
          { ...count, replies: [...count.replies, ...refused] },
          list,
          // only a list that was refused may leave the pages as they were
          ...pages.flatMap(({ start }) => read(start, nothing(part))),
        ],
        left: [...erased(part, pages), { areas: [] }],
      };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/no-pages',
    requirement: 'A list of no pages erases nothing.',
    covers: ['fdcan-erase-memory-12'],
    strength: 'observed',
    script: () => ({
      steps: [
        pageCount(
          0,
          ack('extended-erase', 3),
          ackThenNack('extended-erase'),
          nack('extended-erase'),
        ),
        getId(),
      ],
    }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/list-in-two-frames',
    requirement: 'A list that does not fit one frame is acknowledged behind its last frame only.',
    covers: ['fdcan-erase-memory-8'],
    strength: 'observed',
    unsupported: (part) =>
      part.pages.length < PAGES_IN_A_FRAME + 2 ? 'this part has too few pages' : undefined,
    script: (part) => {
      const pages = part.pages.slice(0, PAGES_IN_A_FRAME + 2);
      const all = pageBytes(part, numbers(pages));
      const frames = [all.slice(0, 64), padded(all.slice(64), 64)] as const;
      return {
        steps: [
          pageCount(pages.length),
          send('32 pages', [{ id, data: frames[0] }], SILENCE),
          send('2 pages', [{ id, data: frames[1] }], ack('extended-erase')),
        ],
        left: erased(part, pages),
      };
    },
  },
];

export default scenarios;
