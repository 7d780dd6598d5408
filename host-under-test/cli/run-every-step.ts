import { EmulatorError } from '../../emulator/index.ts';
import {
  everyStepOf,
  faultAtEveryStep,
  happensOn,
  STEP_FAULTS,
  withFaultAt,
  type StepFault,
  type StepTable,
} from '../every-step.ts';
import { runAll, type MatrixOptions } from '../matrix.ts';
import { toolReport, type StepReport, type ToolReport } from '../reports/report.ts';
import type { Scenario } from '../scenario.ts';
import type { FoundTool } from '../tools/find.ts';

/** Of those that were named, with `all` only those that the tool can meet. */
export function faultsFor(tool: FoundTool, text: string): readonly StepFault[] {
  const named = stepFaults(text);
  if (text !== 'all') return named;
  const { transport } = everyStepOf(tool);
  return named.filter((fault) => happensOn(transport, fault));
}

/** What `--faults-at-every-step` names: one kind, several with commas, or `all`. @throws EmulatorError */
export function stepFaults(text: string): readonly StepFault[] {
  if (text === 'all') return STEP_FAULTS;
  return (text === '' ? 'drop' : text).split(',').map((name) => {
    const found = STEP_FAULTS.find((each) => each === name.trim());
    if (found !== undefined) return found;
    throw new EmulatorError(`--faults-at-every-step ${name}: use ${STEP_FAULTS.join(', ')} or all`);
  });
}

/** The table of one kind of fault; `named` is the tool as the command line names it. */
export async function runEveryStep(
  tool: FoundTool,
  named: string,
  fault: StepFault,
  options: MatrixOptions,
): Promise<StepReport> {
  const base = baseFor(tool, fault);
  const table = await faultAtEveryStep(tool, fault, options, base);
  return reported(tool.name, `vstm32 judge ${named} --faults-at-every-step`, table);
}

/** One run of the table again, to be shown with all that is known of it. */
export async function repeatStep(
  tool: FoundTool,
  named: string,
  fault: StepFault,
  step: number,
  options: MatrixOptions,
): Promise<ToolReport> {
  const results = await runAll([withFaultAt(baseFor(tool, fault), fault, step)], tool, options);
  const command = `vstm32 judge ${named} --faults-at-every-step ${fault} --step ${step}`;
  return toolReport(tool.name, results, () => command);
}

/** @throws EmulatorError for a fault that the tool cannot meet */
function baseFor(tool: FoundTool, fault: StepFault): Scenario {
  const base = everyStepOf(tool);
  if (happensOn(base.transport, fault)) return base;
  const there = STEP_FAULTS.filter((each) => happensOn(base.transport, each)).join(', ');
  throw new EmulatorError(
    `--faults-at-every-step ${fault}: there is none over ${base.transport}; use ${there}`,
  );
}

function reported(tool: string, command: string, table: StepTable): StepReport {
  return {
    tool,
    ...table,
    bad: table.bad.map((end) => {
      return { ...end, repeat: `${command} ${table.fault} --step ${end.step}` };
    }),
  };
}

/** The table for a terminal. */
export function formatTable(report: StepReport): string {
  const { tool, fault, job, steps, succeeded, failed, hung, corrupted, missed, firstBad, bad } =
    report;
  return [
    `${tool}, 16 KiB written${job === 'write' ? '' : ' and verified'}, ${fault} at each of ${steps} steps:`,
    `  ${String(succeeded).padStart(5)} succeed all the same`,
    `  ${String(failed).padStart(5)} fail and say so`,
    `  ${String(hung).padStart(5)} hang`,
    `  ${String(corrupted).padStart(5)} end in silent corruption`,
    ...(missed === 0 ? [] : [`  ${String(missed).padStart(5)} never meet the fault`]),
    firstBad === undefined ? '  no bad step' : `  first bad step: ${firstBad}`,
    ...bad.map(({ step, verdict, says }) => `    step ${step}: ${verdict}: ${says}`),
    ...bad.slice(0, 1).map(({ repeat }) => `  repeat it: ${repeat}`),
  ].join('\n');
}
