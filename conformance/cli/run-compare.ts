import type { TargetArguments } from './target-options.ts';
import type { CaseArguments } from './case-options.ts';
import { readFile, stat } from 'node:fs/promises';
import pc from 'picocolors';
import { compare, scores } from '../results/compare.ts';
import type { Comparison, Fidelity } from '../results/compare.ts';
import { ConformanceError } from '../errors.ts';
import { protocolNamed } from '../interfaces/index.ts';
import type { Answer } from '../record/play.ts';
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
import { checkOutputs, writeOutput } from '../reports/output.ts';

/** Arguments of `vstm32 compare`, as yargs hands them over. */
export interface CompareArguments extends TargetArguments, CaseArguments {
  readonly one: string;
  readonly other?: string | undefined;
  readonly json?: string | undefined;
}

/** Compares two devices and returns the exit code: 0 alike, 1 different, 2 usage, 3 environment, 4 one does not answer, 130 broken off. */
export async function runCompare(asked: CompareArguments): Promise<number> {
  return reportingErrors('compare', async () => {
    const argv = withInterface(asked);
    checkOutputs([argv.json]);
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
          await tell(fidelity, [one.about.target, other.about.target], argv);
          return fidelity.comparisons.some(({ difference }) => difference !== undefined) ? 1 : 0;
        }),
      );
      return signal.reason instanceof Interrupted ? signal.reason.exitCode : (code ?? 4);
    });
  });
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
  [one, other]: readonly [string, string],
  { json }: CompareArguments,
): Promise<void> {
  if (json !== undefined) {
    const head = { format: 'vstm32-comparison', version: 1, one, other } as const;
    await writeOutput(json, `${JSON.stringify({ ...head, ...fidelity }, null, 2)}\n`);
  }
  for (const each of fidelity.comparisons) printCase(each, [one, other]);
  for (const { of, matching, asked } of scores(fidelity)) {
    const share = asked === 0 ? '' : ` (${((100 * matching) / asked).toFixed(1)} %)`;
    console.error(`${of}: ${matching} of ${asked} cases alike${share}`);
  }
  console.error(`${fidelity.notAsked.length} cases cannot be asked of both`);
}

function printCase(comparison: Comparison, names: readonly string[]): void {
  const { name, difference, timing, one, other } = comparison;
  for (const line of timing) console.error(`${pc.dim(`${name} takes another time`)} ${line}`);
  if (difference === undefined) return;
  console.error(`${pc.bold(name)}: ${difference}`);
  for (const [at, answers] of [one, other].entries()) {
    console.error(`  ${names[at]!}`);
    for (const answer of answers) console.error(`    ${lineOf(answer, name)}`);
  }
}

function lineOf({ name, sent, got, hidden, ms }: Answer, caseName: string): string {
  const words = protocolNamed(caseName)!.words;
  const more = hidden === undefined ? '' : ` and ${hidden.length} bytes that are not shown`;
  const took = ms === undefined ? '' : ` (${ms} ms)`;
  return `${name}: ${words.sent(sent)} -> ${words.answer(sent, got)}${more}${took}`;
}
