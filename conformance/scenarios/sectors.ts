import { scratchPages } from '../part.ts';
import type { Page, Part } from '../part.ts';
import { noWriteProtection } from './usart/replies.ts';

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
