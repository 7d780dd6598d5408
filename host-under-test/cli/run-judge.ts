import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { EmulatorError } from '../../emulator/index.ts';
import { calibrate } from '../calibrate.ts';
import { readExpected, type ExpectedFile } from '../expected.ts';
import { runAll, type MatrixOptions } from '../matrix.ts';
import { formatHtml } from '../reports/html.ts';
import { formatJunit } from '../reports/junit.ts';
import { toolReport, type Report, type StepReport, type ToolReport } from '../reports/report.ts';
import { formatSarif } from '../reports/sarif.ts';
import { formatMatrix } from '../reports/text.ts';
import type { Result } from '../run.ts';
import { TRANSPORTS, type Scenario, type Transport } from '../scenario.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { checkContract } from '../tools/canary.ts';
import { find, type FoundTool } from '../tools/find.ts';
import { chooseTool } from '../tools/index.ts';
import { explainText, listText } from './explain.ts';
import type { JudgeArguments } from './judge.ts';
import { Progress } from './progress.ts';
import { faultsFor, formatTable, repeatStep, runEveryStep, stepFaults } from './run-every-step.ts';

/** Judges the tools that the arguments name; returns the exit code. */
export async function runJudge(argv: JudgeArguments): Promise<number> {
  if (argv.explain !== undefined) {
    console.log(explainText(argv.explain));
    return 0;
  }
  const over = transport(argv.over);
  const scenarios = chosen(argv.only, over);
  if (argv.list === true) {
    console.log(listText(scenarios));
    return 0;
  }
  const everyStep = argv['faults-at-every-step'];
  const faults = everyStep === undefined ? [] : stepFaults(everyStep);
  const step = whole('--step', argv.step);
  checkTogether(argv, faults.length);
  // most runs wait for most of their time, those in which a reply is lost for nearly all of it
  const perCore = everyStep === undefined ? 2 : 4;
  const jobs = whole('--jobs', argv.jobs) ?? perCore * availableParallelism();
  const expected = argv.expected === undefined ? undefined : readExpected(argv.expected);
  const found = await toolsOf(argv, over);

  using ending = endBySignal();
  const report: { version: 1; tools: ToolReport[]; everyStep?: StepReport[] } = {
    version: 1,
    tools: [],
  };
  let bad = false;
  try {
    for (const { tool, text } of found) {
      const ready = await prepared(tool, argv.seed, ending.signal);
      using progress = new Progress(ready.name);
      const options: MatrixOptions = { jobs, signal: ending.signal, onResult: progress.onResult };
      if (everyStep === undefined) {
        const matrix = await matrixOf(ready, text, scenarios, options, expected);
        report.tools.push(matrix);
        progress.clear();
        console.log(formatMatrix(matrix));
        bad ||= matrix.runs.some((run) => run.unexpected);
      }
      const here = step === undefined && everyStep !== undefined ? faultsFor(ready, everyStep) : [];
      for (const fault of here) {
        const table = await runEveryStep(ready, text, fault, options);
        (report.everyStep ??= []).push(table);
        progress.clear();
        console.log(formatTable(table));
        bad ||= table.bad.length > 0;
      }
      if (step !== undefined) {
        const repeated = await repeatStep(ready, text, faults[0]!, step, options);
        console.log(formatMatrix(repeated));
        bad ||= repeated.runs.some((run) => run.unexpected);
      }
      ending.signal.throwIfAborted();
    }
  } finally {
    // of what there is, when it was ended before
    if (report.tools.length > 0 || report.everyStep !== undefined) await writeReports(report, argv);
  }
  return bad ? 1 : 0;
}

