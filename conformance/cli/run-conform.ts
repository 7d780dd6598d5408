import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import type { TargetArguments } from './target-options.ts';
import type { BoardErrands } from './target-options.ts';
import type { CaseArguments } from './case-options.ts';
import { devices } from '../../families/index.ts';
import { loadVitest } from '../engine/load-vitest.ts';
import { notExamined, runSuites } from '../engine/run-suites.ts';
import { conformMatrix } from '../results/conform-matrix.ts';
import { madeNow } from '../reports/made.ts';
import { checkReportFiles, writeReports } from '../reports/write.ts';
import type { ReportFiles } from '../reports/write.ts';
import { ConformanceError } from '../errors.ts';
import type { Expected } from '../results/expected.ts';
import { INTERFACES, interfaceNames } from '../interfaces/names.ts';
import type { StoredCase } from '../fuzz/stored-case.ts';
import { exitCodeOf, merged, reportOf, shardOf } from '../results/results.ts';
import type { Report, TargetReport } from '../results/results.ts';
import { isCaseOf, nameOf } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import { guardedAll } from '../boards/backup/guarded.ts';
import { Interrupted } from '../boards/backup/interrupted.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { asExpected, blessFile, readExpected } from './expectations.ts';
import { Progress, printSummary, sayingHowFar } from './progress.ts';
import { printBenchSchema, printCases, printCoverage, printExplanation } from './questions.ts';
import { readReport } from '../results/read-report.ts';
import { playCases, readCases } from './run-replay.ts';
import { runRestore } from './run-restore.ts';
import {
  allCases,
  reportingErrors,
  casesOn,
  selectCases,
  wholeNumber,
  withInterface,
} from './select-cases.ts';
import { specOfArguments, specsOf } from './target-of.ts';
import { unshownMutant } from './unshown-mutant.ts';
import { checkOutputs } from '../reports/output.ts';

/** Arguments of `vstm32 conform`, as yargs hands them over. */
export interface ConformArguments
  extends TargetArguments, CaseArguments, BoardErrands, ReportFiles {
  readonly path?: string | undefined;
  readonly shard?: string | undefined;
  readonly cases?: readonly string[] | undefined;
  readonly files?: readonly string[] | undefined;
  readonly bless?: string | undefined;
  readonly expected?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly explain?: string | undefined;
  readonly coverage?: boolean | undefined;
  readonly 'merge-reports'?: readonly string[] | undefined;
}

/** Does what the arguments ask and returns the exit code: 0 as expected, 1 unexpected, 2 usage, 3 environment, 4 not sane, 130 broken off. */
export async function runConform(argv: ConformArguments): Promise<number> {
  return reportingErrors('conform', () => dispatch(withInterface(withFiles(argv))));
}

/** The words without an option are further files of the one option that takes several. @throws ConformanceError */
function withFiles(argv: ConformArguments): ConformArguments {
  const { files = [], cases, 'merge-reports': reports } = argv;
  if (files.length === 0) return argv;
  if (reports !== undefined && cases === undefined) {
    return { ...argv, 'merge-reports': [...reports, ...files] };
  }
  if (cases !== undefined && reports === undefined) return { ...argv, cases: [...cases, ...files] };
  throw new ConformanceError(
    `${files.join(' ')}: files belong to --merge-reports or --cases, and parts to --device`,
  );
}

async function dispatch(argv: ConformArguments): Promise<number> {
  if (argv.explain !== undefined) return printExplanation(argv.explain);
  if (argv.coverage === true) return printCoverage();
  if (argv['bench-schema'] === true) return printBenchSchema();
  if (argv.restore !== undefined) return runRestore(argv.restore, argv);
  checkReportFiles(argv);
  checkOutputs([argv.bless]);
  const expected = argv.expected === undefined ? undefined : await readExpected(argv.expected);
  const files = argv['merge-reports'];
  if (files !== undefined) {
    const began = performance.now();
    const reports = await Promise.all(files.map(readReport));
    const report = merged(reports, allCases().map(nameOf), madeNow(began));
    await told(report, argv);
    return judged(argv, report, expected);
  }
  const cases = selected(argv);
  if (argv.list === true) return printCases(cases);
  if (argv.path !== undefined && cases.length !== 1) {
    throw new ConformanceError(`--path belongs to one case, and --only names ${cases.length}`);
  }
  const stored = await readCases(argv.cases ?? []);
  await loadVitest(); // no board is touched for a run that cannot be
  const { report, interrupted, fine } = await examined(argv, cases, stored);
  if (interrupted !== undefined) return interrupted.exitCode;
  return (await judged(argv, report, expected)) || (fine ? 0 : 1);
}

