import { entrySetUp } from './entry.ts';
import type { Entry } from './entry.ts';
import { exchange, unasked } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { WrongPlace, WrongReply } from './deviation.ts';
import { excused } from './excuses.ts';
import { judgeMemory } from './memory-left.ts';
import type { MemoryJudged } from './memory-left.ts';
import type { Protocol } from '../interfaces/protocol.ts';
import { protocolOf } from '../interfaces/index.ts';
import type { Scenario } from './scenario.ts';
import type { Ends, Script, Step } from './script.ts';
import type { Channel, SetUp, Target } from './target.ts';
import type { MemoryDiffers } from '../reports/memory.ts';
import { MISMATCH, worst } from '../reports/verdict.ts';
import type { Finding, Verdict } from '../reports/verdict.ts';

/** What one script came to on a device in one state. */
export interface Attempt {
  readonly answered: Finding;
  readonly left: Finding;
  readonly transcript: readonly Exchange[];
  /** The device answered nothing even after a restart. */
  readonly dead: boolean;
  /** Memory that is not as it should be. */
  readonly memory?: MemoryDiffers;
}

/** The more severe of what was answered and what was left. */
export function verdictOf({ answered, left }: Pick<Attempt, 'answered' | 'left'>): Verdict {
  return left.verdict === 'unsupported' || left.verdict === 'skipped'
    ? answered.verdict
    : worst([answered.verdict, left.verdict]);
}

/** A step is sent so often to a device that says it is not done yet. */
const MOST_TIMES = 100;

const PASS: Finding = { verdict: 'pass', says: 'as required' };

/** Brings the device into the state, plays the script and looks at what it left. */
export async function attempt(
  target: Target,
  scenario: Pick<Scenario, 'setUp' | 'strength' | 'known'>,
  entry: Entry,
  script: Script,
): Promise<Attempt> {
  const setUp = merged(scenario.setUp?.(target.part) ?? {}, entrySetUp(entry, target.part) ?? {});
  const protocol = protocolOf(target.part);
  let channel = await target.boot(setUp, script);
  const alive = await wakeAndProbe(protocol, channel, target);
  if (alive.length === 0) return lost('it does not answer before the case', [], true);
  const steps = protocol.entrySteps(entry, target.part) ?? [];
  if (entry === 'reset' || steps.length > protocol.connect(target.part).length) {
    channel = await target.boot(setUp, script);
    const { refused } = await playSteps(channel, target, steps);
    if (refused !== undefined) {
      const { name, sent, got } = refused;
      const says = `it could not be brought into the state '${entry}': ${name} was answered ${protocol.words.answer(sent, got)}`;
      return lost(says, [], false);
    }
  }
  const { answered, transcript, reply } = await play(channel, target, script, scenario.strength);
  const judge = (): MemoryJudged => judgeMemory(target, script, scenario.strength, setUp);
  const seen = target.recall === undefined ? judge() : undefined; // a restart may lose RAM
  const ends = script.ends ?? 'command';
  const { found, dead, place } = await probeAfter(channel, target, ends, alive, scenario.strength);
  if (!dead) await target.recall?.(script);
  const memory = seen ?? (dead ? { finding: PASS } : judge());
  const judged = excused(
    { answered, memory: memory.finding, place: found },
    {
      part: target.part,
      alive,
      ends,
      changes: memory.changes ?? [],
      ...(target.look && { look: (...where) => target.look!(...where) }),
      ...(reply && { reply }),
      ...(memory.wrong && { memory: memory.wrong }),
      ...(place && { place }),
    },
    scenario.known,
  );
  const left = mostSevere(judged.memory, judged.place);
  const shown = memory.shown === undefined ? {} : { memory: memory.shown };
  return { answered: judged.answered, left, transcript, dead, ...shown };
}

