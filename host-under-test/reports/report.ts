import { createRequire } from 'node:module';
import { formatEvent } from '../../emulator/index.ts';
import type { StepTable } from '../every-step.ts';
import { isUnexpected, type ExpectedFile } from '../verdict/expected.ts';
import { describeDifference, difference, leftBy } from '../verdict/flash-left.ts';
import { perRule } from '../lint/lint.ts';
import { askedOf, jobText } from '../place.ts';
import type { Result } from '../run.ts';
import type { Transport } from '../scenario.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One run as reports show it. Fields are only ever added. */
export interface ReportedRun {
  readonly id: string;
  readonly symptom: string;
  readonly source: string;
  readonly transport: Transport;
  readonly job: string;
  readonly verdict: Verdict;
  readonly says: string;
  readonly unexpected: boolean;
  /** Why the verdict is accepted, where a file says so. */
  readonly reason?: string;
  readonly command?: string;
  readonly exitCode?: number;
  /** Wall time in ms. */
  readonly tookMs?: number;
  readonly output?: string;
  /** The last events on the wire and in the chip. */
  readonly octets?: readonly string[];
  /** First byte of the flash that is not as the job wants it. */
  readonly flash?: string;
  readonly lint: readonly {
    readonly rule: string;
    readonly says: string;
    readonly octets: string;
    readonly count: number;
  }[];
  /** Command that repeats the run. */
  readonly repeat: string;
}

export interface ToolReport {
  readonly tool: string;
  /** As the tool says itself. */
  readonly version?: string;
  /** Full path of the program. */
  readonly path?: string;
  /** The file that describes it. */
  readonly file?: string;
  /** Wall time of all its runs in ms. */
  readonly tookMs?: number;
  /** Why it was not judged, or not to the end: in every report a failed entry. */
  readonly trouble?: string;
  readonly runs: readonly ReportedRun[];
}

/** This version of vstm32, now; `tookMs` is the wall time of the run. */
export function madeNow(tookMs: number): Required<Pick<Report, 'vstm32' | 'date' | 'tookMs'>> {
  const { version } = createRequire(import.meta.url)('vstm32/package.json') as { version: string };
  return { vstm32: version, date: new Date().toISOString(), tookMs: Math.round(tookMs) };
}

/** One kind of fault at every step of a job. */
export interface StepReport extends Omit<StepTable, 'bad'> {
  readonly tool: string;
  readonly bad: readonly {
    readonly step: number;
    readonly verdict: Verdict;
    readonly says: string;
    /** Command that repeats the run. */
    readonly repeat: string;
  }[];
}

/** Everything that one call of `judge` found. */
export interface Report {
  readonly version: 1;
  /** Version of vstm32 that made it. */
  readonly vstm32?: string;
  /** When the run ended, ISO 8601. */
  readonly date?: string;
  /** Wall time of all of it in ms. */
  readonly tookMs?: number;
  readonly tools: readonly ToolReport[];
  readonly everyStep?: readonly StepReport[];
}

/** Events shown of a run: enough for the command that failed and what led to it. */
const SHOWN_EVENTS = 24;

/** What reports show of the results of one tool; `repeat` gives the command line that repeats a scenario. */
export function toolReport(
  tool: string,
  results: readonly Result[],
  repeat: (id: string) => string,
  expected?: ExpectedFile,
): ToolReport {
  return { tool, runs: results.map((result) => reported(result, repeat, expected)) };
}

function reported(
  result: Result,
  repeat: (id: string) => string,
  expected: ExpectedFile | undefined,
): ReportedRun {
  const { scenario, verdict, says, evidence } = result;
  const reason = expected?.verdicts[scenario.id]?.reason;
  return {
    id: scenario.id,
    symptom: scenario.symptom,
    source: scenario.source,
    transport: scenario.transport,
    job: jobText(scenario.job),
    verdict,
    says,
    unexpected: isUnexpected(scenario.id, verdict, expected),
    ...(reason === undefined ? {} : { reason }),
    ...(evidence === undefined ? {} : evidenceShown(result, evidence)),
    lint: perRule(result.lint).map(({ first, count }) => ({
      rule: first.rule,
      says: first.says,
      octets: first.octets,
      count,
    })),
    repeat: repeat(scenario.id),
  };
}

function evidenceShown(
  { scenario }: Result,
  evidence: NonNullable<Result['evidence']>,
): Partial<ReportedRun> {
  const asked = askedOf(scenario.job);
  const wrong = difference(leftBy(scenario.job), asked, evidence.before, evidence.after);
  return {
    command: evidence.command.join(' '),
    ...(evidence.exitCode === undefined ? {} : { exitCode: evidence.exitCode }),
    tookMs: Math.round(evidence.tookMs),
    output: evidence.output,
    octets: evidence.trace.slice(-SHOWN_EVENTS).map(formatEvent),
    ...(wrong === undefined ? {} : { flash: describeDifference(wrong) }),
  };
}
