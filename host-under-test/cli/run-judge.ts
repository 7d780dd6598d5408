import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { EmulatorError } from '../../emulator/index.ts';
import {
  checkReportFiles,
  ConformanceError,
  madeNow,
  toStandardOutput,
  writeReports,
  type ReportFiles,
} from '../../conformance/reports/index.ts';
import { calibrate, whatHappened } from '../calibrate.ts';
import { readExpected, type ExpectedFile } from '../verdict/expected.ts';
import { runAll, type MatrixOptions } from '../matrix.ts';
import { judgeMatrix } from '../reports/judge-matrix.ts';
import { toolReport, type Report, type StepReport, type ToolReport } from '../reports/report.ts';
import { formatMatrix } from '../reports/text.ts';
import type { Result } from '../run.ts';
import { TRANSPORTS, type Scenario, type Transport } from '../scenario.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { checkContract } from '../tools/canary.ts';
import { find, type FoundTool } from '../tools/find.ts';
import type { HostTool } from '../tools/host-tool.ts';
import { identityOf } from '../tools/identity.ts';
import { chooseTool } from '../tools/index.ts';
import { explainText, listText } from './explain.ts';
import { Progress } from './progress.ts';
import { faultsFor, formatTable, repeatStep, runEveryStep, stepFaults } from './run-every-step.ts';

/** Arguments of `vstm32 judge`, as yargs hands them over. */
export interface JudgeArguments extends ReportFiles {
  readonly tools?: readonly string[] | undefined;
  readonly tool?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  readonly scenario?: readonly string[] | undefined;
  readonly over?: string | undefined;
  readonly list?: boolean | undefined;
  readonly explain?: string | undefined;
  readonly jobs?: string | undefined;
  readonly expected?: string | undefined;
  readonly 'faults-at-every-step'?: string | undefined;
  readonly step?: string | undefined;
  readonly seed?: string | undefined;
}

/** Judges the tools that the arguments name; returns the exit code. @throws EmulatorError for wrong use */
export async function runJudge(argv: JudgeArguments): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error;
    throw new EmulatorError(error.message, { exitCode: error.exitCode, cause: error });
  }
}

