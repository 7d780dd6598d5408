import pc from 'picocolors';
import type { BatchResult } from '../fuzz/campaign.ts';
import { exchangeLines, reasonOf } from '../results/words.ts';
import { replayLine, troubleOf } from '../results/results.ts';
import type { TargetReport } from '../results/results.ts';
import type { GuardOptions } from '../boards/backup/guarded.ts';
import type { Phase } from '../boards/backup/save.ts';
import { caseName } from '../run/run.ts';
import type { CaseResult } from '../run/run.ts';
import { VERDICTS, countVerdicts, isUnexpected } from '../reports/verdict.ts';

/** Wall time between two lines where no terminal shows each case, in ms. */
const EVERY_MS = 15_000;

/** A line on standard error that changes on a terminal; elsewhere one from time to time. */
class LiveLine {
  #last = performance.now();

  show(line: string): void {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001B[K${line.slice(0, (process.stderr.columns || 80) - 1)}`);
    } else if (performance.now() - this.#last > EVERY_MS) {
      this.#last = performance.now();
      console.error(line);
    }
  }

  end(): void {
    clearLine();
  }
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}

/** A line on standard error that stays, in place of one that changes. */
export function say(line: string): void {
  clearLine();
  console.error(line);
}

/** How far a run of cases is. */
export class Progress {
  readonly #line = new LiveLine();
  readonly #total: number;
  #done = 0;
  #unexpected = 0;

  constructor(total: number) {
    this.#total = total;
  }

  heard(result: CaseResult): void {
    this.#done++;
    if (isUnexpected(result.verdict)) this.#unexpected++;
    const counts = `${this.#done} of ${this.#total}, ${this.#unexpected} unexpected`;
    this.#line.show(`${counts}: ${caseName(result)}`);
  }

  end(): void {
    this.#line.end();
  }
}

/** How far something is that is done case by case. */
export class CountProgress {
  readonly #line = new LiveLine();
  readonly #total: number;
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  heard(name: string): void {
    this.#line.show(`${++this.#done} of ${this.#total}: ${name}`);
  }

  end(): void {
    this.#line.end();
  }
}

/** How far a campaign is. */
export class FuzzProgress {
  readonly #line = new LiveLine();
  #sessions = 0;
  #failed = 0;

  heard({ sessions, failure }: Pick<BatchResult, 'sessions' | 'failure'>): void {
    this.#sessions += sessions;
    if (failure !== undefined) this.#failed++;
    this.#line.show(`${this.#sessions} sessions, ${this.#failed} batches with a failure`);
  }

  end(): void {
    this.#line.end();
  }
}

/** How far the content of boards is that is read, and given back behind a run. */
class ContentProgress {
  readonly #line = new LiveLine();
  readonly #boards = new Map<string, string>();

  moved(board: string, phase: Phase, done: number, total: number): void {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const [now, all] = [done, total].map((bytes) => Math.floor(bytes / 1024));
    this.#boards.set(board, `${board}: ${phase} ${now} of ${all} KiB (${percent} %)`);
    this.#line.show([...this.#boards.values()].join(', '));
    if (done === total) this.#boards.delete(board);
  }
}

/** Says on standard error what becomes of boards while they are guarded, and how far it is. */
export function sayingHowFar(): Required<Pick<GuardOptions, 'say' | 'moved'>> {
  const progress = new ContentProgress();
  return {
    say,
    moved: (...how) => progress.moved(...how),
  };
}

/** What a run came to: unexpected cases in full, the others as numbers. */
export function printSummary(target: TargetReport): void {
  for (const result of target.results) {
    if (isUnexpected(result.verdict)) printUnexpected(target, result);
  }
  const counts = countVerdicts(target.results);
  const said = VERDICTS.filter((verdict) => counts.has(verdict))
    .map((verdict) => `${counts.get(verdict)!} ${verdict}`)
    .join(', ');
  const seconds = (target.tookMs / 1000).toFixed(1);
  console.error(`${target.target}: ${said} (seed ${target.seed}, ${seconds} s)`);
  const trouble = troubleOf(target);
  if (trouble !== undefined) console.error(pc.red(`${target.target}: ${trouble}`));
}

function printUnexpected(target: TargetReport, result: CaseResult): void {
  console.error(`${pc.red(result.verdict)} ${pc.bold(caseName(result))}: ${reasonOf(result)}`);
  console.error(`  ${result.requirement}`);
  for (const line of exchangeLines(result)) console.error(`    ${line}`);
  console.error(`  ${replayLine(target, result)}`);
}
