import { scratchPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import { holding } from '../run/script.ts';
import type { Area, Step } from '../run/script.ts';
import { some } from './scratch.ts';
import {
  noSecondSector,
  noSectorCodes,
  pagesOfAreas,
  protectingEverything,
  sectorCode,
} from './sectors.ts';
import { noWriteProtection } from './replies.ts';

/** How sectors are protected and freed over a protocol. */
interface Protecting {
  readonly protect: (codes: readonly number[]) => readonly Step[];
  readonly unprotect: () => readonly Step[];
  /** Finds the chip again that reset itself. */
  readonly back: (part: Part) => readonly Step[];
  readonly write: (part: Part, to: number, data: readonly number[]) => readonly Step[];
}

type Listed = Pick<Scenario, 'requirement' | 'script' | 'unsupported'> &
  Partial<Pick<Scenario, 'setUp'>>;

/** What lists of sectors do over every protocol that has them. */
export function sectorsListed({
  protect,
  unprotect,
  back,
  write,
}: Protecting): Readonly<Record<'each' | 'beyondUnknown' | 'freed', Listed>> {
  /** Writes to pages of which some are open, and what that leaves. */
  const written = (part: Part, closed: readonly Page[], open: readonly Page[]) => ({
    steps: [...closed, ...open].flatMap(({ start }) => write(part, start, some(part))),
    left: [
      {
        areas: [...protectionAreas(part), ...open.map(({ start }) => holding(start, some(part)))],
      },
    ],
  });
  return {
    each: {
      requirement:
        'Every sector of a list is protected, the last one and one of the second bank too.',
      unsupported: noSecondSector,
      script: (part) => {
        const closed = spread(part);
        const codes = closed.map((page) => sectorCode(part, page)!);
        const then = written(part, closed, others(part, closed));
        return { ...then, steps: [...protect(codes), ...back(part), ...then.steps] };
      },
    },
    beyondUnknown: {
      requirement:
        'A sector code that no sector has does not keep the others from being protected.',
      unsupported: noSectorCodes,
      script: (part) => {
        const closed = [scratchPages(part)[0]!];
        const then = written(part, closed, others(part, closed));
        const codes = [0xff, sectorCode(part, closed[0]!)!];
        return { ...then, steps: [...protect(codes), ...back(part), ...then.steps] };
      },
    },
    freed: {
      requirement: 'Every sector that was protected is free, whichever area or bank it lies in.',
      unsupported: noWriteProtection,
      setUp: (part) => ({ options: protectingEverything(part)! }),
      script: (part) => {
        const then = written(part, [], pagesOfAreas(part));
        return { ...then, steps: [...unprotect(), ...back(part), ...then.steps] };
      },
    },
  };
}

/** Bytes of the option words that hold the write protection, which a script may change. */
export function protectionAreas(part: Part): readonly Area[] {
  const rule = part.device.options?.writeProtection;
  if (rule === undefined) return [];
  const names =
    rule.kind === 'bits' ? rule.fields : rule.areas.flatMap(({ start, end }) => [start, end]);
  return wordsOf(part, names);
}

/** Bytes of the option word that holds the level of the readout protection. */
export function levelAreas(part: Part): readonly Area[] {
  const rdp = part.device.options?.rdp;
  return rdp === undefined ? [] : wordsOf(part, [rdp.field]);
}

/** The option words of fields, complements included; all option bytes where those are flash, which is erased as a whole. */
function wordsOf(part: Part, fields: readonly string[]): readonly Area[] {
  const table = part.device.options!;
  const names = new Set(
    fields.map((name) => table.fields.find((field) => field.name === name)?.word),
  );
  return table.areas.flatMap(({ start, length, words, complement, writtenAt }) => {
    if (table.access === 'flash' || writtenAt !== undefined)
      return [{ start, end: start + length }];
    return words
      .filter(({ name }) => names.has(name))
      .map(({ offset, width }) => {
        const bytes = (width / 8) * (complement === 'none' ? 1 : 2);
        return { start: start + offset, end: start + offset + bytes };
      });
  });
}

/** Sectors from one end of flash to the other, each by one of its pages. */
function spread(part: Part): readonly Page[] {
  const pages = scratchPages(part).filter((page) => sectorCode(part, page)! < sectors(part) - 1);
  const known = pages.filter(
    (page, at) => at === 0 || sectorCode(part, page) !== sectorCode(part, pages[at - 1]!),
  );
  const [first, last] = [known[0]!, known.at(-1)!];
  const middle = known.find(({ bank }) => bank === 1) ?? known[known.length >> 1]!;
  return [...new Set([first, middle, last])];
}

/** One page of a sector that is none of these, where there is one. */
function others(part: Part, closed: readonly Page[]): readonly Page[] {
  const codes = new Set(closed.map((page) => sectorCode(part, page)));
  const open = scratchPages(part).filter((page) => {
    const code = sectorCode(part, page)!;
    return code < sectors(part) - 1 && !codes.has(code);
  });
  return open.slice(0, 1);
}

/** How many sectors Write Protect tells apart; the last one may stand for the rest of flash. */
function sectors(part: Part): number {
  const table = part.device.options!;
  const rule = table.writeProtection!;
  if (rule.kind !== 'bits') return 0;
  const widths = rule.fields.map((name) => table.fields.find((each) => each.name === name)!.width);
  return widths.reduce((sum, width) => sum + width, 0);
}