async function run(argv: JudgeArguments): Promise<number> {
  if (argv.explain !== undefined) {
    console.log(explainText(argv.explain));
    return 0;
  }
  const over = transport(argv.over);
  const scenarios = chosen(argv.only, argv.scenario, over);
  if (argv.list === true) {
    console.log(listText(scenarios));
    return 0;
  }
  const everyStep = argv['faults-at-every-step'];
  const faults = everyStep === undefined ? [] : stepFaults(everyStep);
  const step = whole('--step', argv.step);
  checkTogether(argv, faults.length);
  checkReportFiles(argv);
  const print = toStandardOutput(argv) ? console.error : console.log;
  // most runs wait for most of their time, those in which a reply is lost for nearly all of it
  const perCore = everyStep === undefined ? 2 : 4;
  const jobs = whole('--jobs', argv.jobs) ?? perCore * availableParallelism();
  const expected = argv.expected === undefined ? undefined : readExpected(argv.expected);
  const asked = toolsOf(argv, over);
  const began = performance.now();

  using ending = endBySignal();
  const tools: ToolReport[] = [];
  const tables: StepReport[] = [];
  let bad = false;
  try {
    for (const { tool, text } of asked) {
      const ready = await prepared(tool, over, argv.seed, ending.signal);
      using progress = new Progress(ready.name);
      const options: MatrixOptions = { jobs, signal: ending.signal, onResult: progress.onResult };
      if (everyStep === undefined) {
        const matrix = await matrixOf(ready, text, scenarios, options, expected);
        tools.push(matrix);
        progress.clear();
        print(formatMatrix(matrix));
        bad ||= matrix.runs.some((run) => run.unexpected);
      }
      const here = step === undefined && everyStep !== undefined ? faultsFor(ready, everyStep) : [];
      for (const fault of here) {
        const table = await runEveryStep(ready, text, fault, options);
        tables.push(table);
        progress.clear();
        print(formatTable(table));
        bad ||= table.bad.length > 0;
      }
      if (step !== undefined) {
        const repeated = await repeatStep(ready, text, faults[0]!, step, options);
        print(formatMatrix(repeated));
        bad ||= repeated.runs.some((run) => run.unexpected);
      }
      ending.signal.throwIfAborted();
    }
  } catch (error) {
    // a tool that was not judged is a failed entry of every report
    const says = error instanceof Error ? error.message : String(error);
    for (const { tool } of asked.slice(everyStep === undefined ? tools.length : asked.length)) {
      const { name, file } = tool;
      const about = file === undefined ? { tool: name } : { tool: name, file };
      tools.push({ ...about, runs: [], trouble: `not judged: ${says}` });
    }
    throw error;
  } finally {
    const report: Report = {
      format: 'vstm32-judge',
      version: 1,
      ...madeNow(began),
      tools,
      ...(tables.length === 0 ? {} : { everyStep: tables }),
    };
    if (tools.length + tables.length > 0) await writeReports(report, judgeMatrix, argv);
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
  const began = performance.now();
  let trouble: string | undefined;
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
    trouble = `broken off: ${ended.length} of ${offered.length} scenarios were run`;
  }
  const order = (result: Result): number => offered.indexOf(result.scenario);
  const results = ended.toSorted((a, b) => order(a) - order(b));
  const repeat = (id: string): string => `vstm32 judge ${text} --scenario ${id}`;
  return {
    ...toolReport(tool.name, results, repeat, expected),
    ...(await identityOf(tool)),
    ...(tool.file === undefined ? {} : { file: tool.file }),
    tookMs: Math.round(performance.now() - began),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** The tools that are asked for, each with the words that name it. @throws EmulatorError for none */
function toolsOf(
  argv: JudgeArguments,
  over: Transport | undefined,
): readonly { readonly tool: HostTool; readonly text: string }[] {
  const behind = over === undefined ? '' : ` --over ${over}`;
  const named = (argv.tools ?? []).map((name) => ({
    tool: chooseTool(name, undefined),
    text: `${name}${behind}`,
  }));
  const described = (argv.tool ?? []).map((text) => ({
    tool: chooseTool(undefined, text, over),
    text: `--tool '${text}'${behind}`,
  }));
  const asked = [...named, ...described];
  if (asked.length === 0) chooseTool(undefined, undefined); // says what to name
  return asked;
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
  const reports = ['junit', 'tap', 'sarif', 'html', 'markdown', 'github'] as const;
  const matrixOnly = (['only', 'scenario', 'expected', ...reports] as const).find(
    (name) => argv[name] !== undefined,
  );
  if (faults > 0 && matrixOnly !== undefined) {
    throw new EmulatorError(`--${matrixOnly} is for scenarios, not for --faults-at-every-step`);
  }
}

/** @throws EmulatorError with exit code 3 for a tool that fails where nothing is wrong */
async function prepared(
  named: HostTool,
  over: Transport | undefined,
  seed: string | undefined,
  signal: AbortSignal,
): Promise<FoundTool> {
  const tool = onlyOver(await find(named), over);
  signal.throwIfAborted();
  await checkContract(tool, whole('--seed', seed) ?? randomInt(2 ** 32));
  const { tool: ready, failed } = await calibrate(tool, signal);
  if (failed === undefined) return ready;
  throw new EmulatorError(
    `${tool.name} fails where nothing goes wrong, so it cannot be judged: ${whatHappened(failed)}`,
    { exitCode: 3 },
  );
}

/** @throws EmulatorError for a prefix that no id begins with, or an id that there is not */
function chosen(
  prefixes: readonly string[] | undefined,
  ids: readonly string[] | undefined,
  over: Transport | undefined,
): readonly Scenario[] {
  const there = SCENARIOS.filter((each) => over === undefined || each.transport === over);
  const missing = ids?.find((each) => !there.some(({ id }) => id === each));
  if (missing !== undefined) {
    throw new EmulatorError(
      `no runnable scenario is called ${missing}: vstm32 judge --list shows them`,
    );
  }
  if (prefixes === undefined) {
    return ids === undefined ? there : there.filter(({ id }) => ids.includes(id));
  }
  const unknown = prefixes.find((prefix) => !there.some(({ id }) => id.startsWith(prefix)));
  if (unknown !== undefined) {
    throw new EmulatorError(
      `no runnable scenario begins with ${unknown}: vstm32 judge --list shows them`,
    );
  }
  return there.filter(
    ({ id }) => ids?.includes(id) === true || prefixes.some((prefix) => id.startsWith(prefix)),
  );
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new EmulatorError(`${option} ${text}: give a whole number from 1`);
  return Number(text);
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
