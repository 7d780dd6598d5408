import { parsedAs, readText } from '../../conformance/reports/index.ts';
import { reportSchema, type Report } from './report.ts';

/** A report that `vstm32 judge --json` wrote. @throws ConformanceError that says what is wrong with the file */
export async function readReport(path: string): Promise<Report> {
  return parsedAs(reportSchema, await readText(path), path, 'a report of vstm32 judge --json');
}
