import { monitorEventLoopDelay } from 'node:perf_hooks';
import { runScenario, type Result } from './run.ts';
import type { Scenario } from './scenario.ts';
import type { FoundTool } from './tools/find.ts';

export interface MatrixOptions {
  /** Runs at a time. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  /** Called as each run ends. */
  readonly onResult?: (result: Result, done: number, all: number) => void;
}

/** ms for which this process may stand still in a run: half of what the hastiest tools wait for a reply. */
const STALL_MS = 250;
/** Times that a run is made on a machine that stands still again and again. */
const ATTEMPTS = 3;

/** Runs a tool through many scenarios; the results come in the order of the scenarios. */
export async function runAll(
  scenarios: readonly Scenario[],
  tool: FoundTool,
  options: MatrixOptions,
): Promise<readonly Result[]> {
  return await runEach(scenarios, tool, options, (result) => result);
}

/** As `runAll`, and of each result only what `kept` makes of it stays in memory. */
export async function runEach<Kept>(
  scenarios: readonly Scenario[],
  tool: FoundTool,
  options: MatrixOptions,
  kept: (result: Result) => Kept,
): Promise<readonly Kept[]> {
  const results = new Map<Scenario, Kept>();
  const waiting = slowestFirst(scenarios);
  const work = async (): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const result = await undisturbed(scenario, tool, options.signal);
      results.set(scenario, kept(result));
      options.onResult?.(result, results.size, scenarios.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, scenarios.length) }, work));
  return scenarios.map((scenario) => results.get(scenario)!);
}

/** Those that wait for long begin first, so that none is waited for at the end. */
function slowestFirst(scenarios: readonly Scenario[]): Scenario[] {
  const waits = (scenario: Scenario): number =>
    Math.max(0, ...(scenario.faults ?? []).map((fault) => ('ms' in fault ? fault.ms : 0))) +
    scenario.limitMs / 10;
  return scenarios.toSorted((a, b) => waits(b) - waits(a));
}

/** A run in which the virtual chip was as quick as it should be: one that was held up is made again. */
async function undisturbed(
  scenario: Scenario,
  tool: FoundTool,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let left = ATTEMPTS; ; left--) {
    signal?.throwIfAborted();
    const delays = monitorEventLoopDelay();
    delays.enable();
    const result = await attempt(scenario, tool, signal);
    delays.disable();
    const stalledMs = delays.max / 1e6;
    if (stalledMs < STALL_MS) return result;
    if (left > 1) continue;
    const says = `${result.says} (this machine stood still for ${Math.round(stalledMs)} ms)`;
    return { ...result, says };
  }
}

async function attempt(
  scenario: Scenario,
  tool: FoundTool,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    return await runScenario(scenario, tool, signal);
  } catch (error) {
    signal?.throwIfAborted();
    const says = error instanceof Error ? error.message : String(error);
    const steps = { replies: 0, operations: 0 };
    return { scenario, verdict: 'error', says, lint: [], steps };
  }
}
