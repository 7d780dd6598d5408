import { readFile, writeFile } from 'node:fs/promises';
import {
  flashFaultText,
  openPreload,
  temporaryFolder,
  type TraceEvent,
} from '../emulator/index.ts';
import { makeBoard, pictureOf } from './bench-board.ts';
import { besideOf } from './beside.ts';
import type { Evidence } from './verdict/evidence.ts';
import type { ScenarioFault } from './faults/faults.ts';
import type { FlashPicture } from './flash-picture.ts';
import { DEFAULT_IMAGE, imageFile } from './image.ts';
import { judge, type Judgement } from './verdict/judge.ts';
import { lintCan } from './lint/can.ts';
import { lintDfu } from './lint/dfu.ts';
import { lintI2c } from './lint/i2c.ts';
import { lint, unerasedWrites } from './lint/lint.ts';
import type { LintFinding } from './lint/finding.ts';
import { askedOf, environment, jobText, placeOf, type Place } from './place.ts';
import { openPort } from './ports/open-port.ts';
import type { PortOptions } from './ports/open-port.ts';
import type { FirstRun, Job, JobName, Scenario } from './scenario.ts';
import { startInTerminal, type TerminalResult } from './tools/terminal.ts';
import type { FoundTool } from './tools/find.ts';
import { USUAL_WIRE, wrongly } from './wiring.ts';

/** One scenario with one tool. */
export interface Result extends Judgement {
  readonly scenario: Scenario;
  /** What the tool did that the note of the protocol forbids. */
  readonly lint: readonly LintFinding[];
  /** Undefined where the tool was not run. */
  readonly evidence?: Evidence;
  /** Replies of the device and operations of its flash: the steps at which faults can strike. */
  readonly steps: { readonly replies: number; readonly operations: number };
}

/** Runs a tool through a scenario on a fresh board and judges what it did. */
export async function runScenario(
  scenario: Scenario,
  tool: FoundTool,
  signal?: AbortSignal,
): Promise<Result> {
  using temporary = await temporaryFolder('vstm32-judge-');
  const folder = temporary.path;
  const why = whyNot(scenario, tool, folder);
  if (why === undefined) return await runIn(folder, scenario, tool, signal);
  const steps = { replies: 0, operations: 0 };
  return { scenario, verdict: 'unsupported', says: why, lint: [], steps };
}

/** Jobs behind which a tool may start the application. */
const WRITES: ReadonlySet<JobName> = new Set(['write', 'write+verify', 'write-options']);

/** Why there is nothing to run: the tool does not offer what the scenario asks for. */
function whyNot(scenario: Scenario, tool: FoundTool, folder: string): string | undefined {
  const { transport, first } = scenario;
  if (!tool.transports.includes(transport)) return `the tool does not speak ${transport}`;
  const missing = jobsOf(scenario).find(
    (job) => tool.command(placeOf(job, transport, '/dev/null', folder)) === undefined,
  );
  if (missing !== undefined) return `the tool does not offer ${jobText(missing)}`;
  const format = jobsOf(scenario).find((job) => !takes(tool, job))?.image?.format;
  if (format !== undefined) return `the tool does not take ${format} files`;
  const writes = first?.interrupt === undefined && first !== undefined && WRITES.has(first.job.do);
  return writes && tool.starts === true && scenario.faults === undefined
    ? 'the tool starts the application by itself: no second run finds the bootloader'
    : undefined;
}

/** A format that the job does not name is the tool's own choice. */
function takes({ formats }: FoundTool, { image }: Job): boolean {
  return image?.format === undefined || formats === undefined || formats.includes(image.format);
}

/** The job with the image in a format that the tool takes. */
function inFormat({ formats }: FoundTool, job: Job): Job {
  const [first] = formats ?? [];
  if (first === undefined || first === 'bin' || job.image?.format !== undefined) return job;
  return { ...job, image: { ...(job.image ?? DEFAULT_IMAGE), format: first } };
}

function jobsOf({ first, job }: Scenario): readonly Job[] {
  return first === undefined ? [job] : [first.job, job];
}

