import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import * as fc from 'fast-check';
import { attempt, verdictOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { entrySetUp } from './entry.ts';
import type { Entry } from './entry.ts';
import type { Exchange } from './exchange.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { Protocol } from '../interfaces/protocol.ts';
import { protocolNamed, protocolOf } from '../interfaces/index.ts';
import { sectionOf } from './scenario.ts';
import { DESTROYS } from './destroys.ts';
import type { Scenario } from './scenario.ts';
import type { Destroys } from './destroys.ts';
import type { Script } from './script.ts';
import { NoJudgement } from './target.ts';
import type { ProtectionLevel, Target } from './target.ts';
import type { MemoryDiffers } from '../reports/memory.ts';
import { worst } from '../reports/verdict.ts';
import type { Finding, Strength, Verdict } from '../reports/verdict.ts';

/** A scenario in one entry state. */
export interface Case {
  readonly scenario: Scenario;
  readonly entry: Entry;
}

export interface RunOptions {
  readonly seed: number;
  /** Inputs tried for each case that has several. */
  readonly inputs: number;
  /** The first input that fails is the last: it is not made smaller. */
  readonly endOnFailure?: boolean;
  /** Path of fast-check to one input, as a failure prints it. */
  readonly path?: string;
  /** The most that may be spoilt; default `chip`. */
  readonly allow?: Destroys;
}

/** What a case came to, as the reports show it; fields are only added. */
export interface CaseResult {
  /** Its scenario: `usart/3.1/list`. */
  readonly id: string;
  /** The state in which the device was asked: `rdp-1`. */
  readonly entry: Entry;
  /** Section of the note, as the note numbers it. */
  readonly section: string;
  /** What the note asks of a device, in a sentence. */
  readonly requirement: string;
  /** Names of what it examines, for the table of what is covered. */
  readonly covers: readonly string[];
  /** Whether the note asks it, advises it, or it is only seen. */
  readonly strength: Strength;
  /** What of a board it costs. */
  readonly destroys: Destroys;
  /** The more severe one of `answered` and `left`. */
  readonly verdict: Verdict;
  /** What was answered. */
  readonly answered: Finding;
  /** What was left: memory and the place in the dialogue. */
  readonly left: Finding;
  /** The exchange that the verdict rests on. */
  readonly transcript: readonly Exchange[];
  /** Memory that was not left as it should be; undefined where it was, or cannot be looked into. */
  readonly memory?: MemoryDiffers;
  /** Seed from which its inputs were drawn. */
  readonly seed: number;
  /** Path of fast-check to the smallest input that failed. */
  readonly path?: string;
  /** Inputs tried. */
  readonly inputs: number;
  /** The device answered nothing any more, even after a restart. */
  readonly dead: boolean;
  /** Wall time, in ms. */
  readonly tookMs: number;
}

/** Every case of some scenarios, in their order. */
export function casesOf(scenarios: readonly Scenario[]): readonly Case[] {
  return scenarios.flatMap((scenario) => scenario.entries.map((entry) => ({ scenario, entry })));
}

/** Name of a case in reports and on the command line: `usart/3.1/list@rdp-1`. */
export function caseName({ id, entry }: { readonly id: string; readonly entry: string }): string {
  return `${id}@${entry}`;
}

/** The same of a case that is still to be run. */
export function nameOf({ scenario, entry }: Case): string {
  return caseName({ id: scenario.id, entry });
}

/** The case belongs to the protocol of an interface, by default of USART. */
export function isCaseOf({ scenario }: Case, name: InterfaceName = DEFAULT_INTERFACE): boolean {
  return protocolNamed(scenario.id)?.interface === name;
}

/**
 * Runs one case: its inputs until one fails, which is then made as small as it goes. `signal` breaks it off
 * behind the input that is being tried.
 * @throws the reason of the signal where it broke off what no failure had ended
 */
export async function runCase(
  target: Target,
  each: Case,
  options: RunOptions,
  signal?: AbortSignal,
): Promise<CaseResult> {
  const began = performance.now();
  const result = await judged(target, each, options, signal);
  return { ...result, tookMs: Math.round(performance.now() - began) };
}

async function judged(
  target: Target,
  { scenario, entry }: Case,
  options: RunOptions,
  signal: AbortSignal | undefined,
): Promise<Omit<CaseResult, 'tookMs'>> {
  const { id, requirement, covers, strength, destroys } = scenario;
  const base = {
    id,
    entry,
    section: sectionOf(id),
    requirement,
    covers,
    strength,
    destroys,
    seed: options.seed,
  };
  const obstacle = whyNot(target, { scenario, entry }, options.allow ?? 'chip');
  if (obstacle !== undefined) {
    const none = { verdict: obstacle.verdict, answered: obstacle, left: obstacle };
    return { ...base, ...none, transcript: [], inputs: 0, dead: false };
  }
  try {
    const tried = await tryInputs(target, scenario, entry, options, signal);
    const { answered, left, transcript, dead, memory } = tried.telling;
    const verdict = verdictOf(tried.telling);
    const more = {
      ...(tried.path === undefined ? {} : { path: tried.path }),
      ...(memory === undefined ? {} : { memory }),
    };
    return { ...base, verdict, answered, left, transcript, dead, inputs: tried.inputs, ...more };
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) throw error;
    const says = error instanceof Error ? error.message : String(error);
    const verdict = error instanceof NoJudgement ? error.verdict : 'error';
    const finding: Finding = { verdict, says };
    const dead = error instanceof NoJudgement && error.gone;
    return { ...base, verdict, answered: finding, left: finding, transcript: [], inputs: 0, dead };
  }
}

