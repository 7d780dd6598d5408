import { z } from 'zod';
import {
  made,
  memoryDiffers,
  memoryRows,
  TOOL_VERDICTS,
  type MemoryDiffers,
  type PerhapsMade,
  type ToolVerdict,
} from '../../conformance/reports/index.ts';
import { formatEvent } from '../../emulator/index.ts';
import { STEP_FAULTS, type StepTable } from '../every-step.ts';
import { isUnexpected, type ExpectedFile } from '../verdict/expected.ts';
import { describeDifference, differences, leftBy, type Difference } from '../verdict/flash-left.ts';
import { perRule } from '../lint/lint.ts';
import { askedOf, jobText } from '../place.ts';
import type { Result } from '../run.ts';
import { JOBS, TRANSPORTS, type Transport } from '../scenario.ts';

/** One run as reports show it. Fields are only ever added. */
export interface ReportedRun {
  /** Its scenario: `E08`, with what was varied. */
  readonly id: string;
  /** What goes wrong in it, as a user would tell it. */
  readonly symptom: string;
  /** Where it was reported. */
  readonly source: string;
  /** What the tool talked over. */
  readonly transport: Transport;
  /** What the tool was asked for. */
  readonly job: string;
  /** What it did. */
  readonly verdict: ToolVerdict;
  /** Why, in a sentence. */
  readonly says: string;
  /** It fails the run: neither a pass nor accepted by a file. */
  readonly unexpected: boolean;
  /** Why the verdict is accepted, where a file says so. */
  readonly reason?: string;
  /** The command line of the tool. */
  readonly command?: string;
  /** That of the tool; undefined where it was ended. */
  readonly exitCode?: number;
  /** Wall time in ms. */
  readonly tookMs?: number;
  /** What the tool printed; the end of it where it is long. */
  readonly output?: string;
  /** The last events on the wire and in the chip. */
  readonly octets?: readonly string[];
  /** First byte of the flash that is not as the job wants it. */
  readonly flash?: string;
  /** All that is not as the job wants it, in rows. */
  readonly memory?: MemoryDiffers;
  /** What the tool did on the bus that the note forbids. */
  readonly lint: readonly {
    /** Name of the rule. */
    readonly rule: string;
    /** What it did, in a sentence. */
    readonly says: string;
    /** The first time, as it was on the wire. */
    readonly octets: string;
    /** How often. */
    readonly count: number;
  }[];
  /** Command that repeats the run. */
  readonly repeat: string;
}

/** What was found of one tool. */
export interface ToolReport {
  /** Its name. */
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
  /** Of each scenario that it was put through. */
  readonly runs: readonly ReportedRun[];
}

/** One kind of fault at every step of a job. */
export interface StepReport extends Omit<StepTable, 'bad'> {
  /** Name of the tool. */
  readonly tool: string;
  /** The runs in which it hung or corrupted flash in silence. */
  readonly bad: readonly {
    /** Number of the step, from 1. */
    readonly step: number;
    /** What the tool did. */
    readonly verdict: ToolVerdict;
    /** Why, in a sentence. */
    readonly says: string;
    /** Command that repeats the run. */
    readonly repeat: string;
  }[];
}

/** Everything that one call of `judge` found, as `--json` writes it. Fields are only ever added. */
export interface Report extends PerhapsMade {
  /** What the file is. */
  readonly format: 'vstm32-judge';
  /** Version of the format. */
  readonly version: 1;
  /** In the order in which they were named. */
  readonly tools: readonly ToolReport[];
  /** With `--every-step`. */
  readonly everyStep?: readonly StepReport[];
}

const count = z.int().nonnegative();
const verdict = z.enum(TOOL_VERDICTS);

/** The same as a schema. */
export const reportSchema: z.ZodType<Report> = z.looseObject({
  format: z.literal('vstm32-judge'),
  version: z.literal(1),
  ...made,
  tools: z
    .array(
      z.looseObject({
        tool: z.string(),
        version: z.string().exactOptional(),
        path: z.string().exactOptional(),
        file: z.string().exactOptional(),
        tookMs: z.number().nonnegative().exactOptional(),
        trouble: z.string().exactOptional(),
        runs: z
          .array(
            z.looseObject({
              id: z.string(),
              symptom: z.string(),
              source: z.string(),
              transport: z.enum(TRANSPORTS),
              job: z.string(),
              verdict,
              says: z.string(),
              unexpected: z.boolean(),
              reason: z.string().exactOptional(),
              command: z.string().exactOptional(),
              exitCode: z.int().exactOptional(),
              tookMs: z.number().nonnegative().exactOptional(),
              output: z.string().exactOptional(),
              octets: z.array(z.string()).readonly().exactOptional(),
              flash: z.string().exactOptional(),
              memory: memoryDiffers.exactOptional(),
              lint: z
                .array(
                  z.looseObject({
                    rule: z.string(),
                    says: z.string(),
                    octets: z.string(),
                    count,
                  }),
                )
                .readonly(),
              repeat: z.string(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
  everyStep: z
    .array(
      z.looseObject({
        tool: z.string(),
        fault: z.enum(STEP_FAULTS),
        job: z.enum(JOBS),
        steps: count,
        succeeded: count,
        failed: count,
        hung: count,
        corrupted: count,
        missed: count,
        firstBad: count.exactOptional(),
        bad: z
          .array(z.looseObject({ step: count, verdict, says: z.string(), repeat: z.string() }))
          .readonly(),
      }),
    )
    .readonly()
    .exactOptional(),
});

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
  result: Result,
  evidence: NonNullable<Result['evidence']>,
): Partial<ReportedRun> {
  return {
    command: evidence.command.join(' '),
    ...(evidence.exitCode === undefined ? {} : { exitCode: evidence.exitCode }),
    tookMs: Math.round(evidence.tookMs),
    output: evidence.output,
    octets: evidence.trace.slice(-SHOWN_EVENTS).map(formatEvent),
    ...flashShown(result, evidence),
  };
}

/** Contents that are kept of what should be there: more than the rows that are shown hold. */
const KEPT = 1024;

/** What of main flash is not as the job wants it: the first byte in words, and all of it in rows. */
function flashShown(
  { scenario }: Result,
  { before, after }: NonNullable<Result['evidence']>,
): Pick<ReportedRun, 'flash' | 'memory'> {
  const runs: { start: number; end: number; wanted: (number | null)[] }[] = [];
  let first: Difference | undefined;
  let kept = 0;
  for (const each of differences(leftBy(scenario.job), askedOf(scenario.job), before, after)) {
    const { address, expected } = each;
    first ??= each;
    let run = runs.at(-1);
    if (run?.end !== address) runs.push((run = { start: address, end: address, wanted: [] }));
    run.end++;
    const [only, ...others] = new Set(expected);
    if (kept++ < KEPT) run.wanted.push(others.length === 0 ? only! : null);
  }
  if (first === undefined) return {};
  const memory = memoryRows(runs, (at) => after.bytes[at - after.start]);
  return { flash: describeDifference(first), memory };
}
