import * as fc from 'fast-check';
import { eraseBase, numbers } from '../../../scenarios/erase.ts';
import { erasePacketScenarios } from '../../../scenarios/erase-packets.ts';
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

/** What both forms of the command promise. */
const inBothForms = (
  [
    [i2cHost, 'stretch', '3.7', 'extended-erase'],
    [noStretchHost, 'no-stretch', '3.13', 'no-stretch-erase'],
  ] as const
).flatMap(([host, form, section, name]) =>
  erasePacketScenarios(host, {
    section,
    name,
    lastNumber: 0xffff,
    count: pageCount,
    list: (pages, ...refusal) => [pageCount(pages.length), ...pageList(pages, form, ...refusal)],
    code: (code, ...refusal) => specialErase(code, form, ...refusal),
  }),
);

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