/** Why a case is not run: the policy forbids it, or the device does not have what it needs. */
export function whyNot(
  target: Target,
  { scenario, entry }: Case,
  allow: Destroys,
): Finding | undefined {
  const { part } = target;
  if (!isCaseOf({ scenario, entry }, part.interface)) {
    const { name } = protocolOf(part);
    return { verdict: 'unsupported', says: `the device is examined over ${name}` };
  }
  const missing = scenario.commands?.find((command) => part.commands?.includes(command) !== true);
  if (missing !== undefined) {
    return { verdict: 'unsupported', says: `the bootloader does not offer ${missing}` };
  }
  const said = scenario.unsupported?.(part);
  if (said !== undefined) return { verdict: 'unsupported', says: said };
  const setUp = entrySetUp(entry, part);
  if (setUp === undefined) {
    return { verdict: 'unsupported', says: `the part cannot be in the state '${entry}'` };
  }
  const spoilt =
    entry === 'aborted-write' && scenario.destroys === 'nothing' ? 'page' : scenario.destroys;
  const levels = levelsOf(scenario, entry, protocolOf(part));
  const refused = target.refuses?.({ ...setUp, ...scenario.setUp?.(part) }, spoilt, levels);
  if (refused !== undefined) return refused;
  if (DESTROYS.indexOf(spoilt) <= DESTROYS.indexOf(allow)) return undefined;
  return { verdict: 'skipped', says: `it may spoil ${spoilt}: allow that to run it` };
}

/** Levels of readout protection at which a case can be asked, and has the same answer. */
function levelsOf(
  { entries, protection }: Scenario,
  entry: Entry,
  { protectedStates }: Protocol,
): readonly ProtectionLevel[] {
  if (entry === 'rdp-1') return [1];
  const same = protection === 'any' || entries.includes('rdp-1');
  return same && protectedStates.includes(entry) ? [0, 1] : [0];
}

interface Tried {
  readonly telling: Attempt;
  readonly inputs: number;
  readonly path?: string;
}

async function tryInputs(
  target: Target,
  scenario: Scenario,
  entry: Entry,
  options: RunOptions,
  signal: AbortSignal | undefined,
): Promise<Tried> {
  const script = scenario.script(target.part);
  if ('steps' in script) {
    return { telling: await attempt(target, scenario, entry, script), inputs: 1 };
  }
  let telling: Attempt | undefined;
  let inputs = 0;
  let fault: unknown;
  const property = fc.asyncProperty(script, async (input) => {
    // where the suite itself failed nothing more is worth trying
    if (fault !== undefined || signal?.aborted === true) return true;
    const done = await attempt(target, scenario, entry, input).catch((error: unknown) => {
      fault = error ?? new Error('unreachable: nothing was thrown');
    });
    if (done === undefined) return false;
    inputs++;
    const verdict = verdictOf(done);
    // of a failure and its shrunk forms the last one counts, of milder findings the most severe
    if (verdict === 'fail' || telling === undefined || isWorse(verdict, verdictOf(telling))) {
      telling = done;
    }
    return verdict !== 'fail';
  });
  const details = await fc.check<[Script]>(property, {
    seed: options.seed,
    numRuns: options.inputs,
    ...(options.endOnFailure === true ? { endOnFailure: true } : {}),
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  if (fault !== undefined) throw fault;
  const smallest = details.counterexample?.[0];
  if (smallest === undefined && inputs < details.numRuns) signal?.throwIfAborted();
  if (smallest !== undefined && options.endOnFailure !== true)
    telling = await attempt(target, scenario, entry, smallest);
  const path = details.counterexamplePath;
  return { telling: telling!, inputs, ...(path === null ? {} : { path }) };
}

function isWorse(one: Verdict, other: Verdict): boolean {
  return one !== other && worst([one, other]) === one;
}
