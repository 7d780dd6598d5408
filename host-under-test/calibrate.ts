import { formatEvent } from '../emulator/index.ts';
import { chatterOf } from './verdict/judge.ts';
import { placeOf } from './place.ts';
import { runScenario, type Result } from './run.ts';
import type { Scenario } from './scenario.ts';
import {
  can,
  dfu,
  done,
  F405,
  fdcan,
  i2c,
  spi,
  succeeds,
  usart,
  WRITE,
} from './scenarios/define.ts';
import type { FoundTool } from './tools/find.ts';

const CLEAN: readonly Scenario[] = [
  usart('clean', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: F405,
    job: WRITE,
    expect: [done],
  }),
  usart('clean-with-reset', {
    symptom: 'Nothing goes wrong, and the tool resets the chip',
    source: 'the check before all others',
    board: { ...F405, boot0: 0, application: 'silent' },
    job: { ...WRITE, resets: true },
    expect: [done],
  }),
  dfu('clean-over-usb', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: F405,
    job: WRITE,
    expect: [done],
  }),
  dfu('clean-over-usb-without-verification', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: F405,
    job: { do: 'write' },
    expect: [done],
  }),
  dfu('clean-erase-over-usb', {
    symptom: 'Nothing goes wrong in a mass erase',
    source: 'the check before all others',
    board: { ...F405, quirks: { 'mass-erase-poll': false }, speed: 'instant' },
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  i2c('clean-over-i2c', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: { device: 'STM32F446RE' },
    job: WRITE,
    expect: [done],
  }),
  spi('clean-over-spi', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: { device: 'STM32F446RE' },
    job: WRITE,
    expect: [done],
  }),
  can('clean-over-can', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: F405,
    job: WRITE,
    expect: [done],
  }),
  fdcan('clean-over-fdcan', {
    symptom: 'Nothing goes wrong',
    source: 'the check before all others',
    board: { device: 'STM32H723ZG' },
    job: WRITE,
    expect: [done],
  }),
];

/** The jobs of those runs without verification, for a tool that has none. */
function asOffered(scenario: Scenario, tool: FoundTool): Scenario {
  if (scenario.job.do !== 'write+verify') return scenario;
  const verifies = tool.command(placeOf(scenario.job, scenario.transport, '/dev/null', '/tmp'));
  return verifies !== undefined ? scenario : { ...scenario, job: { ...scenario.job, do: 'write' } };
}

/** A tool with what it says in runs that go well, and the first of those runs that does not. */
export interface Calibrated {
  readonly tool: FoundTool;
  readonly failed?: Result;
}

/** Runs the tool where nothing goes wrong: one that fails there cannot be judged elsewhere. */
export async function calibrate(tool: FoundTool, signal?: AbortSignal): Promise<Calibrated> {
  const results: Result[] = [];
  const clean = CLEAN.filter(({ transport }) => tool.transports.includes(transport));
  for (const scenario of clean) {
    results.push(await runScenario(asOffered(scenario, tool), tool, signal));
  }
  const chatter = chatterOf(results.map(({ evidence }) => evidence?.output ?? '').join('\n'));
  const failed = results.find(({ verdict }) => verdict !== 'pass' && verdict !== 'unsupported');
  return { tool: { ...tool, chatter }, ...(failed === undefined ? {} : { failed }) };
}

/** Events of the chip that are told of a run that should have gone well. */
const SEEN = 8;

/** What happens to a chip because of a host. */
const OF_THE_HOST: ReadonlySet<string> = new Set([
  'rx',
  'tx',
  'setup',
  'answer',
  'command',
  'nack',
  'pin',
  'erase',
  'program',
  'lost',
]);

/** What was run, with which wiring, what the tool said and what the chip saw. */
export function whatHappened({ says, scenario, evidence }: Result): string {
  if (evidence === undefined) return says;
  const { command, wire, output, trace } = evidence;
  const seen = trace.filter(({ kind }) => OF_THE_HOST.has(kind));
  const said = output.trimEnd().split('\n').slice(-SEEN);
  return [
    `${says}\n  ${scenario.symptom}, over ${scenario.transport}: ${command.join(' ')}`,
    ...(wire === undefined
      ? []
      : [`  wiring: ${wire === 'none' ? 'DTR and RTS go nowhere' : wire}`]),
    '  it said:',
    ...said.map((line) => `    ${line}`),
    seen.length === 0 ? '  the chip saw nothing' : '  the chip saw, at the end:',
    ...seen.slice(-SEEN).map((event) => `    ${formatEvent(event)}`),
  ].join('\n');
}
