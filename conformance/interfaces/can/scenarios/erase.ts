import { eraseBase, erases, isNameable, numbers } from '../../../scenarios/erase.ts';
import { noMassErase } from '../../../scenarios/kit/replies.ts';
import { canHost } from '../framed-host.ts';
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
import { shownPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { anyData } from './define.ts';

/** Pages that one byte can name, in a list. */
const nameable = (part: Part): readonly Page[] => shownPages(part).filter(isNameable(0xfe));

const fewPages = (part: Part, least: number): string | undefined =>
  nameable(part).length < least ? 'this part has too few pages' : undefined;

const base = { ...eraseBase('erase'), entries: ['connected', 'faster'] } as const;

const scenarios: readonly Scenario[] = [
  ...erases(
    canHost,
    '3.8',
    {
      'one-page': [1, 2, 3],
      'several-pages': { covers: [2, 4], name: 'pages-of-one-frame' },
      'duplicate-pages': { covers: [9], name: 'same-page-twice', strength: 'observed' },
      'no-such-page': [9],
      'write-protected-page': [10],
      'among-protected-pages': { covers: [2, 10], name: 'write-protected-page-in-a-list' },
      'long-list': { covers: [1], name: 'longest-list' },
      'list-waits': { covers: [8], entries: ['connected', 'faster'] },
      'mass-erase': { covers: [5], name: 'all' },
      protected: { covers: ['3-2', 11], destroys: 'flash' },
    },
    {
      name: 'erase',
      lastNumber: 0xfe,
      erase: (_, pages) => erase(pages),
      eraseOrNot: (_, pages) => erase(pages),
      eraseAll: () => [massErase()],
      eraseProtected: () =>
        [0x00, 0x03, 0xff].map((count) => command('erase', [count], nack(OPCODES.erase))),
    },
  ),
  {
    ...base,
    id: 'can/3.8/pages-of-several-frames',
    requirement: 'More pages than one frame holds are named in several.',
    covers: ['can-3.8-2', 'can-3.8-4'],
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
];

export default scenarios;
