import { entrySetUp, entrySteps } from './entry.ts';
import type { Entry } from './entry.ts';
import { exchange, hear, unasked } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { text } from './hex.ts';
import { syncBytes } from './host/usart.ts';
import { judgeMemory } from './memory-left.ts';
import type { Scenario } from './scenario.ts';
import type { Script, Step } from './script.ts';
import type { Channel, SetUp, Target } from './target.ts';
import { MISMATCH, worst } from './verdict.ts';
import type { Finding, Verdict } from './verdict.ts';

/** What one script came to on a device in one state. */
export interface Attempt {
  readonly answered: Finding;
  readonly left: Finding;
  readonly transcript: readonly Exchange[];
  /** The device answered nothing even after a restart. */
  readonly dead: boolean;
}

/** The more severe of what was answered and what was left. */
export function verdictOf({ answered, left }: Pick<Attempt, 'answered' | 'left'>): Verdict {
  return left.verdict === 'unsupported' || left.verdict === 'skipped'
    ? answered.verdict
    : worst([answered.verdict, left.verdict]);
}

/** Bytes that ask whether the device is alive and in step: Get ID, which it answers in every state. */
const PROBE = Uint8Array.of(0x02, 0xfd);

const PASS: Finding = { verdict: 'pass', says: 'as required' };

/** Brings the device into the state, plays the script and looks at what it left. */
export async function attempt(
  target: Target,
  scenario: Pick<Scenario, 'setUp' | 'strength'>,
  entry: Entry,
  script: Script,
): Promise<Attempt> {
  const setUp = merged(scenario.setUp?.(target.part) ?? {}, entrySetUp(entry, target.part) ?? {});
  let channel = await target.boot(setUp);
  const alive = await syncAndProbe(channel, target);
  if (alive.length === 0) return lost('it does not answer before the case', [], true);
  if (entry === 'reset' || entrySteps(entry, target.part).length > 1) {
    channel = await target.boot(setUp);
    for (const each of entrySteps(entry, target.part)) {
      const { reply, got } = await exchange(channel, target, each);
      if (reply === undefined) {
        const says = `it could not be brought into the state '${entry}': ${each.name} was answered ${text(got)}`;
        return lost(says, [], false);
      }
    }
  }
  const { answered, transcript } = await play(channel, target, script, scenario.strength);
  const wrongMemory = judgeMemory(target, script, scenario.strength);
  const { found, dead } = await probeAfter(channel, target, script, alive, scenario.strength);
  return { answered, left: mostSevere(wrongMemory, found), transcript, dead };
}

async function play(
  opened: Channel,
  target: Target,
  script: Script,
  strength: Scenario['strength'],
): Promise<{ answered: Finding; transcript: readonly Exchange[] }> {
  let channel = opened;
  const transcript: Exchange[] = [];
  let answered = PASS;
  let steps: readonly Step[] = script.steps;
  for (let at = 0; at < steps.length; at++) {
    const each = steps[at]!;
    if (each.restart) channel = await target.restart();
    const state = target.state?.();
    const done = await exchange(channel, target, each);
    transcript.push(state === undefined ? done : { ...done, state });
    const { reply, got } = done;
    if (reply === undefined) {
      const says = `${each.name} was answered ${text(got)}, not ${acceptable(each)}`;
      return { answered: { verdict: MISMATCH[strength], says }, transcript };
    }
    if (reply.verdict !== undefined) {
      answered = mostSevere(answered, { verdict: reply.verdict, says: reply.says ?? each.name });
    }
    if (reply.goOn !== undefined) {
      steps = reply.goOn;
      at = -1;
    }
  }
  const more = await unasked(channel, target.quietMs);
  if (more.length === 0) return { answered, transcript };
  const says = `it sent ${text(more)} that nothing asked for`;
  transcript.push({ name: 'afterwards', sent: [], got: more, accepted: ['silence'] });
  return { answered: { verdict: MISMATCH[strength], says }, transcript };
}

/** Asks whether the dialogue is where the script leaves it; one that no longer answers is restarted. */
async function probeAfter(
  channel: Channel,
  target: Target,
  script: Script,
  alive: readonly number[],
  strength: Scenario['strength'],
): Promise<{ found: Finding; dead: boolean }> {
  const ends = script.ends ?? 'command';
  if (ends !== 'command' && ends !== 'reset') {
    const again = await syncAndProbe(await target.restart(), target);
    const dead = again.length === 0;
    return { found: dead ? silent('after a restart') : PASS, dead };
  }
  const now = ends === 'reset' ? await syncAndProbe(channel, target) : await probe(channel, target);
  if (now.join() === alive.join()) return { found: PASS, dead: false };
  const again = await syncAndProbe(await target.restart(), target);
  const dead = again.length === 0;
  if (now.length === 0) return { found: silent('after the case'), dead };
  const says = `afterwards Get ID was answered ${text(now)}, not ${text(alive)}: it is out of step`;
  return { found: { verdict: MISMATCH[strength], says }, dead };
}

async function syncAndProbe(channel: Channel, target: Target): Promise<number[]> {
  await channel.send(Uint8Array.from(syncBytes(target.part)));
  await hear(channel, target);
  return probe(channel, target);
}

async function probe(channel: Channel, target: Target): Promise<number[]> {
  await channel.send(PROBE);
  return hear(channel, target);
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

function acceptable(each: Step): string {
  return each.replies.map((reply) => text(reply.bytes)).join(' or ');
}
