import * as fc from 'fast-check';
import type { CommandName } from '../../families/index.ts';
import { blank, scratchPages, shownPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import { holding } from '../run/script.ts';
import type { Reply, Script, Step } from '../run/script.ts';
import { erased, nothing } from './kit/erased.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { marked, page } from './kit/inputs.ts';
import { noMassErase, noReadoutProtection, noWriteProtection } from './kit/replies.ts';
import { some } from './kit/scratch.ts';
import { pagesAround } from './kit/sectors.ts';
import { shared } from './kit/shared.ts';
import { silence } from './kit/waits.ts';

export type LastNumber = 0xfe | 0xffff;

/** A command that erases a list of pages, as shared scenarios play it. */
export interface EraseHost {
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
export const erases = shared((host: FramedHost, own: EraseHost) => {
  const { erase, eraseOrNot, lastNumber, name } = own;
  const { connected, waiting } = host;
  const base = eraseBase(name);
  const nameable = isNameable(lastNumber);
  const early = [connected, waiting[1]!];
  const open = (part: Part): readonly Page[] => openPages(part).filter(nameable);
  const first = (part: Part): Page => scratchPages(part)[0]!;
  const beyond = (part: Part): number => part.pages.at(-1)!.number + 1;
  const most = lastNumber === 0xfe ? 255 : 300;
  const perhaps = (part: Part, pages: readonly number[]): Script => ({
    // only a list that was refused may leave the page as it was
    steps: [...eraseOrNot(part, pages), ...host.read(first(part).start, nothing(part))],
    left: [...erased(part, [first(part)]), { areas: [] }],
  });
  return {
    'one-page': {
      ...base,
      requirement:
        'The page whose number it is given is erased, and no other, and acknowledged when it is.',
      destroys: 'page',
      entries: waiting,
      script: (part) =>
        page(part)
          .filter(nameable)
          .map((each) => ({ steps: erase(part, [each.number]), left: erased(part, [each]) })),
    },
    'several-pages': {
      ...base,
      requirement: 'All pages of the list are erased, and no other.',
      entries: waiting,
      script: (part) => {
        const pages = shownPages(part).filter(nameable);
        const minLength = Math.max(1, Math.min(4, pages.length - 1));
        return fc
          .uniqueArray(fc.constantFrom(...pages), { minLength, maxLength: 8 })
          .map((list) => ({ steps: erase(part, numbers(list)), left: erased(part, list) }));
      },
    },
    'first-and-last-page': {
      ...base,
      requirement: 'The first and the last page can be erased.',
      entries: [connected],
      known: ['multi-page-erase-broken'],
      script: (part) => {
        const pages = [part.pages[0]!, part.pages.at(-1)!];
        return { steps: erase(part, numbers(pages)), left: erased(part, pages) };
      },
    },
    'erase-then-write': {
      ...base,
      requirement: 'An erased page reads blank and can be written again.',
      destroys: 'page',
      entries: [connected],
      commands: [name, 'write-memory', 'read-memory'],
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
    'duplicate-pages': {
      ...base,
      requirement: 'A page named twice is no error, and where it is none the page is erased.',
      destroys: 'page',
      entries: [connected],
      commands: [name, 'read-memory'],
      script: (part) => perhaps(part, numbers([first(part), first(part)])),
    },
    'no-such-page': {
      ...base,
      requirement: 'A number beyond the last page is acknowledged and erases nothing.',
      strength: 'observed',
      entries: early,
      unsupported: (part) => (beyond(part) > lastNumber ? 'every code names a page' : undefined),
      script: (part) =>
        fc.integer({ min: beyond(part), max: lastNumber }).map((number) => ({
          steps: [beyond(part), number].flatMap((each) => erase(part, [each])),
        })),
    },
    'no-such-page-among-others': {
      ...base,
      requirement: 'A number beyond the last page does not keep the other pages from being erased.',
      destroys: 'page',
      entries: [connected],
      commands: [name, 'read-memory'],
      script: (part) => perhaps(part, [0xfe00, first(part).number, 0xfe01]),
    },
    'write-protected-page': {
      ...base,
      requirement:
        'Erasing a write-protected page is acknowledged without an error and changes nothing.',
      destroys: 'page',
      entries: ['write-protected'],
      unsupported: noWriteProtection,
      script: (part) => ({ steps: erase(part, [first(part).number]) }),
    },
    'among-protected-pages': {
      ...base,
      requirement:
        'A write-protected page of a list is passed over: those before and behind it are erased.',
      entries: ['write-protected'],
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
    'long-list': {
      ...base,
      requirement: 'The longest list that the number of pages allows is carried out to its end.',
      entries: ['write-protected'],
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
    'list-waits': {
      ...base,
      requirement: 'The list is waited for without a time-out, and nothing is erased before it.',
      destroys: 'page',
      entries: [connected],
      script: (part) => {
        const each = first(part);
        const [count, ...list] = erase(part, [each.number]) as [Step, ...Step[]];
        return fc.constantFrom<Script>(
          { steps: [count, silence()], ends: 'open' },
          { steps: [count, silence(), ...list], left: erased(part, [each]) },
        );
      },
    },
    'mass-erase': {
      ...base,
      requirement: 'A mass erase erases all of main flash.',
      entries: waiting,
      unsupported: noMassErase,
      script: (part) => ({ steps: own.eraseAll(), left: erased(part, part.pages) }),
    },
    'mass-erase-with-protected-page': {
      ...base,
      requirement: 'A mass erase with a write-protected page is acknowledged and erases nothing.',
      strength: 'observed',
      entries: ['write-protected'],
      unsupported: (part) => noMassErase(part) ?? noWriteProtection(part),
      script: () => ({ steps: own.eraseAll() }),
    },
    protected: {
      ...base,
      requirement: 'Under readout protection it is refused and erases nothing.',
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: own.eraseProtected() }),
    },
  };
});
