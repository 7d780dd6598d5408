/* oxlint-disable vitest/valid-title, vitest/no-conditional-tests, vitest/no-disabled-tests -- these tests are made of data */
import { expect, inject, test } from 'vitest';
import type { Assigned } from '../engine/assignment.ts';
import { exchangeLines } from '../results/words.ts';
import { aboutOf } from '../results/results.ts';
import { casesOf, caseName, isCaseOf, nameOf, runCase } from '../run/run.ts';
import type { Case, CaseResult } from '../run/run.ts';
import type { Scenario } from '../run/scenario.ts';
import type { PartName } from '../targets/spec.ts';
import { isUnexpected } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';
import { Sessions } from './sessions.ts';

// oxlint-disable-next-line no-empty-pattern -- vitest reads off the pattern which fixtures are needed
const examination = test.extend('sessions', { scope: 'file' }, ({}, { onCleanup }) => {
  // Ctrl-C, and the end of a terminal, reach every process of it: a case ends before its worker does
  const ignore = (): void => {};
  process.on('SIGINT', ignore).on('SIGHUP', ignore);
  // the command that saved a board and restores it is gone: nothing more is sent, and the port is free for the next
  const orphaned = (): never => process.exit(3);
  process.on('disconnect', orphaned);
  const sessions = new Sessions();
  onCleanup(async () => {
    await sessions.close();
    process.off('SIGINT', ignore).off('SIGHUP', ignore);
    process.off('disconnect', orphaned);
  });
  return sessions;
});

/**
 * Makes a test of each case of some scenarios: of those, and on the targets, that the command line
 * assigned; without it of all, on a line in memory, which VSTM32_DEVICE names.
 */
export function examine(scenarios: readonly Scenario[], usual: Partial<PartName> = {}): void {
  const all = casesOf(scenarios);
  const assigned = inject('assigned') ?? [byDefault(usual)];
  const together = assigned.length === 1 ? 1 : MOST_TOGETHER;
  const counts = assigned.map((each) => examineOn(each, all, together));
  // a file without a test would be an error
  if (Math.max(...counts) === 0) examination.skip('none of its cases is selected', () => {});
}

/** Cases in one test where a worker has many targets: to vitest a test costs as much as a case. */
const MOST_TOGETHER = 64;

/** Makes the tests of one target, each of so many cases, and returns the number of cases. */
function examineOn(
  { at, spec, cases, options }: Assigned,
  all: readonly Case[],
  together: number,
): number {
  const wanted = cases === undefined ? undefined : new Set(cases);
  const chosen = all.filter(
    (each) => isCaseOf(each, spec.part.interface) && wanted?.has(nameOf(each)) !== false,
  );
  for (let from = 0; from < chosen.length; from += together) {
    const some = chosen.slice(from, from + together);
    examination(nameOf(some[0]!), async ({ sessions, skip, task, signal }) => {
      const session = await sessions.of(spec);
      if ('notOpened' in session) {
        task.meta.notOpened = { at, ...session.notOpened };
        return expect.fail(session.notOpened.says);
      }
      const { target, insane } = session;
      const about = aboutOf(target);
      if (insane !== undefined) {
        task.meta.told = { at, about, results: [], insane };
        return expect.fail(insane);
      }
      const results: CaseResult[] = [];
      task.meta.told = { at, about, results };
      for (const each of some) {
        if (signal.aborted) break;
        const result = await sessions.finishing(runCase(target, each, options, signal));
        results.push(result);
        if (!result.dead) continue;
        session.insane = `it answers nothing any more after ${caseName(result)}`;
        task.meta.told = { at, about, results, insane: session.insane };
        break;
      }
      const unexpected = results.filter(({ verdict }) => isUnexpected(verdict));
      if (unexpected.length > 0) return expect.fail(unexpected.map(inWords).join('\n\n'));
      const [first] = results;
      if (first !== undefined && results.every(({ verdict }) => ASKED_OF_NONE.has(verdict))) {
        skip(first.answered.says);
      }
    });
  }
  return chosen.length;
}

const ASKED_OF_NONE: ReadonlySet<Verdict> = new Set(['unsupported', 'skipped']);

function byDefault(usual: Partial<PartName>): Assigned {
  const named = process.env['VSTM32_DEVICE'];
  const part = { device: 'STM32F405', ...usual, ...(named === undefined ? {} : { device: named }) };
  const seed = Number(process.env['VSTM32_SEED'] ?? 1);
  return { at: 0, spec: { kind: 'memory', part, allow: 'chip' }, options: { seed, inputs: 1 } };
}

/** What a failing case prints. */
function inWords(result: CaseResult): string {
  const { id, verdict, requirement, answered, left, seed, path } = result;
  return [
    `${id}: ${verdict}`,
    requirement,
    `answered: ${answered.says}`,
    `left: ${left.says}`,
    ...exchangeLines(result).map((line) => `  ${line}`),
    `seed ${seed}${path === undefined ? '' : `, path ${path}`}`,
  ].join('\n');
}
