import { parsedAs } from '../reports/parsed-as.ts';
import { readText } from '../reports/read-text.ts';
import { reportSchema } from './schema.ts';
import type { Report } from './results.ts';

/** A report that `--json` wrote. @throws ConformanceError */
export async function readReport(path: string): Promise<Report> {
  const content = await readText(path);
  return parsedAs(reportSchema, content, path, 'a report of vstm32 conform --json');
}
