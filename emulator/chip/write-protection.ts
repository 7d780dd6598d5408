import type { OptionBytes } from '../../families/index.ts';

/** Option fields that protect exactly these sector codes; undefined where the line has no write protection. */
export function writeProtectFields(
  table: OptionBytes,
  codes: readonly number[],
): Record<string, number> | undefined {
  const rule = table.writeProtection;
  if (rule === undefined) return undefined;
  const fields = writeUnprotectFields(table)!;
  if (rule.kind === 'areas') {
    // OpenBootloader takes the codes as pairs of first and last page; what the ROMs do is not published
    rule.areas.forEach((area, index) => {
      const [start, end] = codes.slice(2 * index, 2 * index + 2);
      if (start === undefined || end === undefined) return;
      fields[area.start] = start;
      fields[area.end] = end;
    });
    return fields;
  }
  let first = 0;
  for (const name of rule.fields) {
    const { width } = table.fields.find((field) => field.name === name)!;
    for (const code of codes) {
      if (code < first || code >= first + width) continue;
      const bit = 2 ** (code - first);
      const value = fields[name]!;
      const set = Math.floor(value / bit) % 2 === 1;
      if (set !== (rule.protects === 1))
        fields[name] = rule.protects === 1 ? value + bit : value - bit;
    }
    first += width;
  }
  return fields;
}

/** Codes of which `writeProtectFields` makes nothing: no sector has them, or they are no pair of pages. */
export function codesPassedOver(table: OptionBytes, codes: readonly number[]): readonly number[] {
  const rule = table.writeProtection;
  if (rule === undefined) return codes;
  if (rule.kind === 'areas') {
    return codes.slice(Math.min(2 * rule.areas.length, codes.length - (codes.length % 2)));
  }
  const sectors = rule.fields
    .map((name) => table.fields.find((field) => field.name === name)!.width)
    .reduce((sum, width) => sum + width, 0);
  return codes.filter((code) => code >= sectors);
}

/** Option fields that protect nothing. */
export function writeUnprotectFields(table: OptionBytes): Record<string, number> | undefined {
  const rule = table.writeProtection;
  if (rule === undefined) return undefined;
  const width = (name: string): number =>
    table.fields.find((field) => field.name === name)?.width ?? 0;
  if (rule.kind === 'bits') {
    const open = rule.protects === 0 ? 1 : 0;
    return Object.fromEntries(rule.fields.map((name) => [name, open * (2 ** width(name) - 1)]));
  }
  return Object.fromEntries(
    rule.areas.flatMap((area) => [
      [area.start, 2 ** width(area.start) - 1],
      [area.end, 0],
    ]),
  );
}
