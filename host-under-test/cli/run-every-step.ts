import { EmulatorError } from '../../emulator/index.ts';
import {
  EVERY_STEP,
  faultAtEveryStep,
  STEP_FAULTS,
  withFaultAt,
  type StepFault,
  type StepTable,
} from '../every-step.ts';
import { runAll, type MatrixOptions } from '../matrix.ts';
import { toolReport, type StepReport, type ToolReport } from '../reports/report.ts';
import type { FoundTool } from '../tools/find.ts';

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
  if (!tool.transports.includes(EVERY_STEP.transport)) {
    throw new EmulatorError(
      `--faults-at-every-step is for tools that speak ${EVERY_STEP.transport}: ${tool.name} does not`,
    );
  }
  const table = await faultAtEveryStep(tool, fault, options);
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
  const results = await runAll([withFaultAt(EVERY_STEP, fault, step)], tool, options);
  const command = `vstm32 judge ${named} --faults-at-every-step ${fault} --step ${step}`;
  return toolReport(tool.name, results, () => command);
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
  const { tool, fault, steps, succeeded, failed, hung, corrupted, firstBad, bad } = report;
  return [
    `${tool}, 16 KiB written and verified, ${fault} at each of ${steps} steps:`,
    `  ${String(succeeded).padStart(5)} succeed all the same`,
    `  ${String(failed).padStart(5)} fail and say so`,
    `  ${String(hung).padStart(5)} hang`,
    `  ${String(corrupted).padStart(5)} end in silent corruption`,
    firstBad === undefined ? '  no bad step' : `  first bad step: ${firstBad}`,
    ...bad.map(({ step, verdict, says }) => `    step ${step}: ${verdict}: ${says}`),
    ...bad.slice(0, 1).map(({ repeat }) => `  repeat it: ${repeat}`),
  ].join('\n');
}
