import { scratchPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Reply, Step } from '../run/script.ts';
import { marked } from './inputs.ts';
import { LISTS } from './known.ts';
import { erased } from './erased.ts';
import { pagesAround } from './sectors.ts';
import { noWriteProtection } from './replies.ts';

/** The NACK of a protocol where a list is refused for what no note speaks of. */
export function listRefused(nack: Reply): Reply {
  return { ...nack, verdict: 'informational', says: 'the whole list is refused', goOn: [] };
}

/** How a list of pages is erased over a protocol. */
interface Erasing {
  readonly erase: (pages: readonly number[]) => readonly Step[];
  /** Most pages that one list names. */
  readonly most: number;
}

/** What a scenario says and does, without its id, its assertions, its commands. */
type Listed = Pick<
  Scenario,
  'requirement' | 'script' | 'setUp' | 'unsupported' | 'entries' | 'strength' | 'destroys' | 'known'
>;

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

/** What lists of pages do over every protocol that has them. */
export function listsErased({
  erase,
  most,
}: Erasing): Readonly<Record<'amongProtected' | 'long', Listed>> {
  const base = {
    strength: 'must',
    destroys: 'flash',
    entries: ['write-protected'],
    setUp: (part: Part) => ({ flash: marked(part) }),
  } as const;
  return {
    amongProtected: {
      ...base,
      ...(most > 0xff ? { known: ['multi-page-erase-broken'] } : {}),
      requirement:
        'A write-protected page of a list is passed over: those before and behind it are erased.',
      unsupported: (part) =>
        noWriteProtection(part) ??
        (around(part, most) === undefined ? 'this part has too few sectors' : undefined),
      script: (part) => {
        const { before, behind } = around(part, most)!;
        const list = [before, scratchPages(part)[0]!, behind].map(({ number }) => number);
        return { steps: erase(list), left: erased(part, [before, behind]) };
      },
    },
    long: {
      ...base,
      ...(most > 0xff ? { known: LISTS } : {}),
      requirement: 'The longest list that the number of pages allows is carried out to its end.',
      unsupported: (part) =>
        noWriteProtection(part) ??
        (nameable(part, most).length < 2 ? 'this part has too few pages' : undefined),
      script: (part) => {
        const open = nameable(part, most);
        // a protected page costs no time, and the rest of a list that is longer than the part has pages
        const pages = open.length < FEW ? open.slice(-2) : open.slice(0, most);
        const fill = Array.from({ length: most - pages.length }, () => scratchPages(part)[0]!);
        const list = [...fill, ...pages].map(({ number }) => number);
        return { steps: erase(list), left: erased(part, pages) };
      },
    },
  };
}

/** A list can carry its number: one byte where it has at most 255. */
const isNameable =
  (most: number) =>
  ({ number }: Page): boolean =>
    most > 0xff || number < 0xff;

const nameable = (part: Part, most: number): readonly Page[] =>
  openPages(part).filter(isNameable(most));

const around = (part: Part, most: number): ReturnType<typeof pagesAround> =>
  pagesAround(part, isNameable(most));
