import type { OptionBytes as OptionTable } from '../../families/index.ts';
import type { EraseUnit } from './erase-units.ts';
import type { UnitProtection } from './flash.ts';
import type { OptionBytes } from './option-bytes.ts';

/** Level of the readout protection. */
export type RdpLevel = 0 | 0.5 | 1 | 2;

/** Level that the RDP byte means: one value for 0, one for 2, one for 0.5 where the series has it, all others 1. */
export function rdpLevel(rdp: OptionTable['rdp'], value: number | undefined): RdpLevel {
  if (rdp === undefined || value === undefined || value === rdp.level0) return 0;
  if (value === rdp.level2) return 2;
  if (value === rdp.level05) return 0.5;
  return 1;
}

/** RDP byte that gives the level; undefined where the series does not have it. */
export function rdpByte(rdp: NonNullable<OptionTable['rdp']>, level: RdpLevel): number | undefined {
  switch (level) {
    case 0:
      return rdp.level0;
    case 0.5:
      return rdp.level05;
    case 1:
      return rdp.written;
    case 2:
      return rdp.level2;
  }
}

/** What the loaded option bytes protect a flash unit from. */
export function unitProtection(
  table: OptionTable | undefined,
  options: OptionBytes | undefined,
  unit: EraseUnit,
): UnitProtection {
  const rule = table?.writeProtection;
  if (table === undefined || options === undefined || rule === undefined) return 'none';
  if (rule.kind === 'areas') {
    const hit = rule.areas.some((area) => {
      const start = options.field(area.start)!;
      const end = options.field(area.end)!;
      return area.bank === unit.bank && start <= unit.index && unit.index <= end;
    });
    return hit ? 'write' : 'none';
  }
  const pcrop = rule.pcropField !== undefined && options.field(rule.pcropField) === 1;
  const bit = protectionBit(table, options, rule, unit);
  if (bit === undefined) return 'none';
  if (pcrop) return bit === 1 ? 'pcrop' : 'none';
  return bit === rule.protects ? 'write' : 'none';
}

function protectionBit(
  table: OptionTable,
  options: OptionBytes,
  rule: Extract<NonNullable<OptionTable['writeProtection']>, { kind: 'bits' }>,
  unit: EraseUnit,
): number | undefined {
  const width = (name: string): number => table.fields.find((field) => field.name === name)!.width;
  const fields = rule.perBank === true ? rule.fields.slice(unit.bank, unit.bank + 1) : rule.fields;
  const total = fields.reduce((sum, name) => sum + width(name), 0);
  let index = Math.floor((rule.perBank === true ? unit.index : unit.number) / rule.pagesPerBit);
  if (index >= total) {
    if (rule.lastCoversRest !== true) return undefined;
    index = total - 1;
  }
  for (const name of fields) {
    if (index < width(name)) return Math.floor(options.field(name)! / 2 ** index) % 2;
    index -= width(name);
  }
  return undefined;
}
