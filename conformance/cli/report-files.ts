import { readFile } from 'node:fs/promises';
import { fileError } from '../errors.ts';
import { FORMATS } from '../reports/write.ts';
import { parsedAs } from '../reports/parsed-as.ts';
import { reportSchema } from '../reports/schema.ts';
import type { Report } from '../reports/results.ts';
import { writeOutput } from './write-output.ts';

/** Files into which a report is written, by format; `-` is standard output. */
export type ReportFiles = { readonly [Format in keyof typeof FORMATS]?: string | undefined };

/** A report that `--json` wrote. @throws ConformanceError */
export async function readReport(path: string): Promise<Report> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (cause) {
    throw fileError(path, 'read', cause);
  }
  return parsedAs(reportSchema, content, path, 'a report of vstm32 conform --json');
}

/**
 * Writes a report in each format that a file is named for. Findings belong to the bench file, or to the report
 * itself. @throws ConformanceError
 */
export async function writeReports(
  report: Report,
  files: ReportFiles,
  bench?: string,
): Promise<void> {
  for (const [format, render] of Object.entries(FORMATS)) {
    const path = files[format as keyof typeof FORMATS];
    if (path === undefined) continue;
    const at = bench ?? (path === '-' ? `vstm32.${format}` : path);
    await writeOutput(path, render(report, at));
  }
}
