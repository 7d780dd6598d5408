import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TraceEvent } from '../emulator/index.ts';
import { makeBoard, pictureOf } from './bench-board.ts';
import type { Evidence } from './evidence.ts';
import type { Asked } from './flash-left.ts';
import { FLASH_START } from './flash-picture.ts';
import { DEFAULT_IMAGE, imageBytes, imageFile } from './image.ts';
import { judge, type Judgement } from './judge.ts';
import { lint, type LintFinding } from './lint.ts';
import type { FirstRun, Job, Scenario } from './scenario.ts';
import { openSerialPort } from './serial-port.ts';
import { startInTerminal, type TerminalResult } from './terminal.ts';
import type { FoundTool } from './tools/find.ts';
import type { Place } from './tools/host-tool.ts';

/** One scenario with one tool. */
export interface Result extends Judgement {
  readonly scenario: Scenario;
  /** What the tool did that AN3155 forbids. */
  readonly lint: readonly LintFinding[];
  /** Undefined where the tool was not run. */
  readonly evidence?: Evidence;
  /** Replies of the device and operations of its flash: the steps at which faults can strike. */
  readonly steps: { readonly replies: number; readonly operations: number };
}

const NO_STEPS = { replies: 0, operations: 0 };

/** Runs a tool through a scenario on a fresh board and judges what it did. */
export async function runScenario(
  scenario: Scenario,
  tool: FoundTool,
  signal?: AbortSignal,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-judge-'));
  try {
    return await runIn(folder, scenario, tool, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(
  folder: string,
  scenario: Scenario,
  tool: FoundTool,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const unsupported = (says: string): Result => {
    return { scenario, verdict: 'unsupported', says, lint: [], steps: NO_STEPS };
  };
  const asked = askedOf(scenario.job);
  const jobs = [...(scenario.first === undefined ? [] : [scenario.first.job]), scenario.job];
  for (const job of jobs) {
    if (tool.command(placeOf(job, '/dev/null', folder)) === undefined) {
      return unsupported(`the tool does not offer ${jobText(job)}`);
    }
  }

  const trace: TraceEvent[] = [];
  const { board, wireFaults } = makeBoard(scenario, (event) => trace.push(event));
  const idleBOOT0 = board.pinLevel('BOOT0');
  const usual = jobs.some((job) => job.resets) ? 'dtr=nrst,rts=boot0' : 'none';
  let onPacket = (_step: string, _nth: number): void => {};
  await using port = await openSerialPort(board, {
    wire: scenario.board.wire ?? usual,
    plain: scenario.board.plainTerminal ?? false,
    faults: wireFaults,
    onPacket: (step, nth) => onPacket(step, nth),
  });

  const start = async (job: Job, first?: FirstRun): Promise<Ran> => {
    const place = placeOf(job, port.path, folder);
    if (job.do !== 'read') {
      await writeFile(place.file, imageFile(job.image ?? DEFAULT_IMAGE, place.address));
    }
    const command = tool.command(place)!;
    const running = startInTerminal(tool.files.get(command[0]!)!, command.slice(1), {
      cwd: folder,
      env: { ...process.env, ...port.env, ...environment(place) },
      limitMs: scenario.limitMs,
      signal,
    });
    onPacket = (step, nth) => {
      const { interrupt } = first ?? {};
      if (interrupt?.step === step && interrupt.nth === nth) running.interrupt();
    };
    const ended = await running.ended;
    signal?.throwIfAborted(); // what was cut short is not judged
    return { command, place, ...ended };
  };

  if (scenario.first !== undefined) {
    await start(scenario.first.job, scenario.first);
    if (scenario.first.powerCycle === true) {
      board.power(false);
      board.power(true);
      board.run();
    }
    trace.push({ time: board.clock.now, kind: 'note', text: 'second run' });
  }
  const before = pictureOf(board);
  const from = trace.length;
  const ran = await start(scenario.job);
  const evidence: Evidence = {
    command: ran.command,
    exitCode: ran.exitCode,
    output: ran.output,
    tookMs: ran.tookMs,
    leftBehind: ran.leftBehind,
    trace,
    before,
    after: pictureOf(board),
    pins: { NRST: board.pinLevel('NRST'), BOOT0: board.pinLevel('BOOT0'), idleBOOT0 },
    runs: board.state === 'application',
    ...(await readBack(scenario.job, ran.place.file)),
  };
  return {
    scenario,
    ...judge(scenario, asked, evidence, tool),
    lint: lint(trace.slice(from), before),
    evidence,
    steps: {
      replies: trace.filter((event) => event.kind === 'tx').length,
      operations: board.operations,
    },
  };
}

interface Ran extends TerminalResult {
  readonly command: readonly string[];
  readonly place: Place;
}

/** What the job asks of main flash. */
export function askedOf(job: Job): Asked {
  const address = job.address ?? FLASH_START;
  const writes = job.do === 'write' || job.do === 'write+verify';
  const image = writes ? imageBytes(job.image ?? DEFAULT_IMAGE, address) : new Uint8Array();
  return { job, address, image };
}

export function placeOf(job: Job, port: string, folder: string): Place {
  const image = job.image ?? DEFAULT_IMAGE;
  const name = job.do === 'read' ? 'read.bin' : `image.${image.format ?? 'bin'}`;
  return {
    port,
    file: join(folder, name),
    address: job.address ?? FLASH_START,
    length: job.length ?? image.length,
    elsewhere: job.address !== undefined,
    job,
    jobName: job.do,
  };
}

/** The same values as in the command line, for tools that read their environment. */
export function environment(place: Place): Record<string, string> {
  const { job } = place;
  return {
    VSTM32_JOB: place.jobName,
    VSTM32_PORT: place.port,
    VSTM32_IMAGE: place.file,
    VSTM32_ADDRESS: `0x${place.address.toString(16).padStart(8, '0')}`,
    VSTM32_LENGTH: String(place.length),
    VSTM32_BAUD: job.baud === undefined ? '' : String(job.baud),
    VSTM32_RESETS: job.resets === true ? '1' : '',
    VSTM32_FIRST_PAGE: job.pages === undefined ? '' : String(job.pages.first),
    VSTM32_PAGE_COUNT: job.pages === undefined ? '' : String(job.pages.count),
  };
}

async function readBack(job: Job, file: string): Promise<{ readBack?: Uint8Array }> {
  if (job.do !== 'read') return {};
  try {
    return { readBack: await readFile(file) };
  } catch {
    return {}; // the tool has made none
  }
}

/** What is asked of the tool, as a person would say it. */
export function jobText(job: Job): string {
  return [
    job.do,
    ...(job.pages === undefined ? [] : ['of single pages']),
    ...(job.parity === undefined ? [] : ['without parity']),
    ...(job.baud === undefined ? [] : [`at ${job.baud} baud`]),
    ...(job.resets === true ? ['with a reset by DTR and RTS'] : []),
  ].join(' ');
}
