import { assertions } from './assertions.ts';
import type { Assertion } from './assertion.ts';
import type { Scenario } from '../run/scenario.ts';

/** Which scenarios examine which assertions, both ways. */
export interface Coverage {
  /** Each assertion with the scenarios that examine it. */
  readonly assertions: readonly { readonly assertion: Assertion; readonly by: readonly string[] }[];
  /** Assertions that nothing examines and that give no reason. */
  readonly missing: readonly string[];
  /** Numbers that scenarios name and no assertion has. */
  readonly unknown: readonly string[];
  /** Assertions that give a reason and are examined all the same. */
  readonly contradictory: readonly string[];
}

export function coverageOf(scenarios: readonly Scenario[]): Coverage {
  const rows = assertions.map((assertion) => ({
    assertion,
    by: scenarios
      .filter((scenario) => scenario.covers.includes(assertion.number))
      .map((scenario) => scenario.id),
  }));
  const numbers = new Set(assertions.map(({ number }) => number));
  return {
    assertions: rows,
    missing: rows
      .filter(({ assertion, by }) => by.length === 0 && assertion.reason === undefined)
      .map(({ assertion }) => assertion.number),
    unknown: [...new Set(scenarios.flatMap(({ covers }) => covers))].filter(
      (each) => !numbers.has(each),
    ),
    contradictory: rows
      .filter(({ assertion, by }) => by.length > 0 && assertion.reason !== undefined)
      .map(({ assertion }) => assertion.number),
  };
}
