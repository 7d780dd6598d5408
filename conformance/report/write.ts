import type { Report } from '../results.ts';
import { toHtml } from './html.ts';
import { toJunit } from './junit.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';

/** Forms in which a report is written, by the names of their options. */
export const FORMATS: Readonly<
  Record<'json' | 'junit' | 'tap' | 'sarif' | 'html', (report: Report) => string>
> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: toJunit,
  tap: toTap,
  sarif: toSarif,
  html: toHtml,
};
