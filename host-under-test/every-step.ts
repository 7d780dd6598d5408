import { EmulatorError } from '../emulator/index.ts';
import type { ScenarioFault } from './faults/faults.ts';
import { runEach, type MatrixOptions } from './matrix.ts';
import { runScenario } from './run.ts';
import type { JobName, Scenario } from './scenario.ts';
import { placeOf } from './place.ts';
import { dfu, done, F405, i2c, STRETCHING, usart } from './scenarios/define.ts';
import type { FoundTool } from './tools/find.ts';
import type { ToolVerdict } from '../conformance/reports/index.ts';

/** Faults that can strike at each step: at a reply of the device, or at an operation of its flash. */
export const STEP_FAULTS = [
  'drop',
  'corrupt',
  'duplicate',
  'silence',
  'stall',
  'address-nack',
  'disconnect',
  'power-cut',
  'lie',
] as const;

export type StepFault = (typeof STEP_FAULTS)[number];

/** How a job ended with one fault at each of its steps. */
export interface StepTable {
  /** What goes wrong at each step. */
  readonly fault: StepFault;
  /** What the tool was asked for. */
  readonly job: JobName;
  /** Replies of the device, or flash operations, that the clean run has. */
  readonly steps: number;
  /** Runs in which the tool did the job all the same. */
  readonly succeeded: number;
  /** Runs in which it said that it could not. */
  readonly failed: number;
  /** Runs in which it had to be ended. */
  readonly hung: number;
  /** Runs in which it said success over wrong flash. */
  readonly corrupted: number;
  /** Runs that ended before the fault could strike, or went another way. */
  readonly missed: number;
  /** First step, from 1, at which the tool hung or corrupted flash in silence. */
  readonly firstBad?: number;
  readonly bad: readonly {
    readonly step: number;
    readonly verdict: ToolVerdict;
    readonly says: string;
  }[];
}

/** 16 KiB, written and verified. */
export const EVERY_STEP: Scenario = usart('step', {
  symptom: 'A fault at one step',
  source: 'after the simulator of MCUboot',
  board: F405,
  job: { do: 'write+verify', image: { length: 16 * 1024 } },
  expect: [done, { exit: 'nonzero', flash: ['any'] }],
});

/** The same over USB, without verification for a tool that has none; a step is a control transfer. */
const EVERY_TRANSFER: Scenario = dfu('step', {
  symptom: 'A fault at one step',
  source: 'after the simulator of MCUboot',
  board: { ...F405, speed: 'instant' },
  job: { do: 'write+verify', image: { length: 16 * 1024 } },
  expect: [done, { exit: 'nonzero', flash: ['any'] }],
});

/** The same over I2C; a step is a message that reads. */
export const EVERY_MESSAGE: Scenario = i2c('step', {
  symptom: 'A fault at one step',
  source: 'after the simulator of MCUboot',
  board: STRETCHING,
  job: { do: 'write+verify', image: { length: 16 * 1024 } },
  expect: [done, { exit: 'nonzero', flash: ['any'] }],
});

/** What a tool is asked for with a fault at each step, over the first that it speaks of USART, DFU and I2C. @throws EmulatorError for a tool on another bus */
export function everyStepOf(tool: FoundTool): Scenario {
  if (tool.transports.includes('USART')) return EVERY_STEP;
  if (!tool.transports.includes('DFU')) {
    if (tool.transports.includes('I2C')) return EVERY_MESSAGE;
    throw new EmulatorError(
      `--faults-at-every-step is for tools that speak USART, DFU or I2C: ${tool.name} does not`,
    );
  }
  const verifies = tool.command(placeOf(EVERY_TRANSFER.job, 'DFU', '1-1', '/tmp')) !== undefined;
  return verifies
    ? EVERY_TRANSFER
    : { ...EVERY_TRANSFER, job: { ...EVERY_TRANSFER.job, do: 'write' } };
}

/** The fault can happen on the transport: USB and I2C never show a host anything twice, a USART has neither STALL nor address. */
export function happensOn(transport: Scenario['transport'], fault: StepFault): boolean {
  if (fault === 'duplicate') return transport === 'USART';
  if (fault === 'address-nack') return transport === 'I2C';
  return fault !== 'stall' || transport === 'DFU';
}

