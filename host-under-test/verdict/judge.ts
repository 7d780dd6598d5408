import { names } from './causes.ts';
import type { Evidence } from './evidence.ts';
import { describeDifference, difference, leftBy, type Asked } from './flash-left.ts';
import { DEFAULT_IMAGE, imageBytes } from '../image.ts';
import { whyNotMet } from './met.ts';
import type { FlashLeft, Outcome, Scenario } from '../scenario.ts';
import { isToolFinding, type ToolVerdict } from '../../conformance/reports/index.ts';

/** A verdict with the sentence that gives its reason. */
export interface Judgement {
  readonly verdict: ToolVerdict;
  readonly says: string;
}

/** What must be known of a tool to judge it. */
export interface ToolFacts {
  /** Exit codes that mean success; default 0 alone. */
  readonly success?: readonly number[];
  /** Exit code by which it says that it does not offer a job. */
  readonly notOffered?: number;
  /** What it says when all goes well, which names no cause; as `chatterOf` makes it. */
  readonly chatter?: ReadonlySet<string>;
}

/** The lines of an output, whatever figures are in them. */
export function chatterOf(output: string): ReadonlySet<string> {
  return new Set(output.split('\n').map(withoutFigures));
}

function withoutFigures(line: string): string {
  return line.replace(/0x[0-9a-f]+|\d+(\.\d+)?/gi, '#').trim();
}

/** Judges one run by the trace and the memory, never by the tool's word alone. */
export function judge(
  scenario: Scenario,
  asked: Asked,
  evidence: Evidence,
  tool: ToolFacts = {},
): Judgement {
  const { exitCode, tookMs } = evidence;
  const output = withoutChatter(evidence.output, tool.chatter);
  if (exitCode === undefined) {
    return { verdict: 'hang', says: `it had to be ended after ${seconds(tookMs)}` };
  }
  if (exitCode === tool.notOffered) {
    return { verdict: 'unsupported', says: 'the tool says that it does not offer this job' };
  }
  const success = tool.success ?? [0];
  const run = { scenario, asked, evidence, exitCode, output };
  const found = success.includes(exitCode) ? ofSuccess(run) : ofFailure(run);
  const missed = whyNotMet(scenario, evidence, success);
  if (missed === undefined || STANDS.has(found.verdict)) return found;
  if (!missed.strict && !isToolFinding(found.verdict)) return found;
  return {
    verdict: 'inconclusive',
    says: `${missed.says}: exit ${exitCode}${because(output)}`,
  };
}

/** What is found whether the tool met the trouble or not. */
const STANDS: ReadonlySet<ToolVerdict> = new Set(['silent-corruption', 'damage', 'unsupported']);

/** A run that has come to its end. */
interface Ended {
  readonly scenario: Scenario;
  readonly asked: Asked;
  readonly evidence: Evidence;
  readonly exitCode: number;
  /** Without what the tool says when all goes well. */
  readonly output: string;
}

function ofSuccess({ scenario, asked, evidence, exitCode, output }: Ended): Judgement {
  const exits = scenario.expect.filter(({ exit }) => exit === 'zero');
  const { fitting, padding, why } = fitsOf(exits, asked, evidence);
  const wrongFlash = exits.length === 0 ? asAskedWhy(asked, evidence) : why;
  if (fitting.length === 0 && wrongFlash !== undefined) {
    return { verdict: 'silent-corruption', says: `exit ${exitCode}, and ${wrongFlash}` };
  }
  if (asked.job.do === 'read' && exits.length > 0 && !readRight(asked, evidence)) {
    return { verdict: 'silent-corruption', says: `exit ${exitCode}, and the file read is wrong` };
  }
  if (exits.length === 0) {
    return {
      verdict: 'wrong-exit',
      says: `exit ${exitCode}, expected an exit code that says no${because(output)}`,
    };
  }
  const running = fitting.filter(({ runs }) => runs !== true || evidence.runs);
  if (running.length === 0) {
    return {
      verdict: 'wrong-exit',
      says: `exit ${exitCode}, and the application does not run${because(output)}`,
    };
  }
  return inDetail(running, output) ?? inOrder(scenario, evidence, padding);
}

