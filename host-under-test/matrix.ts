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

/** Runs a tool through many scenarios; the results come in the order of the scenarios. */
export async function runAll(
  scenarios: readonly Scenario[],
  tool: FoundTool,
  options: MatrixOptions,
): Promise<readonly Result[]> {
  const results = new Map<Scenario, Result>();
  const waiting = slowestFirst(scenarios);
  const work = async (): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      options.signal?.throwIfAborted();
      const result = await attempt(scenario, tool, options.signal);
      results.set(scenario, result);
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
