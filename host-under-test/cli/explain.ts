import { EmulatorError } from '../../emulator/index.ts';
import { jobText } from '../place.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { NOT_RUNNABLE, SCENARIOS } from '../scenarios/index.ts';

/** Every scenario in a line, then those that cannot be run here, with the reason. */
export function listText(scenarios: readonly Scenario[]): string {
  return [
    ...scenarios.map(
      ({ id, symptom, transport, job }) =>
        `${id.padEnd(6)} ${transport.padEnd(5)} ${symptom} [${jobText(job)}]`,
    ),
    '',
    `${scenarios.length} scenarios. Not runnable here:`,
    ...NOT_RUNNABLE.map(({ id, symptom, why }) => `${id.padEnd(6)} ${symptom}: ${why}`),
  ].join('\n');
}

/** All about one scenario. @throws EmulatorError for an id that there is not */
export function explainText(id: string): string {
  const missing = NOT_RUNNABLE.find((each) => each.id === id);
  if (missing !== undefined) return `${id}  ${missing.symptom}\nNot runnable here: ${missing.why}`;
  const scenario = SCENARIOS.find((each) => each.id === id);
  if (scenario === undefined) {
    throw new EmulatorError(`no scenario is called ${id}: vstm32 judge --list shows them`);
  }
  const {
    symptom,
    source,
    transport,
    board,
    faults = [],
    first,
    job,
    expect,
    limitMs,
    soonMs,
  } = scenario;
  return [
    `${id}  ${symptom}`,
    `Source    ${source}`,
    `Bus       ${transport}`,
    `Board     ${inWords(board)}`,
    ...shortened(faults.map((fault) => `Fault     ${inWords(fault)}`)),
    ...(first === undefined ? [] : [`First     ${inWords(first)}`]),
    `Job       ${inWords(job)}`,
    ...(scenario.meets === undefined
      ? []
      : [`Blame     only where the chip was asked to ${scenario.meets}`]),
    ...expect.map((outcome) => `Accepted  ${outcomeText(outcome)}`),
    ...(scenario.linesReleased === true ? ['          NRST and BOOT0 let go at the end'] : []),
    `Time      ends within ${limitMs / 1000} s${soonMs === undefined ? '' : `, better within ${soonMs / 1000} s`}`,
  ].join('\n');
}

const SHOWN = 4;

function shortened(lines: readonly string[]): string[] {
  if (lines.length <= SHOWN) return [...lines];
  return [...lines.slice(0, SHOWN), `          … and ${lines.length - SHOWN} more like these`];
}

function outcomeText({ exit, flash, causes, runs, nonStrict }: Outcome): string {
  return [
    exit === 'zero' ? 'success' : 'failure',
    `flash: ${flash.join(' or ')}`,
    ...(causes === undefined ? [] : [`the message names ${causes.join(' or ')}`]),
    ...(runs === true ? ['the application runs'] : []),
    ...(nonStrict === undefined ? [] : [`non-strict: ${nonStrict}`]),
  ].join('; ');
}

/** Data as a person reads it: `device STM32F405RG, rdp 1`. */
function inWords(data: object): string {
  return Object.entries(data)
    .map(
      ([name, value]) =>
        `${name} ${typeof value === 'object' ? JSON.stringify(value) : numberText(name, value)}`,
    )
    .join(', ');
}

function numberText(name: string, value: unknown): string {
  return name === 'address' && typeof value === 'number'
    ? `0x${value.toString(16)}`
    : String(value);
}