function ofFailure(run: Ended): Judgement {
  const { scenario, asked, evidence, exitCode, output } = run;
  if (refusesDevice(scenario, asked, evidence, output)) {
    return { verdict: 'unsupported', says: 'the tool does not know this device' };
  }
  const exits = scenario.expect.filter(({ exit }) => exit === 'nonzero');
  const { fitting, padding } = fitsOf(exits, asked, evidence);
  if (fitting.length > 0) return inDetail(fitting, output) ?? inOrder(scenario, evidence, padding);
  const wanted = scenario.expect.filter(({ exit }) => exit === 'zero');
  const lies = wanted.length > 0 && isDone(wanted, asked, evidence);
  // who could not verify what is there says so, and may be right
  if (lies && (asked.job.do !== 'write+verify' || output.trim() === '')) {
    return {
      verdict: 'wrong-exit',
      says: `exit ${exitCode}, and all that was asked is done${because(output)}`,
    };
  }
  const left = lies ? 'the image is there' : gaveUpWith(wanted, asked, evidence);
  if (left !== undefined) {
    return {
      verdict: 'gave-up',
      says: `exit ${exitCode}, expected success; ${left}${because(output)}`,
    };
  }
  const why = flashWhy('same', asked, evidence)!;
  return { verdict: 'damage', says: `exit ${exitCode}, and ${why}${because(output)}` };
}

/** The outcomes that main flash fits; where none does to the byte, those that it fits but for padding. */
function fitsOf(
  exits: readonly Outcome[],
  asked: Asked,
  evidence: Evidence,
): { readonly fitting: readonly Outcome[]; readonly padding?: string; readonly why?: string } {
  const unlike = (outcome: Outcome, padded: boolean): string | undefined => {
    const found = outcome.flash.map((left) => flashWhy(left, asked, evidence, padded));
    return found.includes(undefined) ? undefined : found[0];
  };
  const [first] = exits;
  const why = first === undefined ? undefined : unlike(first, false);
  const strictly = exits.filter((outcome) => unlike(outcome, false) === undefined);
  if (strictly.length > 0 || why === undefined) return { fitting: strictly };
  return {
    fitting: exits.filter((outcome) => unlike(outcome, true) === undefined),
    padding: why,
    why,
  };
}

/** What a tool left that failed, and left no harm. */
function gaveUpWith(
  wanted: readonly Outcome[],
  asked: Asked,
  evidence: Evidence,
): string | undefined {
  if (flashWhy('same', asked, evidence) === undefined) return 'nothing is written';
  if (wanted.length === 0) return undefined;
  const some = (['partial', 'erased'] as const).some(
    (left) => flashWhy(left, asked, evidence, true) === undefined,
  );
  return some ? 'the work is not finished' : undefined;
}

/** All that the job asked for is so in the chip, whatever the tool says. */
function isDone(wanted: readonly Outcome[], asked: Asked, evidence: Evidence): boolean {
  switch (asked.job.do) {
    case 'detect':
      return false; // of which the chip keeps nothing
    case 'read':
      return readRight(asked, evidence);
    case 'go':
      return evidence.runs;
    case 'write-options':
      return optionsWritten(asked, evidence);
    case 'write':
    case 'write+verify':
    case 'erase':
    case 'unprotect':
      return (
        asAskedWhy(asked, evidence) === undefined &&
        (evidence.runs || wanted.some(({ runs }) => runs !== true))
      );
  }
}

function optionsWritten({ job, address }: Asked, { trace }: Evidence): boolean {
  const wanted = imageBytes(job.image ?? DEFAULT_IMAGE, address);
  const last = trace.findLast((event) => event.kind === 'options');
  if (last?.kind !== 'options') return false;
  const from = address - last.area;
  return Buffer.compare(last.bytes.subarray(from, from + wanted.length), wanted) === 0;
}

