import * as fc from 'fast-check';
import type { CommandName } from '../part/commands.ts';
import { blank, scratchPages, shownPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import { holding } from '../run/script.ts';
import type { Reply, Script, Step } from '../run/script.ts';
import { erased, nothing } from './kit/erased.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { marked, page } from './kit/inputs.ts';
import { LISTS } from './kit/known.ts';
import { noMassErase, noReadoutProtection, noWriteProtection } from './kit/replies.ts';
import { some } from './kit/scratch.ts';
import { pagesAround } from './kit/sectors.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';
import { silence } from './kit/waits.ts';

export type LastNumber = 0xfe | 0xffff;

/** A command that erases a list of pages, as shared scenarios play it. */
export interface EraseHost {
  readonly host: FramedHost;
  readonly section: string;
  readonly name: CommandName;
  /** Highest number by which a list names a page: in one byte or in two. */
  readonly lastNumber: LastNumber;
  readonly erase: (part: Part, pages: readonly number[]) => readonly Step[];
  /** The same of a list that may be refused as a whole, for what no note speaks of. */
  readonly eraseOrNot: (part: Part, pages: readonly number[]) => readonly Step[];
  readonly eraseAll: () => readonly Step[];
  /** The command up to its refusal under readout protection, with several numbers of pages where one begins it. */
  readonly eraseProtected: () => readonly Step[];
}

/** What a list names pages by. */
export const numbers = (pages: readonly Page[]): readonly number[] =>
  pages.map(({ number }) => number);

/** What scenarios of a command that erases have in common. */
export const eraseBase = (name: CommandName) =>
  ({
    strength: 'must',
    destroys: 'flash',
    commands: [name],
    setUp: (part: Part) => ({ flash: marked(part) }),
  }) as const;

/** Whether a list of that command can name the page. */
export const isNameable =
  (lastNumber: LastNumber) =>
  ({ number }: Page): boolean =>
    number <= lastNumber;

/** The NACK of a protocol where a list is refused for what no note speaks of. */
export function listRefused(nack: Reply): Reply {
  return { ...nack, verdict: 'informational', says: 'the whole list is refused', goOn: [] };
}

/** Pages that the state `write-protected` leaves open. */
function openPages(part: Part): readonly Page[] {
  const rule = part.device.options?.writeProtection;
  const [closed] = scratchPages(part) as [Page];
  const per = rule?.kind === 'bits' ? rule.pagesPerBit : 1;
  const group = ({ number }: Page): number => Math.floor(number / per);
  return part.pages.filter((each) => group(each) !== group(closed));
}

/** So many pages at most are a list of which each can be erased by itself in time. */
const FEW = 64;

/** What every Erase of a framed interface must do. */
export function eraseScenarios(own: EraseHost): readonly Scenario[] {
  const { erase, eraseOrNot, host, lastNumber, name } = own;
  const { connected, waiting } = host;
  const base = eraseBase(name);
  const nameable = isNameable(lastNumber);
  const early = [connected, waiting[1]!];
  const open = (part: Part): readonly Page[] => openPages(part).filter(nameable);
  const first = (part: Part): Page => scratchPages(part)[0]!;
  const beyond = (part: Part): number => part.pages.at(-1)!.number + 1;
  const most = lastNumber === 0xfe ? 255 : 300;
  const fewOnI2c = { known: LISTS, entries: [...early, 'aborted-write'] } as const;
  const allOnI2c = { known: ['i2c-mass-erase-bank-2-only'], entries: early } as const;
  const perhaps = (part: Part, pages: readonly number[]): Script => ({
    // only a list that was refused may leave the page as it was
    steps: [...eraseOrNot(part, pages), ...host.read(first(part).start, nothing(part))],
    left: [...erased(part, [first(part)]), { areas: [] }],
  });
  const shared: readonly Shared[] = [
    {
      ...base,
      name: 'one-page',
      requirement:
        'The page whose number it is given is erased, and no other, and acknowledged when it is.',
      destroys: 'page',
      entries: waiting,
      on: {
        'usart/3.7': [1, 8],
        'usart/3.8': [1, 11],
        i2c: [1, 2, 16],
        'no-stretch': [1, 2],
        spi: [2, 3, 12],
        can: [1, 2, 3],
        fdcan: [1, 2, 3],
      },
      script: (part) =>
        page(part)
          .filter(nameable)
          .map((each) => ({ steps: erase(part, [each.number]), left: erased(part, [each]) })),
    },
    {
      ...base,
      name: 'several-pages',
      requirement: 'All pages of the list are erased, and no other.',
      entries: waiting,
      on: {
        'usart/3.7': [1, 8],
        'usart/3.8': { covers: [1, 11, 14], known: LISTS },
        i2c: { covers: [1, 2], ...fewOnI2c },
        'no-stretch': { covers: [1, 2], ...fewOnI2c },
        spi: { covers: [2, 4], known: LISTS },
        can: { covers: [2, 4], name: 'pages-of-one-frame' },
        fdcan: { covers: [1, 2, 3], known: ['bank-2-multi-page-erase-broken'] },
      },
      script: (part) => {
        const pages = shownPages(part).filter(nameable);
        const minLength = Math.max(1, Math.min(4, pages.length - 1));
        return fc
          .uniqueArray(fc.constantFrom(...pages), { minLength, maxLength: 8 })
          .map((list) => ({ steps: erase(part, numbers(list)), left: erased(part, list) }));
      },
    },
    {
      ...base,
      name: 'first-and-last-page',
      requirement: 'The first and the last page can be erased.',
      entries: [connected],
      known: ['multi-page-erase-broken'],
      on: {
        'usart/3.8': [1, 14],
        i2c: [1, 7],
        spi: [2, 4],
        fdcan: { covers: [1], known: [] },
      },
      script: (part) => {
        const pages = [part.pages[0]!, part.pages.at(-1)!];
        return { steps: erase(part, numbers(pages)), left: erased(part, pages) };
      },
    },
    {
      ...base,
      name: 'erase-then-write',
      requirement: 'An erased page reads blank and can be written again.',
      destroys: 'page',
      entries: [connected],
      commands: [name, 'write-memory', 'read-memory'],
      on: {
        'usart/3.8': [1, '3.6-1'],
        i2c: [1, '3.6-1'],
        spi: [2, '2.7-1'],
        fdcan: [1, 'write-memory-1'],
      },
      script: (part) =>
        page(part).map((each) => {
          const data = some(part, 3);
          const rest = { start: each.start + data.length, end: each.end, value: blank(part) };
          return {
            steps: [
              ...erase(part, [each.number]),
              ...host.read(each.start, nothing(part)),
              ...host.write(part, each.start, data),
              ...host.read(each.start, data),
            ],
            left: [{ areas: [holding(each.start, data), rest] }],
          };
        }),
    },
    {
      ...base,
      name: 'duplicate-pages',
      requirement: 'A page named twice is no error, and where it is none the page is erased.',
      destroys: 'page',
      entries: [connected],
      commands: [name, 'read-memory'],
      on: {
        'usart/3.7': { covers: [1], strength: 'observed' },
        'usart/3.8': [1, 9],
        i2c: [1],
        spi: [4, 13],
        can: { covers: [9], name: 'same-page-twice', strength: 'observed' },
        fdcan: { covers: [13], strength: 'observed' },
      },
      script: (part) => perhaps(part, numbers([first(part), first(part)])),
    },
    {
      ...base,
      name: 'no-such-page',
      requirement: 'A number beyond the last page is acknowledged and erases nothing.',
      strength: 'observed',
      entries: early,
      on: { 'usart/3.7': [6], 'usart/3.8': [8], i2c: [12], spi: [14], can: [9], fdcan: [13] },
      unsupported: (part) => (beyond(part) > lastNumber ? 'every code names a page' : undefined),
      script: (part) =>
        fc.integer({ min: beyond(part), max: lastNumber }).map((number) => ({
          steps: [beyond(part), number].flatMap((each) => erase(part, [each])),
        })),
    },
    {
      ...base,
      name: 'no-such-page-among-others',
      requirement: 'A number beyond the last page does not keep the other pages from being erased.',
      destroys: 'page',
      entries: [connected],
      commands: [name, 'read-memory'],
      on: { 'usart/3.8': [1, 8], i2c: [1, 12], spi: [4, 14] },
      script: (part) => perhaps(part, [0xfe00, first(part).number, 0xfe01]),
    },
    {
      ...base,
      name: 'write-protected-page',
      requirement:
        'Erasing a write-protected page is acknowledged without an error and changes nothing.',
      destroys: 'page',
      entries: ['write-protected'],
      on: {
        'usart/3.7': [5],
        'usart/3.8': [7],
        i2c: [13],
        spi: [15],
        can: [10],
        fdcan: { covers: [15], name: 'write-protected' },
      },
      unsupported: noWriteProtection,
      script: (part) => ({ steps: erase(part, [first(part).number]) }),
    },
    {
      ...base,
      name: 'among-protected-pages',
      requirement:
        'A write-protected page of a list is passed over: those before and behind it are erased.',
      entries: ['write-protected'],
      on: {
        'usart/3.7': [1, 5],
        'usart/3.8': { covers: [1, 7], known: ['multi-page-erase-broken'] },
        i2c: { covers: [1], known: ['multi-page-erase-broken'] },
        'no-stretch': { covers: [1], known: ['multi-page-erase-broken'] },
        spi: { covers: [4, 15], known: ['multi-page-erase-broken'] },
        can: { covers: [2, 10], name: 'write-protected-page-in-a-list' },
        fdcan: { covers: [1, 15], name: 'write-protected-page-in-a-list' },
      },
      unsupported: (part) =>
        noWriteProtection(part) ??
        (pagesAround(part, nameable) === undefined ? 'this part has too few sectors' : undefined),
      script: (part) => {
        const { before, behind } = pagesAround(part, nameable)!;
        return {
          steps: erase(part, numbers([before, first(part), behind])),
          left: erased(part, [before, behind]),
        };
      },
    },
    {
      ...base,
      name: 'long-list',
      requirement: 'The longest list that the number of pages allows is carried out to its end.',
      entries: ['write-protected'],
      on: {
        'usart/3.7': [1],
        'usart/3.8': { covers: [1, 14], known: LISTS },
        i2c: { covers: [1], known: LISTS },
        'no-stretch': { covers: [1], known: LISTS },
        spi: { covers: [4], known: LISTS },
        can: { covers: [1], name: 'longest-list' },
      },
      unsupported: (part) =>
        noWriteProtection(part) ??
        (open(part).length < 2 ? 'this part has too few pages' : undefined),
      script: (part) => {
        const all = open(part);
        // a protected page costs no time, and the rest of a list that is longer than the part has pages
        const pages = all.length < FEW ? all.slice(-2) : all.slice(0, most);
        const fill = Array.from({ length: most - pages.length }, () => first(part));
        return { steps: erase(part, numbers([...fill, ...pages])), left: erased(part, pages) };
      },
    },
    {
      ...base,
      name: 'list-waits',
      requirement: 'The list is waited for without a time-out, and nothing is erased before it.',
      destroys: 'page',
      entries: [connected],
      on: {
        can: { covers: [8], entries: [connected, 'faster'] },
        fdcan: { covers: [14], name: 'list-waited-for', strength: 'observed' },
      },
      script: (part) => {
        const each = first(part);
        const [count, ...list] = erase(part, [each.number]) as [Step, ...Step[]];
        return fc.constantFrom<Script>(
          { steps: [count, silence()], ends: 'open' },
          { steps: [count, silence(), ...list], left: erased(part, [each]) },
        );
      },
    },
    {
      ...base,
      name: 'mass-erase',
      requirement: 'A mass erase erases all of main flash.',
      entries: waiting,
      on: {
        'usart/3.7': { covers: [3], name: 'global' },
        'usart/3.8': [3],
        i2c: { covers: [3], ...allOnI2c },
        'no-stretch': { covers: [3], ...allOnI2c },
        spi: [5],
        can: { covers: [5], name: 'all' },
        fdcan: [9],
      },
      unsupported: noMassErase,
      script: (part) => ({ steps: own.eraseAll(), left: erased(part, part.pages) }),
    },
    {
      ...base,
      name: 'mass-erase-with-protected-page',
      requirement: 'A mass erase with a write-protected page is acknowledged and erases nothing.',
      strength: 'observed',
      entries: ['write-protected'],
      on: { 'usart/3.8': [13], i2c: [14], spi: [16], fdcan: [15] },
      unsupported: (part) => noMassErase(part) ?? noWriteProtection(part),
      script: () => ({ steps: own.eraseAll() }),
    },
    {
      ...base,
      name: 'protected',
      requirement: 'Under readout protection it is refused and erases nothing.',
      destroys: 'nothing',
      entries: ['rdp-1'],
      on: {
        'usart/3.7': ['3-6', 7],
        'usart/3.8': ['3-6', 10],
        i2c: {
          covers: ['3-9', 6],
          sharesKills: 'the protection shows again behind Readout Protect (3.10)',
        },
        'no-stretch': ['3-9', 6],
        spi: [17],
        can: { covers: ['3-2', 11], destroys: 'flash' },
        fdcan: { covers: [16, 'command-set-4'], destroys: 'flash' },
      },
      unsupported: noReadoutProtection,
      script: () => ({ steps: own.eraseProtected() }),
    },
  ];
  return scenariosOf(host.over, own.section, shared);
}
