import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import type { TargetArguments } from './target-options.ts';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { makeFolder } from '../../emulator/make-folder.ts';
import { ConformanceError, fileError } from '../errors.ts';
import type { Failure, Kind } from '../fuzz/campaign.ts';
import { runCampaign } from '../fuzz/run-campaign.ts';
import type { Until } from '../fuzz/run-campaign.ts';
import { shapeOf } from '../fuzz/session.ts';
import { storedCase } from '../fuzz/stored-case.ts';
import type { Part } from '../part/part.ts';
import { fuzzMatrix, fuzzReplayLine, fuzzReport, stateLines } from '../results/fuzz.ts';
import type { FuzzReport } from '../results/fuzz.ts';
import { madeNow } from '../reports/made.ts';
import { checkReportFiles, toStandardOutput, writeReports } from '../reports/write.ts';
import type { ReportFiles } from '../reports/write.ts';
import { exchangeLines } from '../results/words.ts';
import { aboutOf } from '../results/results.ts';
import { guarded } from '../boards/backup/guarded.ts';
import { Interrupted } from '../boards/backup/interrupted.ts';
import { partOfSpec } from '../targets/open.ts';
import { isBoard } from '../targets/spec.ts';
import { oneSpecOf, withTarget } from './one-target.ts';
import { FuzzProgress, sayingHowFar } from './progress.ts';
import { reportingErrors, wholeNumber } from './select-cases.ts';
import { writeOutput } from '../reports/output.ts';

/** Arguments of `vstm32 fuzz`, as yargs hands them over. */
export interface FuzzArguments extends TargetArguments, ReportFiles {
  readonly time?: string | undefined;
  readonly sessions?: string | undefined;
  readonly seed?: string | undefined;
  readonly campaign?: string | undefined;
  readonly workers?: string | undefined;
  readonly save?: string | undefined;
}

const BATCH = 100;

/** Runs a campaign and returns the exit code: 0 nothing found, 1 failures, 2 usage, 3 environment, 4 no answer, 130 broken off. */
export async function runFuzz(argv: FuzzArguments): Promise<number> {
  return reportingErrors('fuzz', async () => {
    checkReportFiles(argv);
    const began = performance.now();
    const until = untilOf(argv);
    const wanted = await oneSpecOf(argv);
    if (partOfSpec(wanted).interface !== DEFAULT_INTERFACE) {
      throw new ConformanceError('fuzz speaks the protocol on USART only');
    }
    const kinds = kindsOf(argv.campaign, isBoard(wanted));
    const workers = isBoard(wanted)
      ? 1
      : wholeNumber('workers', argv.workers ?? String(availableParallelism()));
    if (workers === 0) throw new ConformanceError('--workers takes a number from 1 on');
    const plan = { seed: wholeNumber('seed', argv.seed ?? '1'), batch: BATCH, kinds };
    return guarded(wanted, sayingHowFar(), async (signal, spec) => {
      const target = await withTarget(spec, async (answering) => answering);
      if (target === undefined) return 4;
      const progress = new FuzzProgress();
      const heard = progress.heard.bind(progress);
      const campaign = await runCampaign(spec, plan, { until, workers, signal, heard });
      progress.end();
      await tell(
        { ...fuzzReport(aboutOf(target), plan.seed, campaign), ...madeNow(began) },
        target.part,
        argv,
      );
      if (signal.reason instanceof Interrupted) return signal.reason.exitCode;
      return campaign.failures.length === 0 ? 0 : 1;
    });
  });
}

function untilOf({ time, sessions }: FuzzArguments): Until {
  const batches =
    sessions === undefined ? {} : { batches: Math.ceil(wholeNumber('sessions', sessions) / BATCH) };
  if (time === undefined) return { batches: 1000 / BATCH, ...batches };
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(time) ?? [];
  if (count === undefined) throw new ConformanceError(`--time takes 30s, 10m or 2h, not ${time}`);
  const seconds = { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  return { ms: Number(count) * seconds * 1000, ...batches };
}

/** What a board might hear otherwise than it was sent could lock it for ever: it gets no bare bytes. */
function kindsOf(campaign: string | undefined, board: boolean): readonly Kind[] {
  switch (campaign ?? (board ? 'moves' : 'both')) {
    case 'moves':
      return ['moves'];
    case 'both':
    case 'bytes':
      if (board) throw new ConformanceError('a board is only sent --campaign moves');
      return campaign === 'bytes' ? ['bytes'] : ['moves', 'bytes'];
    default:
      throw new ConformanceError(`--campaign takes moves, bytes or both, not ${campaign}`);
  }
}

async function tell(report: FuzzReport, part: Part, argv: FuzzArguments): Promise<void> {
  for (const failure of report.failures) await tellFailure(report, failure, part, argv.save);
  await writeReports(report, fuzzMatrix, argv);
  if (!toStandardOutput(argv)) {
    for (const line of stateLines(report)) console.log(line);
  }
  if (report.over !== undefined) console.error(`ended early: ${report.over}`);
  console.error(
    `${report.sessions} sessions from seed ${report.seed}, different failures: ${report.failures.length}`,
  );
}

async function tellFailure(
  report: FuzzReport,
  failure: Failure,
  part: Part,
  folder: string | undefined,
): Promise<void> {
  const { session, finding } = failure;
  console.error(`${pc.red('fail')}: ${finding.says}`);
  for (const line of exchangeLines(failure)) console.error(`    ${line}`);
  console.error(`  ${fuzzReplayLine(report, failure)}`);
  if (folder === undefined) return;
  const shape = shapeOf(session)
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, 80);
  const path = join(folder, `${part.name}-${part.bootloader.version}-${shape}.json`);
  const content = JSON.stringify(storedCase(part, session, finding.says), null, 2);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw fileError(folder, 'made', cause);
  }
  await writeOutput(path, `${content}\n`);
  console.error(`  kept as ${path}`);
}