/** The message must name one of the causes of an outcome that fits otherwise. */
function inDetail(matching: readonly Outcome[], output: string): Judgement | undefined {
  const named = matching.find(({ causes }) => causes?.some((each) => names(each, output)) ?? true);
  if (named === undefined) {
    const causes = [...new Set(matching.flatMap((outcome) => outcome.causes ?? []))];
    return {
      verdict: 'cause-not-named',
      says: `nothing is said of ${causes.join(' or ')}${because(output)}`,
    };
  }
  return named.nonStrict === undefined
    ? undefined
    : { verdict: 'non-strict', says: named.nonStrict };
}

/** What else must be in order after a run that ended as it may. */
function inOrder(scenario: Scenario, evidence: Evidence, padding?: string): Judgement {
  const { pins, tookMs, chipMs, leftBehind } = evidence;
  if (padding !== undefined) {
    return { verdict: 'non-strict', says: `it pads the image: ${padding}` };
  }
  if (leftBehind > 0) {
    return {
      verdict: 'non-strict',
      says: `it left ${leftBehind === 1 ? 'a process' : `${leftBehind} processes`} behind`,
    };
  }
  if (scenario.linesReleased === true) {
    const held = [
      ...(pins.NRST === 0 ? ['NRST'] : []),
      ...(pins.BOOT0 === pins.idleBOOT0 ? [] : ['BOOT0']),
    ];
    if (held.length > 0) {
      return { verdict: 'non-strict', says: `${held.join(' and ')} not let go at the end` };
    }
  }
  if (scenario.soonMs !== undefined && chipMs > scenario.soonMs) {
    const most = seconds(scenario.soonMs);
    return {
      verdict: 'non-strict',
      says: `took ${seconds(chipMs)} from the first octet to the last, ${most} is enough`,
    };
  }
  return { verdict: 'pass', says: `exit ${evidence.exitCode} after ${seconds(tookMs)}` };
}

function flashWhy(
  left: FlashLeft,
  asked: Asked,
  { before, after, other }: Evidence,
  padded = false,
): string | undefined {
  const wrong = other && difference('same', asked, other.before, other.after);
  if (wrong !== undefined)
    return `flash of the other board differs at ${describeDifference(wrong)}`;
  const found = difference(left, asked, before, after, padded);
  return found && `flash differs at ${describeDifference(found)}`;
}

/** Why main flash is not as the job wants it, whatever the scenario accepts. */
function asAskedWhy(asked: Asked, evidence: Evidence): string | undefined {
  return flashWhy(leftBy(asked.job), asked, evidence);
}

function readRight({ address, job }: Asked, { readBack, before }: Evidence): boolean {
  const from = address - before.start;
  const wanted = before.bytes.subarray(from, from + (job.length ?? 0));
  return readBack !== undefined && Buffer.compare(readBack, wanted) === 0;
}

/** A tool that does not know the chip is not blamed in a scenario about something else. */
function refusesDevice(
  scenario: Scenario,
  asked: Asked,
  evidence: Evidence,
  output: string,
): boolean {
  const expected = scenario.expect.flatMap(({ causes }) => causes ?? []);
  return (
    !expected.includes('unknown-device') &&
    !expected.some((cause) => names(cause, output)) &&
    names('unknown-device', output) &&
    difference('same', asked, evidence.before, evidence.after) === undefined
  );
}

/** What is said beyond what the tool says when all goes well. */
function withoutChatter(output: string, chatter: ReadonlySet<string> = new Set()): string {
  return output
    .split('\n')
    .filter((line) => !chatter.has(withoutFigures(line)))
    .join('\n');
}

/** The tool's own last words. */
function because(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? '; it says nothing' : `; it says “${lines.at(-1)!.slice(0, 120)}”`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
