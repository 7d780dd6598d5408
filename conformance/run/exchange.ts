import { ANY } from './script.ts';
import type { Parity, Reply, Step } from './script.ts';
import { NoJudgement } from './target.ts';
import type { Channel, Target } from './target.ts';

/** One step as it went. */
export interface Exchange {
  readonly name: string;
  readonly sent: readonly number[];
  readonly got: readonly number[];
  /** Replies that were acceptable, in hex. */
  readonly accepted: readonly string[];
  /** What the device waited for before it, where that can be seen. */
  readonly state?: string;
  /** The bytes came before the step was sent, and it was not. */
  readonly unasked?: true;
  /** The reply that fitted; undefined when none did. */
  readonly reply?: Reply;
}

type Times = Pick<Target, 'quietMs' | 'replyMs'>;

/** Sends a step and listens until its answer is clear. */
export async function exchange(channel: Channel, times: Times, step: Step): Promise<Exchange> {
  const stale = await unasked(channel, 0);
  const base = {
    name: step.name,
    sent: step.send,
    accepted: step.replies.map((reply) =>
      reply.bytes
        .map((byte) => (byte === ANY ? '..' : byte.toString(16).padStart(2, '0')))
        .join(' '),
    ),
  };
  if (stale.length > 0) return { ...base, got: stale, unasked: true };
  if (step.parity !== undefined) await setParity(channel, step.parity);
  if (step.busReset) await busReset(channel);
  await send(channel, step);
  if (step.anything) {
    const { withinMs } = step;
    const patience = withinMs === undefined ? times : { replyMs: withinMs, quietMs: withinMs };
    const got = await hear(channel, patience);
    return { ...base, got, accepted: ['anything'], reply: { bytes: got } };
  }
  const { reply, got } = await listen(channel, times, step);
  return { ...base, got, ...(reply === undefined ? {} : { reply }) };
}

async function setParity(channel: Channel, parity: Parity): Promise<void> {
  if (channel.setParity === undefined) {
    throw new NoJudgement('skipped', 'not sent: the parity of this line cannot be changed');
  }
  await channel.setParity(parity);
}

async function busReset(channel: Channel): Promise<void> {
  if (channel.busReset === undefined) {
    throw new NoJudgement('skipped', 'not sent: a host cannot reset this bus');
  }
  await channel.busReset();
}

/** Sends the bytes of a step in its bursts. */
export async function send(channel: Channel, step: Pick<Step, 'send' | 'bursts'>): Promise<void> {
  let from = 0;
  for (const count of step.bursts ?? [step.send.length]) {
    await channel.send(Uint8Array.from(step.send.slice(from, from + count)));
    from += count;
  }
}

async function listen(
  channel: Channel,
  times: Times,
  step: Step,
): Promise<{ reply?: Reply; got: readonly number[] }> {
  const got: number[] = [];
  let fitting = step.replies;
  for (;;) {
    const complete = fitting.find((reply) => reply.bytes.length === got.length);
    const longer = fitting.some((reply) => reply.bytes.length > got.length);
    if (complete !== undefined && !longer && got.length > 0) return { reply: complete, got };
    if (fitting.length === 0) {
      return { got: [...got, ...(await unasked(channel, times.quietMs))] };
    }
    const silent = complete === undefined ? times.replyMs : times.quietMs;
    const patience =
      got.length === 0 || complete === undefined ? (step.withinMs ?? silent) : silent;
    const byte = await channel.next(patience);
    if (byte === undefined) return complete === undefined ? { got } : { reply: complete, got };
    fitting = fitting.filter(({ bytes }) => [ANY, byte].includes(bytes[got.length]!));
    got.push(byte);
  }
}

/** Bytes that lie ready or come before the line is silent for so long. */
export async function unasked(channel: Channel, quietMs: number): Promise<number[]> {
  const bytes: number[] = [];
  for (;;) {
    const byte = await channel.next(quietMs);
    if (byte === undefined) return bytes;
    bytes.push(byte);
  }
}

/** An answer of unknown length: all that comes until the line is silent. */
export async function hear(channel: Channel, times: Times): Promise<number[]> {
  const first = await channel.next(times.replyMs);
  return first === undefined ? [] : [first, ...(await unasked(channel, times.quietMs))];
}