/** The scenario with a fault at its nth step. */
export function withFaultAt(base: Scenario, fault: StepFault, nth: number): Scenario {
  const at = { USART: faultAt, DFU: faultAtTransfer, I2C: faultAtMessage }[
    base.transport as 'USART' | 'DFU' | 'I2C' // `everyStepOf` makes no others
  ];
  return { ...base, id: `${fault} ${nth}`, faults: [at(fault, nth)] };
}

/** Runs the job cleanly, counts its steps, and repeats it with the fault at each. @throws Error where the clean run fails */
export async function faultAtEveryStep(
  tool: FoundTool,
  fault: StepFault,
  options: MatrixOptions,
  base: Scenario = EVERY_STEP,
): Promise<StepTable> {
  const clean = await runScenario(base, tool, options.signal);
  if (clean.verdict !== 'pass') throw new Error(`the clean run fails: ${clean.says}`);
  const inFlash = fault === 'power-cut' || fault === 'lie';
  const steps = inFlash ? clean.steps.operations : clean.steps.replies;
  const scenarios = Array.from({ length: steps }, (_, index) =>
    withFaultAt(base, fault, index + 1),
  );
  const ends = await runEach(scenarios, tool, options, ({ verdict, says, evidence }) => {
    return { verdict, says, succeeded: evidence?.exitCode === 0 };
  });
  const numbered = ends.map((end, index) => ({ step: index + 1, ...end }));
  const broken = numbered.find(({ verdict }) => verdict === 'error');
  if (broken !== undefined) throw new Error(`${fault} ${broken.step}: ${broken.says}`);
  const bad = numbered.filter(
    ({ verdict }) => verdict === 'silent-corruption' || verdict === 'hang',
  );
  const hung = bad.filter(({ verdict }) => verdict === 'hang').length;
  const corrupted = bad.length - hung;
  const missed = numbered.filter(({ verdict }) => verdict === 'inconclusive').length;
  const succeeded = ends.filter((end) => end.succeeded && end.verdict !== 'inconclusive').length;
  return {
    fault,
    job: base.job.do,
    steps,
    succeeded: succeeded - corrupted,
    failed: steps - succeeded - hung - missed,
    hung,
    corrupted,
    missed,
    ...(bad[0] === undefined ? {} : { firstBad: bad[0].step }),
    bad: bad.map(({ step, verdict, says }) => ({ step, verdict, says })),
  };
}

function faultAtTransfer(fault: StepFault, nth: number): ScenarioFault {
  const transfer = { at: 'usb', nth } as const;
  switch (fault) {
    case 'power-cut':
    case 'lie':
      return { at: 'flash', do: fault, operation: nth };
    case 'corrupt':
      return { ...transfer, do: 'corrupt', byte: 'last', value: 0x01 };
    case 'silence':
      return { ...transfer, do: 'nak', on: true };
    case 'drop':
    case 'stall':
    case 'disconnect':
      return { ...transfer, do: fault };
    case 'duplicate':
    case 'address-nack':
      throw new Error(`unreachable: no ${fault} over USB`);
  }
}

function faultAtMessage(fault: StepFault, nth: number): ScenarioFault {
  const reply = { at: 'i2c', direction: 'to-host', nth } as const;
  switch (fault) {
    case 'power-cut':
    case 'lie':
      return { at: 'flash', do: fault, operation: nth };
    case 'corrupt':
      return { ...reply, do: 'corrupt', byte: 'last', value: 0x01 };
    case 'drop':
      return { ...reply, do: 'drop' };
    case 'address-nack':
    case 'silence':
    case 'disconnect':
      return { ...reply, do: fault };
    case 'duplicate':
    case 'stall':
      throw new Error(`unreachable: no ${fault} over I2C`);
  }
}

function faultAt(fault: StepFault, nth: number): ScenarioFault {
  const reply = { at: 'wire', direction: 'to-host', nth } as const;
  switch (fault) {
    case 'power-cut':
    case 'lie':
      return { at: 'flash', do: fault, operation: nth };
    case 'corrupt':
      // the last byte: of what is read this is data, where the tool must look for itself
      return { ...reply, do: 'corrupt', byte: 'last', value: 0x01 };
    case 'drop':
    case 'duplicate':
      return { ...reply, do: fault };
    case 'silence':
    case 'disconnect':
      return { ...reply, do: fault };
    case 'stall':
    case 'address-nack':
      throw new Error(`unreachable: no ${fault} over a USART`);
  }
}
