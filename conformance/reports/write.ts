import type { Report } from './results.ts';
import { toHtml } from './html.ts';
import { toJunit } from './junit.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';

/** Forms in which a report is written, by the names of their options; `at` is the path of the file to which findings belong. */
export const FORMATS: Readonly<
  Record<'json' | 'junit' | 'tap' | 'sarif' | 'html', (report: Report, at: string) => string>
> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: toJunit,
  tap: toTap,
  sarif: toSarif,
  html: toHtml,
};
