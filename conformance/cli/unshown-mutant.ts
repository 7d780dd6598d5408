import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import { partOfMutant } from '../mutants/index.ts';
import { mutantNamed } from '../mutants/mutant-named.ts';
import { troubleOf } from '../results/results.ts';
import type { TargetReport } from '../results/results.ts';
import { isUnexpected } from '../reports/verdict.ts';
import type { TargetSpec } from '../targets/spec.ts';

/** What is said of a mutant that no case of a run has failed by; undefined where one has, or where the run did not end. */
export function unshownMutant(spec: TargetSpec, report: TargetReport): string | undefined {
  const mutant = 'mutant' in spec ? mutantNamed(spec.mutant, spec.part.interface) : undefined;
  if (mutant === undefined || troubleOf(report) !== undefined) return undefined;
  if (report.results.some(({ verdict }) => isUnexpected(verdict))) return undefined;
  const shown = partOfMutant(mutant);
  const protocol = shown.interface === DEFAULT_INTERFACE ? ` --protocol ${shown.protocol}` : '';
  const there = shown.name === report.device && shown.protocol === report.protocol;
  const instead = there ? '' : `; it is made for --device ${shown.name}${protocol}`;
  return `${report.target}: the mutant does not show, no case that was run fails by it${instead}`;
}
