import { readFile } from 'node:fs/promises';
import { ConformanceError, parsedAs } from '../../conformance/reports/index.ts';
import { reportSchema, type Report } from './report.ts';

/** A report that `vstm32 judge --json` wrote. @throws ConformanceError that says what is wrong with the file */
export async function readReport(path: string): Promise<Report> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConformanceError(`${path} cannot be read: ${why}`, { exitCode: 3, cause });
  });
  return parsedAs(reportSchema, content, path, 'a report of vstm32 judge --json');
}
