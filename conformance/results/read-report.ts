import { readFile } from 'node:fs/promises';
import { fileError } from '../errors.ts';
import { parsedAs } from '../reports/parsed-as.ts';
import { reportSchema } from './schema.ts';
import type { Report } from './results.ts';

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
