import { toGithub } from './github.ts';
import { toHtml } from './html.ts';
import { toJunit } from './junit.ts';
import { toMarkdown } from './markdown.ts';
import type { Matrix } from './matrix.ts';
import { checkOutputs, writeOutput } from './output.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';

/** Forms in which a report is written, by the names of their options. */
export type Format = 'json' | 'junit' | 'tap' | 'sarif' | 'html' | 'markdown' | 'github';

/** Files into which a report is written, by format; `-` is standard output. */
export type ReportFiles = { readonly [Each in Format]?: string | undefined };

/** A report, which is written as JSON, as the matrix of which every other form is made. */
export type ToMatrix<Report extends object> = (report: Report) => Matrix;

const FORMATS: Readonly<
  Record<Format, (report: object, matrix: () => Matrix, at: string) => string>
> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: (_, matrix) => toJunit(matrix()),
  tap: (_, matrix) => toTap(matrix()),
  sarif: (_, matrix, at) => toSarif(matrix(), at),
  html: (_, matrix) => toHtml(matrix()),
  markdown: (_, matrix) => toMarkdown(matrix()),
  github: (_, matrix) => toGithub(matrix()),
};

const NAMES = Object.keys(FORMATS) as Format[];

/** Refuses reports that could not be written when a run is over. @throws ConformanceError */
export function checkReportFiles(files: ReportFiles): void {
  checkOutputs(NAMES.map((format) => files[format]));
}

/** One of the reports goes to standard output, where nothing else may. */
export function toStandardOutput(files: ReportFiles): boolean {
  return NAMES.some((format) => files[format] === '-');
}

/**
 * Writes a report in each format that a file is named for. Findings belong to the file `of` what was examined, or
 * to the report itself. @throws ConformanceError
 */
export async function writeReports<Report extends object>(
  report: Report,
  toMatrix: ToMatrix<Report>,
  files: ReportFiles,
  of?: string,
): Promise<void> {
  let matrix: Matrix | undefined;
  for (const format of NAMES) {
    const path = files[format];
    if (path === undefined) continue;
    const at = of ?? (path === '-' ? `vstm32.${format}` : path);
    await writeOutput(
      path,
      FORMATS[format](report, () => (matrix ??= toMatrix(report)), at),
    );
  }
}
