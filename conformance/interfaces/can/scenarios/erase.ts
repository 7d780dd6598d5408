import * as fc from 'fast-check';
import {
  OPCODES,
  ack,
  but,
  eraseHeader,
  erase,
  massErase,
  nack,
  pageFrames,
  command,
} from '../host.ts';
import { scratchPages, shownPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Script } from '../../../run/script.ts';
import { marked, page } from '../../../scenarios/inputs.ts';
import { silence } from '../../../scenarios/waits.ts';
import { erased } from '../../../scenarios/erased.ts';
import { noPagesAround, pagesAround } from '../../../scenarios/sectors.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { WAITING, anyData } from './define.ts';

/** Pages that one byte can name, in a list. */
const nameable = (part: Part): readonly Page[] =>
  shownPages(part).filter(({ number }) => number < 255);

const numbers = (pages: readonly Page[]): number[] => pages.map(({ number }) => number);

const fewPages = (part: Part, least: number): string | undefined =>
  nameable(part).length < least ? 'this part has too few pages' : undefined;

const noMassErase = (part: Part): string | undefined =>
  part.device.massErase ? undefined : 'this line has no mass erase';

const base = {
  strength: 'must',
  destroys: 'flash',
  entries: WAITING,
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'can/3.8/one-page',
    requirement: 'Erase takes the page that it is given, and no other, in three ACKs.',
    covers: ['can-3.8-1', 'can-3.8-2', 'can-3.8-3'],
    destroys: 'page',
    script: (part) =>
      page(part)
        .filter(({ number }) => number < 255)
        .map((each) => ({ steps: erase([each.number]), left: erased(part, [each]) })),
  },
  {
    ...base,
    id: 'can/3.8/pages-of-one-frame',
    requirement: 'Up to eight pages are named in one frame.',
    covers: ['can-3.8-2', 'can-3.8-4'],
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...nameable(part)), {
          minLength: Math.min(4, nameable(part).length - 1),
          maxLength: 8,
        })
        .map((pages) => ({ steps: erase(numbers(pages)), left: erased(part, pages) })),
  },
  {
    ...base,
    id: 'can/3.8/pages-of-several-frames',
    requirement: 'More pages than one frame holds are named in several.',
    covers: ['can-3.8-2', 'can-3.8-4'],
    entries: ['connected', 'faster'],
    unsupported: (part) => fewPages(part, 10),
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...nameable(part)), { minLength: 9, maxLength: 20 })
        .map((pages) => ({ steps: erase(numbers(pages)), left: erased(part, pages) })),
  },
  {
    ...base,
    id: 'can/3.8/a-frame-for-each-page',
    requirement: 'Pages may come in frames of one byte each.',
    covers: ['can-3.8-4'],
    entries: ['connected', 'faster'],
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...nameable(part)), { minLength: 2, maxLength: 5 })
        .map((pages) => ({
          steps: [eraseHeader(pages.length), ...pageFrames(numbers(pages).map((each) => [each]))],
          left: erased(part, pages),
        })),
  },
  {
    ...base,
    id: 'can/3.8/longest-list',
    requirement: 'The longest list has 255 pages, with N = 254.',
    covers: ['can-3.8-1'],
    entries: ['connected'],
    script: (part) => {
      const pages = numbers(nameable(part).slice(0, 2));
      const list = Array.from({ length: 255 }, (_, at) => pages[at < 254 ? 0 : 1]!);
      return { steps: erase(list), left: erased(part, nameable(part).slice(0, 2)) };
    },
    unsupported: (part) => fewPages(part, 2),
  },
  {
    ...base,
    id: 'can/3.8/all',
    requirement: 'Erase with 0xFF takes all pages, in two ACKs.',
    covers: ['can-3.8-5'],
    unsupported: noMassErase,
    script: (part) => ({ steps: [massErase()], left: erased(part, part.pages) }),
  },
  {
    ...base,
    id: 'can/3.8/all-with-data',
    requirement: 'What the frame carries behind 0xFF does not matter.',
    covers: ['can-3.8-6'],
    unsupported: noMassErase,
    entries: ['connected'],
    script: (part) =>
      anyData.map((data) => {
        const says = 'it acknowledges once more, as OpenBootloader';
        const thrice = but(ack(OPCODES.erase, 3), 'informational', says);
        return {
          steps: [massErase(data.slice(0, 7), ack(OPCODES.erase, 2), thrice)],
          left: erased(part, part.pages),
        };
      }),
  },
  {
    ...base,
    id: 'can/3.8/count-frame-with-data',
    requirement: 'What the first frame carries behind the number of pages is not a page.',
    covers: ['can-3.8-7'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) => fewPages(part, 4),
    script: (part) => {
      const [each, ...others] = nameable(part).slice(0, 4);
      const first = command('erase', [0, ...numbers(others)], ack(OPCODES.erase));
      return { steps: [first, ...pageFrames([[each!.number]])], left: erased(part, [each!]) };
    },
  },
  {
    ...base,
    id: 'can/3.8/list-waits',
    requirement: 'Pages that are announced and not named are waited for, and none is erased.',
    covers: ['can-3.8-8'],
    destroys: 'page',
    entries: ['connected', 'faster'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const named = pageFrames([[each.number]]);
      return fc.constantFrom<Script>(
        { steps: [eraseHeader(1), silence()], ends: 'open' },
        { steps: [eraseHeader(1), silence(), ...named], left: erased(part, [each]) },
      );
    },
  },
  {
    ...base,
    id: 'can/3.8/same-page-twice',
    requirement: 'A page named twice is no error.',
    covers: ['can-3.8-9'],
    strength: 'observed',
    destroys: 'page',
    entries: ['connected'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return { steps: erase([each.number, each.number]), left: erased(part, [each]) };
    },
  },
  {
    ...base,
    id: 'can/3.8/no-such-page',
    requirement: 'A page that the part does not have is acknowledged, and nothing is erased.',
    covers: ['can-3.8-9'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      part.pages.at(-1)!.number >= 254 ? 'every code names a page' : undefined,
    script: (part) => ({ steps: erase([part.pages.at(-1)!.number + 1]) }),
  },
  {
    ...base,
    id: 'can/3.8/write-protected-page',
    requirement: 'The erase of a write-protected page is no error, and changes nothing.',
    covers: ['can-3.8-10'],
    destroys: 'page',
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) => ({ steps: erase([scratchPages(part)[0]!.number]) }),
  },
  {
    ...base,
    id: 'can/3.8/write-protected-page-in-a-list',
    requirement:
      'A write-protected page in a list does not keep those behind it from being erased.',
    covers: ['can-3.8-2', 'can-3.8-10'],
    entries: ['write-protected'],
    unsupported: (part) => noWriteProtection(part) ?? noPagesAround(part),
    script: (part) => {
      const { before, behind } = pagesAround(part, ({ number }) => number < 255)!;
      return {
        steps: erase([before.number, scratchPages(part)[0]!.number, behind.number]),
        left: erased(part, [before, behind]),
      };
    },
  },
  {
    ...base,
    id: 'can/3.8/protected',
    requirement: 'Under readout protection Erase is refused at its first frame.',
    covers: ['can-3-2', 'can-3.8-11'],
    destroys: 'flash',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () =>
      fc
        .constantFrom(0x00, 0x03, 0xff)
        .map((count) => ({ steps: [command('erase', [count], nack(OPCODES.erase))] })),
  },
];

export default scenarios;
