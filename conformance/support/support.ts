import type { InterfaceName } from '../interfaces/names.ts';
import type { Report } from '../results/results.ts';
import { VERDICTS, countVerdicts } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';

/** What one bootloader version was seen to do over one interface. */
export type VersionSupport = Readonly<Partial<Record<Verdict, number>>> & {
  /** Protocol version. */
  readonly protocol: string;
  /** Cases that the device was asked: all but those that it does not offer. */
  readonly cases: number;
};

/** What a run over one interface showed, by line and bootloader version. */
export type Support = Readonly<Record<string, Readonly<Record<string, VersionSupport>>>>;

/** What is known of each interface that is examined. */
export type Supports = Readonly<Partial<Record<InterfaceName, Support>>>;

/** What a run showed. */
export function supportOf({ targets }: Report): Support {
  const support: Record<string, Record<string, VersionSupport>> = {};
  for (const { device, bootloader, protocol, results } of targets) {
    const counts = countVerdicts(results);
    const cases = results.length - (counts.get('unsupported') ?? 0);
    const others = VERDICTS.filter((each) => each !== 'pass' && each !== 'unsupported');
    const found = others.flatMap((each) => {
      const count = counts.get(each);
      return count === undefined ? [] : [[each, count] as const];
    });
    support[device] ??= {};
    support[device][bootloader] = { protocol, cases, ...Object.fromEntries(found) };
  }
  return support;
}

/** As a file of JSON with a row for each bootloader version. */
export function supportJson(support: Support): string {
  const lines = Object.entries(support).map(([line, versions]) => {
    const rows = Object.entries(versions).map(
      ([version, row]) => `    "${version}": ${spaced(row)}`,
    );
    return `  "${line}": {\n${rows.join(',\n')}\n  }`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

function spaced(row: VersionSupport): string {
  const fields = Object.entries(row).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return `{ ${fields.join(', ')} }`;
}
