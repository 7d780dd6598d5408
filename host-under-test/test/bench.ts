import { calibrate } from '../calibrate.ts';
import { runScenario, type Result } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { find, type FoundTool } from '../tools/find.ts';
import { fromTemplate } from '../tools/template.ts';

/** Debian's, which has the standard library whatever version managers put first in PATH. */
const PYTHON = '/usr/bin/python3';
const FLASHER = new URL('./hosts/flasher.py', import.meta.url).pathname;

/** The small host of the tests, right, or wrong in the way named. */
export async function flasher(wrong = ''): Promise<FoundTool> {
  const command = `${PYTHON} ${FLASHER} ${wrong}`.trim();
  return await find(fromTemplate({ jobs: {}, command, contract: true, resets: true }));
}

/** One scenario of the catalogue by its id. */
export function scenarioNamed(id: string, changes: Partial<Scenario> = {}): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (found === undefined) throw new Error(`no scenario ${id}`);
  return { ...found, ...changes };
}

/** Runs a tool through one scenario, whatever it says when all goes well left out. */
export async function runOne(
  id: string,
  tool: FoundTool,
  changes: Partial<Scenario> = {},
): Promise<Result> {
  return await runScenario(scenarioNamed(id, changes), tool);
}

/** The tool, once it has shown that it works where nothing is wrong. */
export async function shown(tool: FoundTool): Promise<FoundTool> {
  const { tool: ready, failed } = await calibrate(tool);
  if (failed !== undefined) throw new Error(`${tool.name} fails: ${failed.says}`);
  return ready;
}
