import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { whyUnwritable } from '../../emulator/unwritable.ts';
import { EmulatorError } from '../../emulator/index.ts';
import { calibrate, whatHappened } from '../calibrate.ts';
import { readExpected, type ExpectedFile } from '../verdict/expected.ts';
import { runAll, type MatrixOptions } from '../matrix.ts';
import { formatHtml } from '../reports/html.ts';
import { formatJunit } from '../reports/junit.ts';
import {
  madeNow,
  toolReport,
  type Report,
  type StepReport,
  type ToolReport,
} from '../reports/report.ts';
import { formatSarif } from '../reports/sarif.ts';
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

export interface JudgeArguments {
  readonly tools?: readonly string[] | undefined;
  readonly tool?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  readonly scenario?: readonly string[] | undefined;
  readonly over?: string | undefined;
  readonly list?: boolean | undefined;
  readonly explain?: string | undefined;
  readonly jobs?: string | undefined;
  readonly expected?: string | undefined;
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly sarif?: string | undefined;
  readonly html?: string | undefined;
  readonly 'faults-at-every-step'?: string | undefined;
  readonly step?: string | undefined;
  readonly seed?: string | undefined;
}

/** Judges the tools that the arguments name; returns the exit code. */
export async function runJudge(argv: JudgeArguments): Promise<number> {
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
  checkReports(argv);
  // most runs wait for most of their time, those in which a reply is lost for nearly all of it
  const perCore = everyStep === undefined ? 2 : 4;
  const jobs = whole('--jobs', argv.jobs) ?? perCore * availableParallelism();
  const expected = argv.expected === undefined ? undefined : readExpected(argv.expected);
  const asked = toolsOf(argv, over);
  const began = performance.now();

  using ending = endBySignal();
  const report: { version: 1; tools: ToolReport[]; everyStep?: StepReport[] } = {
    version: 1,
    tools: [],
  };
  let bad = false;
  try {
    for (const { tool, text } of asked) {
      const ready = await prepared(tool, over, argv.seed, ending.signal);
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
  } catch (error) {
    // a tool that was not judged is a failed entry of every report
    const says = error instanceof Error ? error.message : String(error);
    for (const { tool } of asked.slice(
      everyStep === undefined ? report.tools.length : asked.length,
    )) {
      const { name, file } = tool;
      const about = file === undefined ? { tool: name } : { tool: name, file };
      report.tools.push({ ...about, runs: [], trouble: `not judged: ${says}` });
    }
    throw error;
  } finally {
    Object.assign(report, madeNow(performance.now() - began));
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
  const matrixOnly = (['only', 'scenario', 'expected', 'junit', 'sarif', 'html'] as const).find(
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

/** Refuses reports that could not be written when all is judged. @throws EmulatorError */
function checkReports({ json, junit, sarif, html }: JudgeArguments): void {
  for (const file of [json, junit, sarif, html]) {
    const why = file === undefined ? undefined : whyUnwritable(file);
    if (why !== undefined) throw cannotWrite(file!, why);
  }
}

function cannotWrite(file: string, why: string, cause?: unknown): EmulatorError {
  return new EmulatorError(`cannot write ${file}: ${why}`, { cause });
}

async function writeReports(report: Report, argv: JudgeArguments): Promise<void> {
  const files: readonly [string | undefined, () => string][] = [
    [argv.json, () => `${JSON.stringify(report, null, 2)}\n`],
    [argv.junit, () => formatJunit(report)],
    [argv.sarif, () => formatSarif(report, argv.sarif)],
    [argv.html, () => formatHtml(report)],
  ];
  for (const [file, text] of files) {
    if (file === undefined) continue;
    try {
      await writeFile(file, text());
    } catch (cause) {
      throw cannotWrite(file, (cause as Error).message, cause);
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
