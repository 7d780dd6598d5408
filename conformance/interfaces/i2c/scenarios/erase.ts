import * as fc from 'fast-check';
import { eraseBase, erases, numbers } from '../../../scenarios/erase.ts';
import { erasePackets, erasing } from '../../../scenarios/erase-packets.ts';
import type { Erasing } from '../../../scenarios/erase-packets.ts';
import { LISTS } from '../../../scenarios/kit/known.ts';
import { specialErases } from '../../../scenarios/special-erases.ts';
import { i2cHost, noStretchHost } from '../framed-host.ts';
import {
  ACK,
  BUSY,
  NACK,
  erase,
  outlasts,
  command,
  fetch,
  frame,
  pageCount,
  pageList,
  result,
  specialErase,
} from '../host.ts';
import { be16, packet } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { noMassErase } from '../../../scenarios/kit/replies.ts';
import { reachable } from './define.ts';

const [stretched, unstretched] = (
  [
    [i2cHost, 'stretch', 'extended-erase'],
    [noStretchHost, 'no-stretch', 'no-stretch-erase'],
  ] as const
).map(([host, form, name]) =>
  erasing(host, {
    name,
    lastNumber: 0xffff,
    count: pageCount,
    list: (pages, ...refusal) => [pageCount(pages.length), ...pageList(pages, form, ...refusal)],
    code: (code, ...refusal) => specialErase(code, form, ...refusal),
  }),
) as [Erasing, Erasing];

const FEW = { known: LISTS, entries: ['connected', 'after-nack', 'aborted-write'] } as const;
const ALL = {
  known: ['i2c-mass-erase-bank-2-only'],
  entries: ['connected', 'after-nack'],
} as const;

/** What both forms of the command promise. */
const inBothForms: readonly Scenario[] = [
  ...erases(
    i2cHost,
    '3.7',
    {
      'one-page': [1, 2, 16],
      'several-pages': { covers: [1, 2], ...FEW },
      'first-and-last-page': [1, 7],
      'erase-then-write': [1, '3.6-1'],
      'duplicate-pages': [1],
      'no-such-page': [12],
      'no-such-page-among-others': [1, 12],
      'write-protected-page': [13],
      'among-protected-pages': { covers: [1], known: ['multi-page-erase-broken'] },
      'long-list': { covers: [1], known: LISTS },
      'mass-erase': { covers: [3], ...ALL },
      'mass-erase-with-protected-page': [14],
      protected: {
        covers: ['3-9', 6],
        sharesKills: 'the protection shows again behind Readout Protect (3.10)',
      },
    },
    stretched,
  ),
  ...specialErases(
    i2cHost,
    '3.7',
    {
      'no-mass-erase': [8],
      'bank-1': [9],
      'bank-2': [9],
      'no-second-bank': [9],
      'reserved-codes': { covers: [5], entries: ['connected', 'after-nack'] },
    },
    stretched,
  ),
  ...erasePackets(
    i2cHost,
    '3.7',
    {
      'wrong-checksum': { covers: [4], name: 'wrong-list-checksum' },
      'wrong-count-checksum': [4],
      'checksum-spares-the-count': [10],
      'special-wrong-checksum': [4],
    },
    stretched,
  ),
  ...erases(
    noStretchHost,
    '3.13',
    {
      'one-page': [1, 2],
      'several-pages': { covers: [1, 2], ...FEW },
      'among-protected-pages': { covers: [1], known: ['multi-page-erase-broken'] },
      'long-list': { covers: [1], known: LISTS },
      'mass-erase': { covers: [3], ...ALL },
      protected: ['3-9', 6],
    },
    unstretched,
  ),
  ...specialErases(
    noStretchHost,
    '3.13',
    {
      'reserved-codes': { covers: [5], entries: ['connected', 'after-nack'] },
    },
    unstretched,
  ),
  ...erasePackets(
    noStretchHost,
    '3.13',
    {
      'wrong-checksum': { covers: [4], name: 'wrong-list-checksum' },
      'wrong-count-checksum': [4],
    },
    unstretched,
  ),
];

/** Pages so many as no list may name (AN4221 §3.7). */
const TOO_MANY = fc.integer({ min: 513, max: 0xfff0 });

const stretching = { ...eraseBase('extended-erase'), entries: ['connected'] } as const;

/** What is asked of the stretching form alone. */
const stretchOnly: readonly Scenario[] = [
  {
    ...stretching,
    id: 'i2c/3.7/too-many-pages',
    requirement: 'More than 512 pages are refused before any is named.',
    covers: ['i2c-3.7-11'],
    strength: 'should',
    script: () =>
      TOO_MANY.map((pages) => ({
        steps: [513, pages].flatMap((each) => [command('extended-erase'), pageCount(each, [NACK])]),
      })),
  },
  {
    ...stretching,
    id: 'i2c/3.7/512-pages',
    requirement: 'A list of 512 pages, the longest, is carried out.',
    covers: ['i2c-3.7-11'],
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
    ...stretching,
    id: 'i2c/3.7/list-breaks-off',
    requirement: 'A list that breaks off erases nothing, and a reset gives it up.',
    covers: ['i2c-3.7-15', 'i2c-2-6'],
    destroys: 'page',
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
];

const noStretching = eraseBase('no-stretch-erase');

/** What is asked of the no-stretch form alone. */
const noStretchOnly: readonly Scenario[] = [
  {
    ...noStretching,
    id: 'i2c/3.13/busy-meanwhile',
    known: ['i2c-no-stretch-stretches'],
    requirement: 'A device that erases answers 0x76 to who asks for the result.',
    covers: ['i2c-3.13-8'],
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

const scenarios: readonly Scenario[] = [...inBothForms, ...stretchOnly, ...noStretchOnly];

export default reachable(scenarios);
