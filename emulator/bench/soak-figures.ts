/** What one link has endured. */
export interface Endured {
  readonly name: string;
  /** Messages. */
  readonly sent: number;
  readonly tookMs: number;
  readonly idleMiB: number;
  /** Most memory above idle. */
  readonly grownMiB: number;
  /** Descriptors that are still open when the peer has gone. */
  readonly files: number;
  /** From SIGTERM in the middle of an attack to the end. */
  readonly endedMs: number;
  readonly ok: boolean;
}

/** The figures as a table. */
export function formatSoak(rows: readonly Endured[]): string {
  const table = [
    ['link', 'messages', 'seconds', 'idle MiB', 'grown MiB', 'files', 'SIGTERM ms', ''],
    ...rows.map(({ name, sent, tookMs, idleMiB, grownMiB, files, endedMs, ok }) => [
      name,
      `${sent}`,
      (tookMs / 1000).toFixed(1),
      idleMiB.toFixed(0),
      grownMiB.toFixed(1),
      `${files > 0 ? '+' : ''}${files}`,
      endedMs.toFixed(0),
      ok ? 'ok' : 'MISSED',
    ]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    )
    .join('\n');
}
