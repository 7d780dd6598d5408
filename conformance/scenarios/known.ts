import type { Scenario } from '../scenario.ts';

/** Scenarios of one section of a note in which the same limitations show. */
export function withKnown(
  known: NonNullable<Scenario['known']>,
  scenarios: readonly Scenario[],
): readonly Scenario[] {
  return scenarios.map((each) => ({ ...each, known: [...known, ...(each.known ?? [])] }));
}