async function play(
  opened: Channel,
  target: Target,
  script: Script,
  strength: Scenario['strength'],
): Promise<{ answered: Finding; transcript: readonly Exchange[]; reply?: WrongReply }> {
  const { channel, transcript, findings, refused } = await playSteps(opened, target, script.steps);
  if (script.steps.some(({ parity }) => parity !== undefined)) await channel.setParity?.('even');
  const { words } = protocolOf(target.part);
  if (refused !== undefined) {
    const { name, sent, got, step, unasked: early } = refused;
    const wanted = step.replies.map(({ bytes }) => words.answer(sent, bytes)).join(' or ');
    const says = early
      ? `before ${name} it sent ${words.answer([], got)} that nothing asked for`
      : `${name} was answered ${words.answer(sent, got)}, not ${wanted}`;
    return { answered: { verdict: MISMATCH[strength], says }, transcript, reply: refused };
  }
  const answered = findings.reduce(mostSevere, PASS);
  const more = await unasked(channel, target.quietMs);
  if (more.length === 0) return { answered, transcript };
  const says = `it sent ${words.answer([], more)} that nothing asked for`;
  const afterwards = { name: 'afterwards', sent: [], got: more, accepted: ['silence'] };
  return {
    answered: { verdict: MISMATCH[strength], says },
    transcript: [...transcript, afterwards],
  };
}

interface Played {
  /** The channel behind the last restart. */
  readonly channel: Channel;
  readonly transcript: readonly Exchange[];
  /** What acceptable replies came to that were not simply right. */
  readonly findings: readonly Finding[];
  /** The step that was not answered acceptably, if any; none was sent behind it. */
  readonly refused?: WrongReply;
}

/** Plays steps until one is not answered acceptably. */
async function playSteps(opened: Channel, target: Target, all: readonly Step[]): Promise<Played> {
  let channel = opened;
  const transcript: Exchange[] = [];
  const findings: Finding[] = [];
  let steps = all;
  let times = 1;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!;
    if (step.restart) channel = await target.restart();
    else if (step.afterReset) await target.awaitStart();
    const state = target.state?.();
    const done = await exchange(channel, target, step);
    transcript.push(state === undefined ? done : { ...done, state });
    const { reply } = done;
    if (reply === undefined || (reply.again === true && times === MOST_TIMES)) {
      return { channel, transcript, findings, refused: { ...done, step } };
    }
    if (reply.verdict !== undefined) {
      findings.push({ verdict: reply.verdict, says: reply.says ?? step.name });
    }
    times = reply.again === true ? times + 1 : 1;
    if (reply.again === true) at--;
    if (reply.goOn !== undefined) {
      steps = reply.goOn;
      at = -1;
    }
  }
  return { channel, transcript, findings };
}

/** Asks whether the dialogue is where the script leaves it; one that no longer answers is restarted. */
async function probeAfter(
  channel: Channel,
  target: Target,
  ends: Ends,
  alive: readonly number[],
  strength: Scenario['strength'],
): Promise<{ found: Finding; dead: boolean; place?: WrongPlace }> {
  const protocol = protocolOf(target.part);
  if (ends !== 'command' && ends !== 'reset') {
    const again = await wakeAndProbe(protocol, await target.restart(), target);
    const dead = again.length === 0;
    return { found: dead ? silent('after a restart') : PASS, dead };
  }
  if (ends === 'reset') await target.awaitStart();
  const now =
    ends === 'reset'
      ? await wakeAndProbe(protocol, channel, target)
      : await protocol.probe(channel, target);
  if (now.join() === alive.join()) return { found: PASS, dead: false };
  const again = await wakeAndProbe(protocol, await target.restart(), target);
  const dead = again.length === 0;
  const place = { ends, now };
  if (now.length === 0) return { found: silent('after the case'), dead, place };
  const [found, wanted] = [protocol.probeWords(now), protocol.probeWords(alive)];
  const says = `afterwards ${protocol.probeName} was answered ${found}, not ${wanted}: it is out of step`;
  return { found: { verdict: MISMATCH[strength], says }, dead, place };
}

async function wakeAndProbe(
  protocol: Protocol,
  channel: Channel,
  target: Target,
): Promise<readonly number[]> {
  await protocol.wake(channel, target);
  return protocol.probe(channel, target);
}

function merged(one: SetUp, other: SetUp): SetUp {
  const options = { ...one.options, ...other.options };
  return { ...one, ...other, ...(Object.keys(options).length === 0 ? {} : { options }) };
}

function lost(says: string, transcript: readonly Exchange[], dead: boolean): Attempt {
  return {
    answered: { verdict: 'inconclusive', says },
    left: { verdict: 'inconclusive', says },
    transcript,
    dead,
  };
}

function silent(when: string): Finding {
  return { verdict: 'inconclusive', says: `it no longer answers ${when}` };
}

function mostSevere(one: Finding, other: Finding): Finding {
  return worst([one.verdict, other.verdict]) === one.verdict ? one : other;
}
