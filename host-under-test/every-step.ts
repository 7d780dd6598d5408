import { runAll, type MatrixOptions } from './matrix.ts';
import { runScenario, type Result } from './run.ts';
import type { ScenarioFault } from './faults.ts';
import type { Scenario } from './scenario.ts';
import { done, F405, usart } from './scenarios/define.ts';
import type { FoundTool } from './tools/find.ts';

/** A fault that can strike at each step. */
export type StepFault = 'drop' | 'corrupt' | 'duplicate' | 'silence' | 'power-cut' | 'lie';

export const STEP_FAULTS: readonly StepFault[] = [
  'drop',
  'corrupt',
  'duplicate',
  'silence',
  'power-cut',
  'lie',
];

/** How a job ended with one fault at each of its steps. */
export interface StepTable {
  readonly fault: StepFault;
  /** Replies of the device, or flash operations, that the clean run has. */
  readonly steps: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly hung: number;
  readonly corrupted: number;
  /** First step, from 1, at which the tool hung or corrupted flash in silence. */
  readonly firstBad?: number;
  readonly bad: readonly { readonly step: number; readonly result: Result }[];
}

/** 16 KiB, written and verified. */
const BASE: Scenario = usart('step', {
  symptom: 'A fault at one step',
  source: 'after the simulator of MCUboot',
  board: F405,
  job: { do: 'write+verify', image: { length: 16 * 1024 } },
  expect: [done, { exit: 'nonzero', flash: ['any'] }],
});

/** Runs the job cleanly, counts its steps, and repeats it with the fault at each. @throws Error where the clean run fails */
export async function faultAtEveryStep(
  tool: FoundTool,
  fault: StepFault,
  options: MatrixOptions,
  base: Scenario = BASE,
): Promise<StepTable> {
  const clean = await runScenario(base, tool, options.signal);
  if (clean.verdict !== 'pass') throw new Error(`the clean run fails: ${clean.says}`);
  const inFlash = fault === 'power-cut' || fault === 'lie';
  const steps = inFlash ? clean.steps.operations : clean.steps.replies;
  const scenarios = Array.from({ length: steps }, (_, index) => ({
    ...base,
    id: `step ${index + 1}`,
    faults: [faultAt(fault, index + 1)],
  }));
  const results = await runAll(scenarios, tool, options);
  const bad = results.flatMap((result, index) =>
    result.verdict === 'silent-corruption' || result.verdict === 'hang'
      ? [{ step: index + 1, result }]
      : [],
  );
  const broken = results.find(({ verdict }) => verdict === 'error');
  if (broken !== undefined) throw new Error(`${broken.scenario.id}: ${broken.says}`);
  const hung = results.filter(({ verdict }) => verdict === 'hang').length;
  const succeeded = results.filter(({ evidence }) => evidence?.exitCode === 0).length;
  const corrupted = bad.length - hung;
  return {
    fault,
    steps,
    succeeded: succeeded - corrupted,
    failed: steps - succeeded - hung,
    hung,
    corrupted,
    ...(bad[0] === undefined ? {} : { firstBad: bad[0].step }),
    bad,
  };
}

function faultAt(fault: StepFault, nth: number): ScenarioFault {
  switch (fault) {
    case 'power-cut':
    case 'lie':
      return { at: 'flash', do: fault, operation: nth };
    case 'corrupt':
      return { at: 'wire', direction: 'to-host', do: 'corrupt', nth, byte: 0, value: 0x01 };
    case 'drop':
    case 'duplicate':
      return { at: 'wire', direction: 'to-host', do: fault, nth };
    case 'silence':
      return { at: 'wire', direction: 'to-host', do: fault, nth };
  }
}
