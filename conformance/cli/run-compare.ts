import type { TargetArguments } from './target-options.ts';
import type { CaseArguments } from './case-options.ts';
import { readFile, stat } from 'node:fs/promises';
import pc from 'picocolors';
import { compare } from '../results/compare.ts';
import type { Comparison, Fidelity } from '../results/compare.ts';
import { ConformanceError } from '../errors.ts';
import { protocolNamed } from '../interfaces/index.ts';
import { RecordedSide, parseRecording } from '../record/recording.ts';
import type { Recording } from '../record/recording.ts';
import { LiveSide } from '../record/side.ts';
import type { Side } from '../record/side.ts';
import { guardedAll } from '../boards/backup/guarded.ts';
import { Interrupted } from '../boards/backup/interrupted.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { oneSpecOf, withTarget } from './one-target.ts';
import { CountProgress, sayingHowFar } from './progress.ts';
import { reportingErrors, casesOn, wholeNumber, withInterface } from './select-cases.ts';
import { specOfArguments } from './target-of.ts';
import {
  changeLines,
  changesCompared,
  changesJson,
  changesOf,
  isWorse,
} from '../reports/changes.ts';
import { comparedHtml } from '../reports/compared.ts';
import { madeNow } from '../reports/made.ts';
import type { Made } from '../reports/made.ts';
import { checkOutputs, writeOutput } from '../reports/output.ts';
import { conformMatrix } from '../results/conform-matrix.ts';
import { answerWords, fidelityCompared, scoreLines } from '../results/fidelity-page.ts';
import type { About, Report } from '../results/results.ts';
import { readReport } from '../results/read-report.ts';

/** Arguments of `vstm32 compare`, as yargs hands them over. */
export interface CompareArguments extends TargetArguments, CaseArguments {
  readonly one: string;
  readonly other?: string | undefined;
  readonly json?: string | undefined;
  readonly html?: string | undefined;
}

/** Compares two devices, or two runs, and returns the exit code: 0 alike, or the second no worse, 1 different, or worse, 2 usage, 3 environment, 4 one does not answer, 130 broken off. */
export async function runCompare(asked: CompareArguments): Promise<number> {
  return reportingErrors('compare', async () => {
    const argv = withInterface(asked);
    checkOutputs([argv.json, argv.html]);
    const runs = await runsOf(argv);
    if (runs !== undefined) return tellRuns(runs, argv);
    const began = performance.now();
    const over = argv.interface;
    const sides = [
      await named(argv.one, over),
      await (argv.other === undefined ? oneSpecOf(argv) : named(argv.other, over)),
    ];
    const recording = sides.find((each) => 'format' in each);
    const cases = casesOn(argv);
    const inputs = {
      seed: wholeNumber('seed', argv.seed ?? String(recording?.seed ?? 1)),
      inputs: wholeNumber('inputs', argv.inputs ?? String(recording?.inputs ?? 4)),
    };
    const specs = sides.flatMap((each) => ('format' in each ? [] : [each]));
    return guardedAll(specs, sayingHowFar(), async (signal, given) => {
      const left = [...given];
      const opened = sides.map((each) => ('format' in each ? each : left.shift()!));
      const progress = new CountProgress(cases.length);
      const heard = progress.heard.bind(progress);
      const code = await withSide(opened[0]!, (one) =>
        withSide(opened[1]!, async (other) => {
          const fidelity = await compare(one, other, cases, { ...inputs, signal, heard });
          progress.end();
          await tell(fidelity, [one.about, other.about], argv, madeNow(began));
          return fidelity.comparisons.some(({ difference }) => difference !== undefined) ? 1 : 0;
        }),
      );
      return signal.reason instanceof Interrupted ? signal.reason.exitCode : (code ?? 4);
    });
  });
}

/** Two reports of runs, with the names of their files. */
interface Runs {
  readonly names: readonly [string, string];
  readonly reports: readonly [Report, Report];
}

/** The two runs that are to be compared; undefined where none is named. @throws ConformanceError for one alone */
async function runsOf({ one, other }: CompareArguments): Promise<Runs | undefined> {
  const are = [await isReport(one), other !== undefined && (await isReport(other))];
  if (!are.includes(true)) return undefined;
  if (other === undefined || are.includes(false)) {
    const report = are[0] === true ? one : other!;
    throw new ConformanceError(
      `${report} is a report of a run: give another one to compare it with`,
    );
  }
  return { names: [one, other], reports: [await readReport(one), await readReport(other)] };
}

/** A file that says of itself that it is a report of conform. */
async function isReport(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /"format":\s*"vstm32-conformance"/.test(text.slice(0, 1000));
}

/** What changed between two runs; the exit code: 1 where the second is worse. */
async function tellRuns(
  { names, reports }: Runs,
  { json, html }: CompareArguments,
): Promise<number> {
  const before = conformMatrix(reports[0]);
  const after = conformMatrix(reports[1]);
  const changes = changesOf(before, after);
  if (json !== undefined) await writeOutput(json, changesJson(changes, names));
  if (html !== undefined)
    await writeOutput(html, comparedHtml(changesCompared(before, after, names)));
  for (const line of changeLines(changes)) console.error(line);
  return isWorse(changes) ? 1 : 0;
}

/** A recording where there is such a file, else a part in memory. @throws ConformanceError */
async function named(name: string, over: string | undefined): Promise<Recording | TargetSpec> {
  const there = await stat(name).catch(() => undefined);
  if (there?.isFile() === true) return parseRecording(await readFile(name, 'utf8'), name);
  if (name.endsWith('.json')) throw new ConformanceError(`${name} cannot be read`, { exitCode: 3 });
  const [device = '', bootloader] = name.split(':');
  return specOfArguments({
    device,
    interface: over,
    ...(bootloader === undefined ? {} : { bootloader }),
  });
}

async function withSide<T>(
  side: Recording | TargetSpec,
  use: (side: Side) => Promise<T>,
): Promise<T | undefined> {
  if ('format' in side) return use(new RecordedSide(side));
  return withTarget(side, (target) => use(new LiveSide(target, side.allow)));
}

async function tell(
  fidelity: Fidelity,
  both: readonly [About, About],
  { json, html }: CompareArguments,
  made: Made,
): Promise<void> {
  const [one, other] = [both[0].target, both[1].target];
  if (json !== undefined) {
    const head = { format: 'vstm32-comparison', version: 1, one, other } as const;
    await writeOutput(json, `${JSON.stringify({ ...head, ...fidelity }, null, 2)}\n`);
  }
  if (html !== undefined) {
    await writeOutput(html, comparedHtml(fidelityCompared(fidelity, both, made)));
  }
  for (const each of fidelity.comparisons) printCase(each, [one, other]);
  for (const line of scoreLines(fidelity)) console.error(line);
  console.error(`${fidelity.notAsked.length} cases cannot be asked of both`);
}

function printCase(comparison: Comparison, names: readonly string[]): void {
  const { name, difference, timing, one, other } = comparison;
  for (const line of timing) console.error(`${pc.dim(`${name} takes another time`)} ${line}`);
  if (difference === undefined) return;
  console.error(`${pc.bold(name)}: ${difference}`);
  for (const [at, answers] of [one, other].entries()) {
    console.error(`  ${names[at]!}`);
    for (const answer of answers) {
      const sent = protocolNamed(name)!.words.sent(answer.sent);
      console.error(`    ${answer.name}: ${sent} -> ${answerWords(answer, name)}`);
    }
  }
}
