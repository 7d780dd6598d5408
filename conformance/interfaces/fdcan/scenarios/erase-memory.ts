import * as fc from 'fast-check';
import {
  PAGES_IN_A_FRAME,
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
  write,
} from '../host.ts';
import { ERASE_MS, OPCODES } from '../../usart/host.ts';
import { blank, scratchPages, shownPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Script, Step } from '../../../run/script.ts';
import { marked, page, pattern } from '../../../scenarios/inputs.ts';
import { noPagesAround, pagesAround } from '../../../scenarios/sectors.ts';
import { erased, nothing } from '../../../scenarios/erased.ts';
import { noWriteProtection } from '../../../scenarios/replies.ts';
import { some } from '../../../scenarios/scratch.ts';
import { silence } from '../../../scenarios/waits.ts';
import { WAITING } from './define.ts';

const id = OPCODES['extended-erase'];

const numbers = (pages: readonly Page[]): readonly number[] => pages.map(({ number }) => number);

/** One page more than a frame names. */
const longList = (part: Part): readonly Page[] => part.pages.slice(0, PAGES_IN_A_FRAME + 1);

/** A list as it is, which is erased. */
const sentList = (name: string, data: readonly number[]): Step => ({
  ...send(name, [{ id, data }], ack('extended-erase')),
  withinMs: ERASE_MS,
});

const base = {
  strength: 'must',
  destroys: 'flash',
  entries: ['connected'],
  commands: ['extended-erase'],
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/erase-memory/one-page',
    requirement:
      'Erase Memory erases the page whose number it is given, and no other, and acknowledges when done.',
    covers: ['fdcan-erase-memory-1', 'fdcan-erase-memory-2'],
    destroys: 'page',
    entries: WAITING,
    script: (part) =>
      page(part).map((each) => ({
        steps: erase(part, [each.number]),
        left: erased(part, [each]),
      })),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/several-pages',
    requirement:
      'Erase Memory erases all pages of its list, and no other, with one ACK at its end.',
    covers: ['fdcan-erase-memory-1', 'fdcan-erase-memory-2', 'fdcan-erase-memory-3'],
    entries: WAITING,
    known: ['bank-2-multi-page-erase-broken'],
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...shownPages(part)), {
          minLength: Math.min(4, part.pages.length - 1),
          maxLength: 8,
        })
        .map((pages) => ({
          steps: erase(part, numbers(pages)),
          left: erased(part, pages),
        })),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/first-and-last-page',
    requirement: 'The first and the last page can be erased.',
    covers: ['fdcan-erase-memory-1'],
    script: (part) => {
      const pages = [part.pages[0]!, part.pages.at(-1)!];
      return {
        steps: erase(part, numbers(pages)),
        left: erased(part, pages),
      };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/acknowledged-before-the-list',
    requirement: 'A second ACK asks for the list: it follows that of the command at once.',
    covers: ['fdcan-erase-memory-3'],
    destroys: 'page',
    entries: ['connected', 'unknown-command'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return { steps: erase(part, [each.number]), left: erased(part, [each]) };
    },
  },
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
    id: 'fdcan/erase-memory/erase-then-write',
    requirement: 'An erased page reads blank and can be written again.',
    covers: ['fdcan-erase-memory-1', 'fdcan-write-memory-1'],
    destroys: 'page',
    commands: ['extended-erase', 'write-memory', 'read-memory'],
    script: (part) =>
      page(part).map((each) => {
        const data = some(part, 3);
        const rest = { start: each.start + data.length, end: each.end, value: blank(part) };
        return {
          steps: [
            ...erase(part, [each.number]),
            ...read(each.start, nothing(part)),
            ...write(each.start, data),
            ...read(each.start, data),
          ],
          left: [{ areas: [holding(each.start, data), rest] }],
        };
      }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/write-protected-page-in-a-list',
    requirement:
      'A write-protected page in a list does not keep those behind it from being erased.',
    covers: ['fdcan-erase-memory-1', 'fdcan-erase-memory-15'],
    entries: ['write-protected'],
    unsupported: (part) => noWriteProtection(part) ?? noPagesAround(part),
    script: (part) => {
      const { before, behind } = pagesAround(part)!;
      return {
        steps: erase(part, numbers([before, scratchPages(part)[0]!, behind])),
        left: erased(part, [before, behind]),
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
    id: 'fdcan/erase-memory/duplicate-pages',
    requirement: 'A page named twice is no error.',
    covers: ['fdcan-erase-memory-13'],
    strength: 'observed',
    destroys: 'page',
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return { steps: erase(part, [each.number, each.number]), left: erased(part, [each]) };
    },
  },
  {
    ...base,
    id: 'fdcan/erase-memory/no-such-page',
    requirement: 'A number beyond the last page is acknowledged and erases nothing.',
    covers: ['fdcan-erase-memory-13'],
    strength: 'observed',
    entries: ['connected', 'unknown-command'],
    script: (part) =>
      fc.integer({ min: part.pages.at(-1)!.number + 1, max: 0xffff }).map((number) => ({
        steps: [part.pages.at(-1)!.number + 1, number].flatMap((each) => erase(part, [each])),
      })),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/list-waited-for',
    requirement: 'The list is waited for without a time-out, and nothing is erased before it.',
    covers: ['fdcan-erase-memory-14'],
    strength: 'observed',
    destroys: 'page',
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const [count, list] = erase(part, [each.number]) as [Step, Step];
      return fc.constantFrom<Script>(
        { steps: [count, silence()], ends: 'open' },
        { steps: [count, silence(), list], left: erased(part, [each]) },
      );
    },
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
