import { scratchPages, shownPages } from '../../part/part.ts';
import type { Page, Part } from '../../part/part.ts';
import { noWriteProtection } from './replies.ts';

/** Code by which Write Protect names the sector of an erase unit; undefined where codes do not name single sectors. */
export function sectorCode(part: Part, { number }: Page): number | undefined {
  const rule = part.device.options?.writeProtection;
  return rule?.kind === 'bits' ? Math.floor(number / rule.pagesPerBit) : undefined;
}

/** Why sectors of the part cannot be named; undefined when they can. */
export function noSectorCodes(part: Part): string | undefined {
  return (
    noWriteProtection(part) ??
    (sectorCode(part, scratchPages(part)[0]!) === undefined
      ? 'how sector codes name the write protection areas of this line is not documented'
      : undefined)
  );
}

/** A page of another sector than the first scratch page. */
export function pageOfAnotherSector(part: Part): Page | undefined {
  const code = sectorCode(part, scratchPages(part)[0]!);
  return scratchPages(part).find((each) => sectorCode(part, each) !== code);
}

/** Pages of two sectors, of one where no other can be named. */
export function pagesOfSectors(part: Part): readonly Page[] {
  const other = pageOfAnotherSector(part);
  const first = scratchPages(part)[0]!;
  return other === undefined ? [first] : [first, other];
}

/** Code by which Write Protect names the sector of each of these pages. */
export function sectorCodes(part: Part, pages: readonly Page[]): readonly number[] {
  return pages.map((each) => sectorCode(part, each)!);
}

/** Why a second sector cannot be named. */
export function noSecondSector(part: Part): string | undefined {
  return (
    noSectorCodes(part) ??
    (pageOfAnotherSector(part) === undefined ? 'one sector covers all scratch pages' : undefined)
  );
}

/** Option fields that protect every sector; undefined where the line has no write protection. */
export function protectingEverything({ device }: Part): Record<string, number> | undefined {
  const rule = device.options?.writeProtection;
  if (rule === undefined) return undefined;
  const ones = (name: string): number =>
    2 ** device.options!.fields.find((field) => field.name === name)!.width - 1;
  return Object.fromEntries(
    rule.kind === 'areas'
      ? rule.areas.flatMap(({ start, end }) => [
          [start, 0],
          [end, ones(end)],
        ])
      : rule.fields.map((name) => [name, rule.protects === 0 ? 0 : ones(name)]),
  );
}

/** So many pages at most stand for the bits of a write protection. */
const MOST_BITS = 32;

/** Pages that between them feel every part of the write protection: the first and last of each bank, and one for each bit, evenly chosen where there are more than 32. */
export function pagesOfAreas(part: Part): readonly Page[] {
  const { pages } = part;
  const banks = [0, 1].map((bank) => pages.filter((page) => page.bank === bank));
  const ends = banks.flatMap((all) => (all.length > 1 ? [all[0]!, all.at(-1)!] : all));
  const rule = part.device.options?.writeProtection;
  if (rule?.kind !== 'bits') return ends;
  // bits count pages from the start of flash or, on some lines, of the bank: either way one starts here
  const firsts = banks.flatMap((all) =>
    all.filter(({ number }, at) => (rule.perBank === true ? at : number) % rule.pagesPerBit === 0),
  );
  const every = Math.ceil(firsts.length / MOST_BITS);
  const chosen = new Set([...ends, ...firsts.filter((_, at) => at % every === 0)]);
  return pages.filter((page) => chosen.has(page));
}

/** Open pages to be named before and behind the write-protected one, the first scratch page; undefined where there are none. */
export function pagesAround(
  part: Part,
  nameable: (page: Page) => boolean,
): { before: Page; behind: Page } | undefined {
  const [closed] = scratchPages(part);
  const code = sectorCode(part, closed!);
  const others = shownPages(part).filter(
    (page) =>
      page !== closed && nameable(page) && (code === undefined || sectorCode(part, page) !== code),
  );
  const [before, behind] = [others[0], others.at(-1)];
  return before === undefined || before === behind ? undefined : { before, behind: behind! };
}