async function runIn(
  folder: string,
  scenario: Scenario,
  tool: FoundTool,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { transport, board: setUp, faults = [] } = scenario;
  const trace: TraceEvent[] = [];
  const struck = new Set<ScenarioFault>();
  const onStrike = (fault: ScenarioFault): void => void struck.add(fault);
  const board = makeBoard(scenario, (event) => trace.push(event), undefined, onStrike);
  const idleBOOT0 = board.pinLevel('BOOT0');
  const wire = jobsOf(scenario).some((job) => job.resets)
    ? wrongly(setUp.wiring, tool.wire ?? USUAL_WIRE)
    : 'none';
  let onAnswer: PortOptions['onAnswer'] = () => {};
  await using port = await openPort(transport, board, {
    setUp,
    wire,
    faults,
    onAnswer: (step, nth) => onAnswer(step, nth),
    onStrike,
  });
  await using beside = besideOf(scenario, board, port);
  await using preload = await openPreload(setUp.plainTerminal === true ? [] : beside.ports);

  const start = async (asked: Job, first?: FirstRun): Promise<Ran> => {
    const job = inFormat(tool, asked);
    let interrupted = false;
    const place = placeOf(job, transport, beside.path, folder, beside.names);
    if (job.do !== 'read') {
      await writeFile(place.file, imageFile(job.image ?? DEFAULT_IMAGE, place.address));
    }
    signal?.throwIfAborted();
    const command = tool.command(place)!;
    const running = startInTerminal(tool.files.get(command[0]!)!, command.slice(1), {
      cwd: folder,
      env: { ...process.env, ...preload.env, ...environment(place) },
      limitMs: scenario.limitMs,
      signal,
    });
    onAnswer = (step, nth) => {
      const { interrupt } = first ?? {};
      if (interrupt?.step !== step || interrupt.nth !== nth) return;
      interrupted = true;
      running.interrupt();
    };
    const ended = await running.ended;
    signal?.throwIfAborted(); // what was cut short is not judged
    return { command, place, interrupted, ...ended };
  };

  let first: Evidence['first'];
  if (scenario.first !== undefined) {
    const { exitCode, interrupted } = await start(scenario.first.job, scenario.first);
    first = { exitCode, interrupted, started: board.state === 'application' };
    if (scenario.first.powerCycle === true) {
      board.power(false);
      board.power(true);
      board.run();
    }
    trace.push({ time: board.clock.now, kind: 'note', text: 'second run' });
  }
  const before = pictureOf(board);
  const from = trace.length;
  const otherBefore = beside.picture();
  const ran = await start(scenario.job);
  board.run(); // what the chip has begun it ends, whether the tool waits or not
  const otherAfter = beside.picture();
  for (const fault of faults) if (hasStruck(fault, trace)) struck.add(fault);
  const evidence: Evidence = {
    command: ran.command,
    ...(transport === 'USART' ? { wire } : {}),
    exitCode: ran.exitCode,
    output: ran.output,
    tookMs: ran.tookMs,
    chipMs: chipMs(trace.slice(from)),
    leftBehind: ran.leftBehind,
    trace,
    before,
    after: pictureOf(board),
    ...(otherBefore && otherAfter && { other: { before: otherBefore, after: otherAfter } }),
    pins: { NRST: board.pinLevel('NRST'), BOOT0: board.pinLevel('BOOT0'), idleBOOT0 },
    runs: board.state === 'application',
    struck,
    ...(first === undefined ? {} : { first }),
    ...(await readBack(scenario.job, ran.place.file)),
  };
  return {
    scenario,
    ...judge(scenario, askedOf(scenario.job), evidence, tool),
    lint: lintOf(scenario, trace.slice(from), before),
    evidence,
    steps: {
      replies: trace.filter(({ kind }) => kind === 'tx' || kind === 'setup').length,
      operations: board.operations,
    },
  };
}

/** What the note of the protocol forbids a host; with a run before it, over some, nobody knows what the chip waits for. */
function lintOf(
  { transport, board, first }: Scenario,
  trace: readonly TraceEvent[],
  before: FlashPicture,
): readonly LintFinding[] {
  switch (transport) {
    case 'USART':
      return lint(trace, before);
    case 'DFU':
      return lintDfu(trace, before, { realTime: board.speed !== 'instant' });
    case 'I2C':
      return first === undefined ? lintI2c(trace, before) : [];
    case 'CAN':
    case 'FDCAN':
      return first === undefined ? lintCan(trace, before) : [];
    case 'SPI':
      return unerasedWrites(trace, before);
  }
}

interface Ran extends TerminalResult {
  readonly command: readonly string[];
  readonly place: Place;
  /** By Ctrl-C. */
  readonly interrupted: boolean;
}

/** Of faults in flash the emulator itself tells. */
function hasStruck(fault: ScenarioFault, trace: readonly TraceEvent[]): boolean {
  if (fault.at !== 'flash') return false;
  const text = flashFaultText(fault);
  return trace.some((event) => event.kind === 'fault' && event.fault === text);
}

const OCTETS: ReadonlySet<TraceEvent['kind']> = new Set(['rx', 'tx', 'setup', 'answer']);

/** ms of the chip's time from the first octet to the last. */
function chipMs(trace: readonly TraceEvent[]): number {
  const times = trace.filter(({ kind }) => OCTETS.has(kind)).map(({ time }) => time);
  return times.length === 0 ? 0 : (times.at(-1)! - times[0]!) / 1000;
}

async function readBack(job: Job, file: string): Promise<{ readBack?: Uint8Array }> {
  if (job.do !== 'read') return {};
  try {
    return { readBack: await readFile(file) };
  } catch {
    return {}; // the tool has made none
  }
}
