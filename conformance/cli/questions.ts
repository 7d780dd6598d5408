import { assertions } from '../results/assertions.ts';
import { coverageOf } from '../results/coverage.ts';
import { ENTRIES } from '../run/entry.ts';
import { ConformanceError } from '../errors.ts';
import { caseName } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { benchSchema } from '../targets/bench-file.ts';

/** One case on a line. */
export function printCases(cases: readonly Case[]): number {
  for (const { scenario, entry } of cases) {
    const name = caseName({ id: scenario.id, entry });
    console.log(`${name}\t${scenario.strength}\t${scenario.destroys}`);
  }
  return 0;
}

/** What a scenario asks, of whom, and on what ground. */
export function printExplanation(id: string): number {
  const scenario = scenarios.find((each) => each.id === id.split('@')[0]);
  if (scenario === undefined) {
    throw new ConformanceError(`no scenario is called ${id}: vstm32 conform --list names them`);
  }
  console.log(`${scenario.id} (${scenario.strength}, may spoil ${scenario.destroys})`);
  console.log(scenario.requirement);
  for (const number of scenario.covers) {
    const { text, source } = assertions.find((each) => each.number === number)!;
    console.log(`  ${number}  ${text} [${source}]`);
  }
  console.log('asked in the states');
  for (const entry of scenario.entries) console.log(`  ${entry}: ${ENTRIES[entry]}`);
  if (scenario.commands !== undefined) console.log(`needs ${scenario.commands.join(', ')}`);
  return 0;
}

/** Assertions with their scenarios, then scenarios with their assertions. */
export function printCoverage(): number {
  const coverage = coverageOf(scenarios);
  for (const { assertion, by } of coverage.assertions) {
    console.log(
      `${assertion.number}  ${assertion.strength}  ${assertion.text} [${assertion.source}]`,
    );
    for (const id of by) console.log(`    ${id}`);
    if (assertion.reason !== undefined) console.log(`    not examined: ${assertion.reason}`);
  }
  console.log();
  for (const { id, covers } of scenarios) console.log(`${id}  ${covers.join(' ')}`);
  const examined = coverage.assertions.filter(({ by }) => by.length > 0).length;
  const reasons = coverage.assertions.length - examined - coverage.missing.length;
  console.log(
    `\n${coverage.assertions.length} assertions: ${examined} examined by ${scenarios.length} scenarios, ${reasons} with a reason, ${coverage.missing.length} missing`,
  );
  return coverage.missing.length === 0 ? 0 : 1;
}

/** Prints the JSON schema of bench files; returns the exit code. */
export function printBenchSchema(): number {
  console.log(JSON.stringify(benchSchema(), null, 2));
  return 0;
}
