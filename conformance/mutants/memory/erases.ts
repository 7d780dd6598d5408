import { andThen, instead, isOperation, madeOf, nothing } from '../kit.ts';
import type { Kinds, Memory, MemoryFault, Result } from '../kit.ts';
import {
  endOfFlash,
  firstUnit,
  lastUnit,
  lastWord,
  lists,
  middleUnit,
  namedPages,
  pagesOf,
  protectedCodes,
  sparing,
  turns,
  upTo,
} from './faults.ts';
import type { Range } from './faults.ts';
import { ONE_BIT } from './writes.ts';

type Erase = Parameters<Memory['erase']>[0];

/** An erase leads to another operation, or is refused. */
export const erases = (
  name: string,
  wrong: string,
  change: (right: Result, memory: Memory, what: Erase) => Result,
): MemoryFault => turns(name, wrong, 'erase', change);

/** An erase by page numbers leaves bytes of each page as they were. */
function sparesOfPages(name: string, wrong: string, of: (page: Range) => Range): MemoryFault {
  return erases(name, wrong, (right, memory, what) =>
    'pages' in what ? sparing(memory, right, namedPages(memory, what.pages).map(of)) : right,
  );
}

/** An erase of all leaves bytes as they were. */
function sparesOfAll(name: string, wrong: string, of: (memory: Memory) => Range): MemoryFault {
  return erases(name, wrong, (right, memory, what) =>
    'mass' in what ? sparing(memory, right, [of(memory)]) : right,
  );
}

/** An erase of all takes something else. */
export function takesForAll(
  name: string,
  wrong: string,
  other: (memory: Memory) => Erase,
): MemoryFault {
  return erases(name, wrong, (right, memory, what) =>
    'mass' in what ? memory.erase(other(memory)) : right,
  );
}

/** A list is refused for what it names. */
export function refusesLists(
  name: string,
  wrong: string,
  which: (pages: readonly number[], memory: Memory) => boolean,
): MemoryFault {
  return erases(name, wrong, (right, memory, what) =>
    'pages' in what && which(what.pages, memory) ? { refused: 'value' } : right,
  );
}

export const numbersOf = (memory: Memory): number[] => [...pagesOf(memory).keys()];

/** One of the first sectors of F405 or F410, whose write protection is a bit for each. */
export const isClosed = (memory: Memory, sector: number): boolean =>
  sector < 5 && (memory.option('nWRP')! & (1 << sector)) === 0;

/** An erase of one of the first four sectors keeps bits of its last word. */
const keepsOfSector = (name: string, wrong: string, bits: readonly number[]): MemoryFault =>
  erases(name, wrong, (right, memory, what) => {
    if (!('pages' in what)) return right;
    const small = what.pages.filter((page) => page < 4);
    const kept = namedPages(memory, small).map(({ end }) => ({
      at: end - 4,
      bytes: memory.read(end - 4, 4).map((byte, index) => byte | ~bits[index]!),
    }));
    return andThen(right, () => kept.map(({ at, bytes }) => memory.write(at, bytes)));
  });

export const none = erases(
  'erase-does-nothing',
  'an erase of pages is acknowledged and erases none',
  (right, _, what) => ('pages' in what ? nothing(right) : right),
);

export const oneTooMany = lists(
  'erase-one-too-many',
  'the page behind each is erased too',
  (pages) => pages.flatMap((page) => [page, page + 1]),
);

export const offByOne = lists(
  'erase-off-by-one',
  'the page behind the one named is erased',
  (pages) => pages.map((page) => page + 1),
);

export const lastForgotten = lists(
  'erase-last-forgotten',
  'the last of several is forgotten',
  (pages) => (pages.length > 1 ? pages.slice(0, -1) : pages),
);

export const lastSpared = takesForAll(
  'mass-erase-spares-last-page',
  'an erase of all leaves the last page',
  (memory) => ({ pages: numbersOf(memory).slice(0, -1) }),
);

export const countedInAByte = lists(
  'erase-counts-in-a-byte',
  'a number of pages is a byte',
  (pages) => pages.slice(0, ((pages.length - 1) & 0xff) + 1),
);

export const lowByteFirst = lists(
  'erase-low-byte-first',
  'page numbers come low byte first',
  (pages) => pages.map((page) => ((page & 0xff) << 8) | (page >> 8)),
);

export const unknownRefused = refusesLists(
  'unknown-page-refused',
  'a list with a page that does not exist is refused',
  (pages, memory) => pages.some((page) => page >= pagesOf(memory).length),
);

export const stopsAtProtected = erases(
  'erase-stops-at-protected',
  'a list of pages is erased up to its first write-protected one',
  (right, memory, what) => {
    if (!('pages' in what)) return right;
    const pages = upTo(what.pages, (page) => {
      const alone = memory.erase({ pages: [page] });
      return isOperation(alone) && alone.took === 0; // nothing is done to a protected page
    });
    return memory.erase({ pages });
  },
);

export const firstBankOnly = takesForAll(
  'mass-erase-keeps-second-bank',
  'an erase of all takes the first bank alone',
  () => ({ bank: 0 }),
);

export const banksSwapped = erases(
  'banks-swapped',
  'the bank erases erase the other bank',
  (right, memory, what) =>
    'bank' in what ? memory.erase({ bank: what.bank === 0 ? 1 : 0 }) : right,
);

export const protectedRefused: MemoryFault = {
  name: 'protected-erase-refused',
  wrong: 'an erase is refused while a sector is write-protected',
  change: (memory, rom) => ({
    erase: (what) =>
      protectedCodes(memory, rom).length > 0 ? { refused: 'protected' } : memory.erase(what),
  }),
};

