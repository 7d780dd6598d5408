import { scratchPages } from '../../part/part.ts';
import type { Page, Part } from '../../part/part.ts';
import type { Area } from '../../run/script.ts';
import { sectorCode } from './sectors.ts';

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
export function spread(part: Part): readonly Page[] {
  const pages = scratchPages(part).filter((page) => sectorCode(part, page)! < sectors(part) - 1);
  const known = pages.filter(
    (page, at) => at === 0 || sectorCode(part, page) !== sectorCode(part, pages[at - 1]!),
  );
  const [first, last] = [known[0]!, known.at(-1)!];
  const middle = known.find(({ bank }) => bank === 1) ?? known[known.length >> 1]!;
  return [...new Set([first, middle, last])];
}

/** One page of a sector that is none of these, where there is one. */
export function others(part: Part, closed: readonly Page[]): readonly Page[] {
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