/** The exit code of a run by itself, or by what is expected of it. */
async function judged(
  argv: ConformArguments,
  done: Report,
  expected: Expected | undefined,
): Promise<number> {
  const code = exitCodeOf(done, argv.strict);
  if (code > 1) return code;
  if (argv.bless !== undefined) {
    await blessFile(argv.bless, done);
    return 0;
  }
  if (expected === undefined) return code;
  return asExpected(expected, done) ? 0 : 1;
}

interface Examined {
  readonly report: Report;
  readonly interrupted?: Interrupted;
  /** Every stored session passed. */
  readonly fine: boolean;
}

/** Runs the cases; what they came to is written before boards are given their content back. */
async function examined(
  argv: ConformArguments,
  cases: readonly Case[],
  stored: readonly StoredCase[],
): Promise<Examined> {
  const began = performance.now();
  const options = {
    seed: wholeNumber('seed', argv.seed ?? '1'),
    inputs: wholeNumber('inputs', argv.inputs ?? '4'),
    ...(argv.path === undefined ? {} : { path: argv.path }),
  };
  const specs = await wantedSpecs(argv);
  const names = cases.length === allCases().length ? {} : { cases: cases.map(nameOf) };
  let wasTold = false;
  const absent = new Map<TargetSpec, TargetReport>();
  const leftOut = (spec: TargetSpec, why: ConformanceError): void =>
    void absent.set(spec, notExamined(spec, options, why.message));
  const body = async (signal: AbortSignal, given: readonly TargetSpec[]): Promise<Examined> => {
    const count = (spec: TargetSpec): number =>
      cases.filter((each) => isCaseOf(each, spec.part.interface)).length;
    const progress = new Progress(given.reduce((sum, spec) => sum + count(spec), 0));
    const assignments = given.map((spec) => {
      return { spec, ...names, options: { ...options, allow: spec.allow } };
    });
    const heard = progress.heard.bind(progress);
    const run = await runSuites(assignments, { signal, heard });
    progress.end();
    const there = run.targets.values();
    const targets = specs.flatMap((spec) => absent.get(spec) ?? there.next().value ?? []);
    const report = reportOf(targets, madeNow(began), argv.shard);
    await told(report, argv);
    wasTold = true;
    if (targets.length === specs.length) {
      for (const [at, spec] of specs.entries()) {
        const unshown = unshownMutant(spec, targets[at]!);
        if (unshown !== undefined) console.error(unshown);
      }
    }
    if (run.fault !== undefined) throw run.fault;
    if (run.notOpened?.exitCode === 2 && !signal.aborted) {
      throw new ConformanceError(run.notOpened.says, run.notOpened);
    }
    const fine = await playCases(stored, given, signal);
    const reason: unknown = signal.reason;
    return { report, fine, ...(reason instanceof Interrupted ? { interrupted: reason } : {}) };
  };
  try {
    return await guardedAll(specs, { ...sayingHowFar(), leftOut }, body);
  } catch (error) {
    const outside = error instanceof Interrupted || (error as ConformanceError).exitCode === 3;
    if (!wasTold && outside) {
      const targets = specs.map(
        (spec) => absent.get(spec) ?? notExamined(spec, options, (error as Error).message),
      );
      await told(reportOf(targets, madeNow(began), argv.shard), argv);
    }
    throw error;
  }
}

/** The targets that are examined; `--device all` is every line and bootloader version of the tables. */
async function wantedSpecs(argv: ConformArguments): Promise<readonly TargetSpec[]> {
  if (argv.device !== 'all') return specsOf(argv);
  const over = interfaceNames.find((name) => name === argv.interface) ?? DEFAULT_INTERFACE;
  const runnable = devices.filter(({ incomplete }) => incomplete === undefined);
  return runnable.flatMap(({ id: device, bootloaders }) =>
    bootloaders
      .filter(({ protocols }) => protocols[INTERFACES[over]] !== undefined)
      .map(({ version }) => specOfArguments({ ...argv, device, bootloader: version })),
  );
}

async function told(report: Report, argv: ConformArguments): Promise<void> {
  await writeReports(report, conformMatrix, argv, argv.bench);
  for (const target of report.targets) printSummary(target);
}

function selected(argv: ConformArguments): readonly Case[] {
  const everything = argv.list === true && argv.interface === undefined;
  const chosen = everything ? selectCases(argv.only) : casesOn(argv);
  if (argv.shard === undefined) return chosen;
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(argv.shard) ?? [];
  if (!(Number(index) >= 1 && Number(index) <= Number(count))) {
    throw new ConformanceError(`--shard takes I/N with I from 1 to N, not ${argv.shard}`);
  }
  // by case: vitest shares out whole files, of which there are ten, and one has a fifth of all cases
  return shardOf(chosen, Number(index), Number(count));
}