/** Devices that erase other pages than they are told, or not all of them. */
export const miserasing: Kinds = {
  every: [
    sparesOfPages(
      'erase-keeps-page-middles',
      '32 bytes in the middle of a page are not erased',
      middleUnit,
    ),
    lists('erase-highest-page-kept', 'the highest page cannot be named', (pages, memory) =>
      pages.filter((page) => page !== pagesOf(memory).length - 1),
    ),
    sparesOfAll(
      'mass-erase-keeps-first-page',
      'an erase of all leaves the start of the first page',
      (memory) => firstUnit(pagesOf(memory)[0]!),
    ),
    sparesOfAll(
      'mass-erase-keeps-a-unit',
      'an erase of all leaves 32 bytes in the middle of a page',
      (memory) => middleUnit(pagesOf(memory)[3]!),
    ),
    {
      name: 'second-erase-ignored',
      wrong: 'only the first erase after a reset is carried out',
      change: (memory) => {
        let erased = false;
        return {
          erase(what) {
            const right = memory.erase(what);
            if (erased) return nothing(right);
            erased = isOperation(right);
            return right;
          },
        };
      },
    },
  ],
  commands: [stopsAtProtected],
  oneForm: [
    ...madeOf('two-banks', [firstBankOnly]),
    none,
    oneTooMany,
    lists('erase-first-only', 'only the first page of a list is erased', (pages) =>
      pages.slice(0, 1),
    ),
    lastForgotten,
    offByOne,
    lastSpared,
    ...madeOf('two-banks', [
      banksSwapped,
      erases('bank-erase-erases-all', 'a bank erase erases both banks', (right, memory, what) =>
        'bank' in what ? memory.erase({ mass: true }) : right,
      ),
    ]),
  ],
  bytes: [
    erases(
      'erase-spoils-the-last-word',
      'an erase of a page clears a bit of the last word of flash',
      (right, memory, what) =>
        'pages' in what
          ? andThen(right, () => [memory.write(endOfFlash(memory) - 4, ONE_BIT)])
          : right,
    ),
    keepsOfSector(
      'erase-leaves-the-last-word',
      'an erase leaves the last word of a sector as it was',
      [0xff, 0xff, 0xff, 0xff],
    ),
    keepsOfSector(
      'erase-leaves-a-bit',
      'an erase leaves a bit of the last byte of a sector as it was',
      [0, 0, 0, 0x10],
    ),
    sparesOfAll(
      'mass-erase-leaves-the-last-word',
      'a mass erase leaves the last word of flash as it was',
      lastWord,
    ),
    erases(
      'protected-page-refused',
      'a list with a protected page is refused',
      (right, memory, what) =>
        'pages' in what && what.pages.some((page) => isClosed(memory, page))
          ? { refused: 'protected' }
          : right,
    ),
    lists('erase-ends-at-unknown', 'a list ends at an unknown page', (pages, memory) =>
      upTo(pages, (page) => page >= pagesOf(memory).length),
    ),
    countedInAByte,
    lists('erase-pages-in-a-byte', 'of a page number only the low byte counts', (pages) =>
      pages.map((page) => page & 0xff),
    ),
    lists('erase-middle-forgotten', 'the middle one of a list is not erased', (pages) =>
      pages.length > 2 ? pages.filter((_, at) => at !== pages.length >> 1) : pages,
    ),
    lists('erase-fills-up', 'the pages between those of a list are erased too', (pages, memory) => {
      const all = numbersOf(memory);
      const there = pages.filter((page) => page < all.length);
      return all.filter((page) => page >= Math.min(...there) && page <= Math.max(...there));
    }),
    lists('erase-rising-only', 'a page behind a higher one is not erased', (pages) =>
      pages.filter((page, at) => pages.slice(0, at).every((before) => before <= page)),
    ),
    lists('erase-twice-is-none', 'a page that a list has twice is not erased', (pages) =>
      pages.filter((page) => pages.indexOf(page) === pages.lastIndexOf(page)),
    ),
    erases('erase-takes-protected', 'a list erases protected pages too', (right, memory, what) => {
      if (!('pages' in what) || !isOperation(right)) return right;
      return instead(right, () => {
        right.commit();
        const closed = what.pages.filter((page) => page < 4 && isClosed(memory, page));
        for (const { start, end } of namedPages(memory, closed))
          memory.load(start, new Uint8Array(end - start).fill(0xff));
      });
    }),
    ...madeOf('two-banks', [
      lists(
        'second-bank-erased-as-first',
        'a page of the second bank is looked for in the first',
        (pages, memory) => pages.map((page) => page % (pagesOf(memory).length / 2)),
      ),
    ]),
  ],
  bytesInOneForm: [
    unknownRefused,
    lowByteFirst,
    lists('erase-wraps', 'page numbers are taken modulo 8', (pages) =>
      pages.map((page) => page % 8),
    ),
    takesForAll('mass-erase-spares-protected', 'a mass erase takes the other pages', (memory) => ({
      pages: numbersOf(memory),
    })),
    erases(
      'mass-erase-ignores-protection',
      'a mass erase takes protected pages',
      (right, memory, what): Result => {
        const all = memory.readoutUnprotect(false, false);
        return 'mass' in what && isOperation(right) && isOperation(all)
          ? instead(right, () => all.commit())
          : right;
      },
    ),
    ...madeOf('two-banks', [
      erases(
        'bank-2-erase-spares-a-page',
        'an erase of bank 2 leaves its first page',
        (right, memory, what) =>
          'bank' in what && what.bank === 1
            ? sparing(memory, right, [pagesOf(memory)[pagesOf(memory).length / 2]!])
            : right,
      ),
    ]),
  ],
  frames: [protectedRefused],
  packets: [
    sparesOfPages('erase-keeps-page-ends', 'the last 32 bytes of a page are not erased', lastUnit),
  ],
};
