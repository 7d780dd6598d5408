/** One line of the benchmark: what was measured, against what, and what it must keep to. */
export interface Figure {
  /** Key of `--json`. */
  readonly name: string;
  readonly what: string;
  /** What vstm32 takes or does, with its unit in `unit`. */
  readonly ours: number;
  /** What it is measured against, in the same unit. */
  readonly against?: { readonly what: string; readonly value: number };
  readonly unit: 's' | 'ms' | 'commands/s' | 'KiB';
  /** Applies to the ratio of the two where there is something to measure against; otherwise to `ours`. */
  readonly bound: { readonly least: number } | { readonly most: number };
}

/** What the bound applies to. */
export function judged({ ours, against }: Figure): number {
  return against === undefined ? ours : ours / against.value;
}

/** The bound is kept. */
export function kept(figure: Figure): boolean {
  const value = judged(figure);
  const { bound } = figure;
  return 'least' in bound ? value >= bound.least : value <= bound.most;
}

/** The figures as a table for people. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, ours, against, unit, bound } = figure;
    const ratio = against === undefined ? '' : judged(figure).toFixed(2);
    const limit = 'least' in bound ? `>= ${number(bound.least)}` : `<= ${number(bound.most)}`;
    const other = against === undefined ? '' : `${number(against.value)} ${unit} ${against.what}`;
    return [what, `${number(ours)} ${unit}`, other, ratio, limit, kept(figure) ? 'ok' : 'MISSED'];
  });
  const table = [['', 'vstm32', 'against', 'ratio', 'bound', ''], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The figures for scripts: one object, keyed by name. */
export function figuresAsJson(figures: readonly Figure[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    figures.map((figure) => {
      const { name, unit, ours, against, bound } = figure;
      const ratio = against === undefined ? {} : { against: against.value, ratio: judged(figure) };
      return [name, { unit, ours, ...ratio, bound, ok: kept(figure) }];
    }),
  );
}

/** The middle one of an odd number of measurements. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
