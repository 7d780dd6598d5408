import { names } from './causes.ts';
import type { Evidence } from './evidence.ts';
import { describeDifference, difference, type Asked } from './flash-left.ts';
import type { Outcome, Scenario } from './scenario.ts';
import type { Verdict } from './verdict.ts';

/** A verdict with the sentence that gives its reason. */
export interface Judgement {
  readonly verdict: Verdict;
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
  const succeeded = (tool.success ?? [0]).includes(exitCode);
  const exits = scenario.expect.filter(({ exit }) => (exit === 'zero') === succeeded);
  const fits = exits.map((outcome) => ({ outcome, why: flashWhy(outcome, asked, evidence) }));
  const wrongFlash =
    fits[0]?.why ?? (exits.length === 0 ? sureFlashWhy(asked, evidence) : undefined);
  const matching = fits.filter(({ why }) => why === undefined).map(({ outcome }) => outcome);

  if (succeeded) {
    if (matching.length === 0 && wrongFlash !== undefined) {
      return { verdict: 'silent-corruption', says: `exit ${exitCode}, and ${wrongFlash}` };
    }
    if (asked.job.do === 'read' && exits.length > 0 && !readRight(asked, evidence)) {
      return { verdict: 'silent-corruption', says: `exit ${exitCode}, and the file read is wrong` };
    }
  } else if (refusesDevice(scenario, asked, evidence, output)) {
    return { verdict: 'unsupported', says: 'the tool does not know this device' };
  }
  if (exits.length === 0) {
    const wanted = succeeded ? 'an exit code that says no' : 'success';
    return {
      verdict: 'wrong-exit',
      says: `exit ${exitCode}, expected ${wanted}${because(output)}`,
    };
  }
  const running = matching.filter(({ runs }) => runs !== true || evidence.runs);
  if (matching.length > 0 && running.length === 0) {
    return {
      verdict: 'wrong-exit',
      says: `exit ${exitCode}, and the application does not run${because(output)}`,
    };
  }
  if (matching.length === 0) {
    return { verdict: 'non-strict', says: `it failed as it may, but ${wrongFlash}` };
  }
  return inDetail(running, output) ?? inOrder(scenario, evidence);
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
function inOrder(scenario: Scenario, evidence: Evidence): Judgement {
  const { pins, tookMs, leftBehind } = evidence;
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
  if (scenario.soonMs !== undefined && tookMs > scenario.soonMs) {
    const most = seconds(scenario.soonMs);
    return { verdict: 'non-strict', says: `took ${seconds(tookMs)}, ${most} is enough` };
  }
  return { verdict: 'pass', says: `exit ${evidence.exitCode} after ${seconds(tookMs)}` };
}

function flashWhy(outcome: Outcome, asked: Asked, evidence: Evidence): string | undefined {
  const { before, after, other } = evidence;
  const wrong = other && difference('same', asked, other.before, other.after);
  if (wrong !== undefined)
    return `flash of the other board differs at ${describeDifference(wrong)}`;
  const found = outcome.flash.map((left) => difference(left, asked, before, after));
  const fits = found.some((each) => each === undefined);
  return fits ? undefined : `flash differs at ${describeDifference(found[0]!)}`;
}

/** What success would mean for flash, where the scenario does not allow success at all. */
function sureFlashWhy(asked: Asked, evidence: Evidence): string | undefined {
  const left = {
    detect: 'same',
    'write+verify': 'image',
    write: 'image',
    read: 'same',
    erase: asked.job.pages === undefined ? 'erased' : 'pages',
    unprotect: 'erased',
    'write-options': 'same',
    go: 'same',
  } as const;
  const outcome: Outcome = { exit: 'zero', flash: [left[asked.job.do]] };
  return flashWhy(outcome, asked, evidence);
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