/** The matrix of one tool; of the runs that have ended, where a signal ends it before. */
async function matrixOf(
  tool: FoundTool,
  text: string,
  scenarios: readonly Scenario[],
  options: MatrixOptions,
  expected: ExpectedFile | undefined,
): Promise<ToolReport> {
  const offered = spoken(tool, scenarios);
  const ended: Result[] = [];
  try {
    await runAll(offered, tool, {
      ...options,
      onResult: (result, done, all) => {
        ended.push(result);
        options.onResult?.(result, done, all);
      },
    });
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  }
  const order = (result: Result): number => offered.indexOf(result.scenario);
  const results = ended.toSorted((a, b) => order(a) - order(b));
  return toolReport(tool.name, results, (id) => `vstm32 judge ${text} --only ${id}`, expected);
}

/** The tools that are asked for, each with the words that name it. @throws EmulatorError for none */
async function toolsOf(
  argv: JudgeArguments,
  over: Transport | undefined,
): Promise<readonly { readonly tool: FoundTool; readonly text: string }[]> {
  const behind = over === undefined ? '' : ` --over ${over}`;
  const named = (argv.tools ?? []).map((name) => ({
    tool: chooseTool(name, undefined),
    text: `${name}${behind}`,
  }));
  const described = (argv.tool ?? []).map((text) => ({
    tool: chooseTool(undefined, text),
    text: `--tool '${text}'${behind}`,
  }));
  const asked = [...named, ...described];
  if (asked.length === 0) chooseTool(undefined, undefined); // says what to name
  return await Promise.all(
    asked.map(async ({ tool, text }) => ({ tool: onlyOver(await find(tool), over), text })),
  );
}

/** @throws EmulatorError for a tool that does not speak it */
function onlyOver(tool: FoundTool, over: Transport | undefined): FoundTool {
  if (over === undefined || (tool.transports.length === 1 && tool.transports[0] === over)) {
    return tool;
  }
  if (tool.transports.includes(over)) return { ...tool, transports: [over] };
  throw new EmulatorError(`--over ${over}: ${tool.name} speaks ${tool.transports.join(', ')}`);
}

/** @throws EmulatorError for a bus that there is not */
function transport(text: string | undefined): Transport | undefined {
  if (text === undefined) return undefined;
  const found = TRANSPORTS.find((each) => each.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new EmulatorError(`--over ${text}: use ${TRANSPORTS.join(', ')}`);
}

/** The scenarios over what the tool speaks. @throws EmulatorError for none */
function spoken(tool: FoundTool, scenarios: readonly Scenario[]): readonly Scenario[] {
  const found = scenarios.filter(({ transport }) => tool.transports.includes(transport));
  if (found.length > 0) return found;
  const speaks = tool.transports.join(', ');
  throw new EmulatorError(`${tool.name} speaks ${speaks}: no scenario chosen here is for that`);
}

/** @throws EmulatorError for options that contradict each other */
function checkTogether(argv: JudgeArguments, faults: number): void {
  if (argv.step !== undefined && faults !== 1) {
    throw new EmulatorError('--step: name the fault with --faults-at-every-step FAULT');
  }
  const matrixOnly = (['only', 'expected', 'junit', 'sarif', 'html'] as const).find(
    (name) => argv[name] !== undefined,
  );
  if (faults > 0 && matrixOnly !== undefined) {
    throw new EmulatorError(`--${matrixOnly} is for scenarios, not for --faults-at-every-step`);
  }
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
function chosen(
  prefixes: readonly string[] | undefined,
  over: Transport | undefined,
): readonly Scenario[] {
  const there = SCENARIOS.filter((each) => over === undefined || each.transport === over);
  if (prefixes === undefined) return there;
  const unknown = prefixes.find((prefix) => !there.some(({ id }) => id.startsWith(prefix)));
  if (unknown !== undefined) {
    throw new EmulatorError(
      `no runnable scenario begins with ${unknown}: vstm32 judge --list shows them`,
    );
  }
  return there.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new EmulatorError(`${option} ${text}: give a whole number from 1`);
  return Number(text);
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
    controller.abort(
      new EmulatorError(`ended by ${name}`, { exitCode: name === 'SIGINT' ? 130 : 143 }),
    );
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', end).off('SIGTERM', end);
    },
  };
}
