import { readFile, writeFile } from 'node:fs/promises';
import { ConformanceError } from '../errors.ts';
import type { Part } from '../part.ts';
import { FORMATS } from '../report/write.ts';
import type { Case } from '../run.ts';
import { DESTROYS } from '../scenario.ts';
import type { Destroys } from '../scenario.ts';
import { exitCodeOf, merged, runSession, shardOf } from '../session.ts';
import type { Report } from '../session.ts';
import type { ConformArguments } from './conform.ts';
import { asExpected, blessFile } from './expectations.ts';
import { targetOf } from './target-of.ts';
import { playCases, readCases } from './run-replay.ts';
import { partByName } from './part-by-name.ts';
import { allCases, nameOf, reportingErrors, selectCases, wholeNumber } from './select-cases.ts';
import { printCases, printCoverage, printExplanation } from './questions.ts';
import { printResult, printSummary } from './progress.ts';

/** Does what the arguments ask and returns the exit code: 0 as expected, 1 unexpected, 2 usage, 3 environment, 4 not sane. */
export async function runConform(argv: ConformArguments): Promise<number> {
  return reportingErrors('conform', () => dispatch(argv));
}

async function dispatch(argv: ConformArguments): Promise<number> {
  if (argv.explain !== undefined) return printExplanation(argv.explain);
  if (argv.coverage === true) return printCoverage();
  const report =
    argv['merge-reports'] === undefined
      ? undefined
      : merged(await Promise.all(argv['merge-reports'].map(readReport)), allCases().map(nameOf));
  const cases = selected(argv);
  if (argv.list === true) return printCases(cases);
  const done = report ?? (await examined(argv, cases));
  await writeReports(argv, done);
  for (const target of done.targets) printSummary(target);
  const fine = await playCases(await readCases(argv.cases ?? []), argv.mutant);
  return (await judged(argv, done)) || (fine ? 0 : 1);
}

/** The exit code of a run by itself, or by what is expected of it. */
async function judged(argv: ConformArguments, done: Report): Promise<number> {
  const code = exitCodeOf(done, argv.strict);
  if (code === 4) return code;
  if (argv.bless !== undefined) {
    await blessFile(argv.bless, done);
    return 0;
  }
  if (argv.expected === undefined) return code;
  return (await asExpected(argv.expected, done)) ? 0 : 1;
}

async function examined(argv: ConformArguments, cases: readonly Case[]): Promise<Report> {
  if (argv.path !== undefined && cases.length !== 1) {
    throw new ConformanceError(`--path belongs to one case, and --only names ${cases.length}`);
  }
  const options = {
    seed: wholeNumber('seed', argv.seed ?? '1'),
    inputs: wholeNumber('inputs', argv.inputs ?? '4'),
    allow: destroys(
      argv.allow ?? (argv.target?.startsWith('serial:') === true ? 'nothing' : 'chip'),
    ),
    ...(argv.path === undefined ? {} : { path: argv.path }),
  };
  const target = await targetOf(partFor(argv), argv, options.allow);
  try {
    const session = await runSession(target, cases, options, printResult);
    return { format: 'vstm32-conformance', version: 1, targets: [session] };
  } finally {
    await target.close();
  }
}

function partFor({ device, flash, bootloader, protocol }: ConformArguments): Part {
  if (device === undefined) {
    throw new ConformanceError('name the part to examine: --device STM32F405');
  }
  if (protocol !== undefined && !/^[1-4]\.\d$/.test(protocol)) {
    throw new ConformanceError(`--protocol takes a version as 3.1, not ${protocol}`);
  }
  return partByName(device, {
    ...(flash === undefined ? {} : { flashKiB: wholeNumber('flash', flash) }),
    ...(bootloader === undefined ? {} : { version: bootloader }),
    ...(protocol === undefined ? {} : { protocol }),
  });
}

function selected(argv: ConformArguments): readonly Case[] {
  const chosen = selectCases(argv.only);
  if (argv.shard === undefined) return chosen;
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(argv.shard) ?? [];
  if (!(Number(index) >= 1 && Number(index) <= Number(count))) {
    throw new ConformanceError(`--shard takes I/N with I from 1 to N, not ${argv.shard}`);
  }
  return shardOf(chosen, Number(index), Number(count));
}

async function readReport(path: string): Promise<Report> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConformanceError(`${path} cannot be read`, { exitCode: 3, cause });
  }
  try {
    const report = JSON.parse(content) as Report;
    if (report.format === 'vstm32-conformance' && report.version === 1) return report;
  } catch {
    // said below, together with JSON of another kind
  }
  throw new ConformanceError(`${path} is not a report of vstm32 conform --json`);
}

async function writeReports(argv: ConformArguments, report: Report): Promise<void> {
  for (const [format, render] of Object.entries(FORMATS)) {
    const path = argv[format as keyof typeof FORMATS];
    if (path === undefined) continue;
    if (path === '-') process.stdout.write(render(report));
    else {
      try {
        await writeFile(path, render(report));
      } catch (cause) {
        throw new ConformanceError(`${path} cannot be written`, { exitCode: 3, cause });
      }
    }
  }
}

function destroys(text: string): Destroys {
  const found = DESTROYS.find((each) => each === text);
  if (found !== undefined) return found;
  throw new ConformanceError(`--allow takes ${DESTROYS.join(', ')}, not ${text}`);
}
