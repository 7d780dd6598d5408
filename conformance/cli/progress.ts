import pc from 'picocolors';
import { exchangeLines, reasonOf } from '../report/words.ts';
import { caseName } from '../run.ts';
import type { CaseResult } from '../run.ts';
import { countVerdicts, replayLine } from '../session.ts';
import type { TargetReport } from '../session.ts';
import { VERDICTS, isUnexpected } from '../verdict.ts';

/** Shows on a terminal which case ran last; all goes to standard error, where no report is written. */
export function printResult(result: CaseResult): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${caseName(result)}`);
}

/** What a run came to: unexpected cases in full, the others as numbers. */
export function printSummary(target: TargetReport): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  for (const result of target.results) {
    if (isUnexpected(result.verdict)) printUnexpected(target, result);
  }
  const counts = countVerdicts(target.results);
  const said = VERDICTS.filter((verdict) => counts.has(verdict))
    .map((verdict) => `${counts.get(verdict)!} ${verdict}`)
    .join(', ');
  const seconds = (target.tookMs / 1000).toFixed(1);
  console.error(`${target.target}: ${said} (seed ${target.seed}, ${seconds} s)`);
  if (target.insane !== undefined)
    console.error(pc.red(`not examined to the end: ${target.insane}`));
}

function printUnexpected(target: TargetReport, result: CaseResult): void {
  console.error(`${pc.red(result.verdict)} ${pc.bold(caseName(result))}: ${reasonOf(result)}`);
  console.error(`  ${result.requirement}`);
  for (const line of exchangeLines(result)) console.error(`    ${line}`);
  console.error(`  ${replayLine(target, result)}`);
}
