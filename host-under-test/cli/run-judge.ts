import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { EmulatorError } from '../../emulator/index.ts';
import { calibrate } from '../calibrate.ts';
import { faultAtEveryStep, STEP_FAULTS, type StepTable } from '../every-step.ts';
import { readExpected } from '../expected.ts';
import { runAll, type MatrixOptions } from '../matrix.ts';
import { formatHtml } from '../reports/html.ts';
import { formatJunit } from '../reports/junit.ts';
import { toolReport, type Report, type ToolReport } from '../reports/report.ts';
import { formatSarif } from '../reports/sarif.ts';
import { formatMatrix } from '../reports/text.ts';
import type { Scenario } from '../scenario.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { checkContract } from '../tools/canary.ts';
import { find, type FoundTool } from '../tools/find.ts';
import { chooseTool } from '../tools/index.ts';
import { explainText, listText } from './explain.ts';
import type { JudgeArguments } from './judge.ts';
import { Progress } from './progress.ts';

/** Judges the tools that the arguments name; returns the exit code. */
export async function runJudge(argv: JudgeArguments): Promise<number> {
  if (argv.explain !== undefined) {
    console.log(explainText(argv.explain));
    return 0;
  }
  const scenarios = chosen(argv.only);
  if (argv.list === true) {
    console.log(listText(scenarios));
    return 0;
  }
  const named = (argv.tools ?? []).map((name) => ({
    tool: chooseTool(name, undefined),
    text: name,
  }));
  const described = (argv.tool ?? []).map((text) => ({
    tool: chooseTool(undefined, text),
    text: `--tool '${text}'`,
  }));
  const asked = [...named, ...described];
  if (asked.length === 0) chooseTool(undefined, undefined); // says what to name
  const found = await Promise.all(
    asked.map(async ({ tool, text }) => ({ tool: await find(tool), text })),
  );

  using ending = endBySignal();
  const jobs = whole('--jobs', argv.jobs) ?? 2 * availableParallelism();
  const expected = argv.expected === undefined ? undefined : readExpected(argv.expected);
  const tools: ToolReport[] = [];
  for (const { tool, text } of found) {
    const ready = await prepared(tool, argv.seed, ending.signal);
    using progress = new Progress(ready.name);
    const options: MatrixOptions = {
      jobs,
      signal: ending.signal,
      onResult: (_result, done, all) => progress.show(done, all),
    };
    const everyStep = argv['faults-at-every-step'];
    if (everyStep !== undefined) {
      const table = await faultAtEveryStep(ready, stepFault(everyStep), options);
      progress[Symbol.dispose]();
      console.log(formatTable(ready.name, table));
      if (table.bad.length > 0) process.exitCode = 1;
      continue;
    }
    const results = await runAll(scenarios, ready, options);
    progress[Symbol.dispose]();
    const report = toolReport(ready.name, results, `vstm32 judge ${text}`, expected);
    tools.push(report);
    console.log(formatMatrix(report));
  }
  await writeReports({ version: 1, tools }, argv);
  const unexpected = tools.some(({ runs }) => runs.some((run) => run.unexpected));
  return unexpected || process.exitCode === 1 ? 1 : 0;
}

/** @throws EmulatorError with exit code 3 for a tool that fails where nothing is wrong */
async function prepared(
  tool: FoundTool,
  seed: string | undefined,
  signal: AbortSignal,
): Promise<FoundTool> {
  await checkContract(tool, whole('--seed', seed) ?? randomInt(2 ** 32));
  const { tool: ready, failed } = await calibrate(tool, signal);
  if (failed === undefined) return ready;
  const { evidence, says } = failed;
  throw new EmulatorError(
    `${tool.name} fails where nothing goes wrong, so it cannot be judged: ${says} (${evidence?.command.join(' ')})`,
    { exitCode: 3 },
  );
}

/** @throws EmulatorError for a prefix that no id begins with */
function chosen(prefixes: readonly string[] | undefined): readonly Scenario[] {
  if (prefixes === undefined) return SCENARIOS;
  const unknown = prefixes.find((prefix) => !SCENARIOS.some(({ id }) => id.startsWith(prefix)));
  if (unknown !== undefined) {
    throw new EmulatorError(
      `no runnable scenario begins with ${unknown}: vstm32 judge --list shows them`,
    );
  }
  return SCENARIOS.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
}

function stepFault(text: string): (typeof STEP_FAULTS)[number] {
  const found = STEP_FAULTS.find((each) => each === (text === '' ? 'drop' : text));
  if (found !== undefined) return found;
  throw new EmulatorError(`--faults-at-every-step ${text}: use ${STEP_FAULTS.join(', ')}`);
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new EmulatorError(`${option} ${text}: give a whole number from 1`);
  return Number(text);
}

function formatTable(tool: string, table: StepTable): string {
  const { fault, steps, succeeded, failed, hung, corrupted, firstBad, bad } = table;
  return [
    `${tool}, 16 KiB written and verified, ${fault} at each of ${steps} steps:`,
    `  ${String(succeeded).padStart(5)} succeed all the same`,
    `  ${String(failed).padStart(5)} fail and say so`,
    `  ${String(hung).padStart(5)} hang`,
    `  ${String(corrupted).padStart(5)} end in silent corruption`,
    firstBad === undefined ? '  no bad step' : `  first bad step: ${firstBad}`,
    ...bad.map(({ step, result }) => `    step ${step}: ${result.verdict}: ${result.says}`),
  ].join('\n');
}

async function writeReports(report: Report, argv: JudgeArguments): Promise<void> {
  const files: readonly [string | undefined, () => string][] = [
    [argv.json, () => `${JSON.stringify(report, null, 2)}\n`],
    [argv.junit, () => formatJunit(report)],
    [argv.sarif, () => formatSarif(report)],
    [argv.html, () => formatHtml(report)],
  ];
  for (const [file, text] of files) {
    if (file === undefined) continue;
    try {
      await writeFile(file, text());
    } catch (cause) {
      throw new EmulatorError(`cannot write ${file}: give a path in a folder that is there`, {
        cause,
      });
    }
  }
}

/** Ends the tools under way on Ctrl-C and SIGTERM, then this program. */
function endBySignal(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const end = (name: NodeJS.Signals): void => {
    controller.abort(new EmulatorError(`ended by ${name}`, { exitCode: 3 }));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', end).off('SIGTERM', end);
    },
  };
}
