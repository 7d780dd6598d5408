import { readFile, writeFile } from 'node:fs/promises';
import { findDevice } from '../../families/index.ts';
import { ConformanceError } from '../errors.ts';
import { partOf } from '../part.ts';
import type { Part } from '../part.ts';
import { FORMATS } from '../report/write.ts';
import { casesOf, caseName } from '../run.ts';
import type { Case } from '../run.ts';
import { DESTROYS } from '../scenario.ts';
import type { Destroys } from '../scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { exitCodeOf, merged, runSession, shardOf } from '../session.ts';
import type { Report } from '../session.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import type { ConformArguments } from './conform.ts';
import { printCases, printCoverage, printExplanation } from './questions.ts';
import { printResult, printSummary } from './progress.ts';

/** Does what the arguments ask and returns the exit code: 0 as expected, 1 unexpected, 2 usage, 3 environment, 4 not sane. */
export async function runConform(argv: ConformArguments): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error;
    console.error(`vstm32 conform: ${error.message}`);
    return error.exitCode;
  }
}

async function dispatch(argv: ConformArguments): Promise<number> {
  if (argv.explain !== undefined) return printExplanation(argv.explain);
  if (argv.coverage === true) return printCoverage();
  const all = casesOf(scenarios);
  const report =
    argv['merge-reports'] === undefined
      ? undefined
      : merged(await Promise.all(argv['merge-reports'].map(readReport)), all.map(nameOf));
  const cases = selected(all, argv);
  if (argv.list === true) return printCases(cases);
  const done = report ?? (await examined(argv, cases));
  await writeReports(argv, done);
  for (const target of done.targets) printSummary(target);
  return exitCodeOf(done, argv.strict);
}

async function examined(argv: ConformArguments, cases: readonly Case[]): Promise<Report> {
  if (argv.path !== undefined && cases.length !== 1) {
    throw new ConformanceError(`--path belongs to one case, and --only names ${cases.length}`);
  }
  const target = new EmulatedTarget(partFor(argv));
  const options = {
    seed: wholeNumber('seed', argv.seed ?? '1'),
    inputs: wholeNumber('inputs', argv.inputs ?? '4'),
    allow: destroys(argv.allow ?? 'chip'),
    ...(argv.path === undefined ? {} : { path: argv.path }),
  };
  const session = await runSession(target, cases, options, printResult);
  return { format: 'vstm32-conformance', version: 1, targets: [session] };
}

function partFor({ device: name, flash, bootloader, protocol }: ConformArguments): Part {
  if (name === undefined) {
    throw new ConformanceError('name the part to examine: --device STM32F405');
  }
  const { devices, flashKiB, near } = findDevice(name);
  const [device] = devices;
  if (device === undefined) {
    const like = near.map(({ id }) => id).join(', ');
    const hint = like === '' ? 'vstm32 devices lists what there is' : `lines like it: ${like}`;
    throw new ConformanceError(`no part is called ${name}: ${hint}`);
  }
  if (devices.length > 1) {
    const which = devices.map(({ id }) => id).join(', ');
    throw new ConformanceError(`${name} fits several lines: name one of ${which}`);
  }
  const size = flash === undefined ? flashKiB : wholeNumber('flash', flash);
  if (protocol !== undefined && !/^[1-4]\.\d$/.test(protocol)) {
    throw new ConformanceError(`--protocol takes a version as 3.1, not ${protocol}`);
  }
  return partOf(device, {
    ...(size === undefined ? {} : { flashKiB: size }),
    ...(bootloader === undefined ? {} : { version: bootloader }),
    ...(protocol === undefined ? {} : { protocol }),
  });
}

function selected(all: readonly Case[], argv: ConformArguments): readonly Case[] {
  const prefixes = argv.only ?? [''];
  const idle = prefixes.find((prefix) => !all.some((each) => fits(nameOf(each), prefix)));
  if (idle !== undefined) {
    throw new ConformanceError(`no case is called ${idle}: vstm32 conform --list names them`);
  }
  const chosen = all.filter((each) => prefixes.some((prefix) => fits(nameOf(each), prefix)));
  if (argv.shard === undefined) return chosen;
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(argv.shard) ?? [];
  if (!(Number(index) >= 1 && Number(index) <= Number(count))) {
    throw new ConformanceError(`--shard takes I/N with I from 1 to N, not ${argv.shard}`);
  }
  return shardOf(chosen, Number(index), Number(count));
}

/** A prefix ends where a part of the name ends: usart/3.1 is not usart/3.10. */
function fits(name: string, prefix: string): boolean {
  if (prefix === '' || name === prefix) return true;
  return name.startsWith(prefix) && (/[/@]$/.test(prefix) || '/@'.includes(name[prefix.length]!));
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

function nameOf({ scenario, entry }: Case): string {
  return caseName({ id: scenario.id, entry });
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new ConformanceError(`--${option} takes a whole number, not ${text}`);
}

function destroys(text: string): Destroys {
  const found = DESTROYS.find((each) => each === text);
  if (found !== undefined) return found;
  throw new ConformanceError(`--allow takes ${DESTROYS.join(', ')}, not ${text}`);
}
