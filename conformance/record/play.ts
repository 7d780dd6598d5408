import { createHash } from 'node:crypto';
import { entrySetUp } from '../run/entry.ts';
import { send } from '../run/exchange.ts';
import type { Case } from '../run/run.ts';
import type { Step } from '../run/script.ts';
import type { Channel, Target } from '../run/target.ts';

/** A step that was played: what was sent, and whatever came until the line was silent; plain JSON. */
export interface Answer {
  readonly name: string;
  readonly sent: readonly number[];
  /** Lengths of the bursts in which it was sent; default one burst. */
  readonly bursts?: readonly number[];
  /** The device had reset itself, and was given the time to start. */
  readonly afterReset?: true;
  readonly got: readonly number[];
  /** Bytes that followed and are not shown, being content of the device's memory. */
  readonly hidden?: Hidden;
  /** Wall time from the last byte sent to the last byte heard, in ms; on a real line only. */
  readonly ms?: number;
}

/** Bytes of which only their number is told, and a digest where that does not give them away. */
export interface Hidden {
  readonly length: number;
  readonly sha256?: string;
}

/** Memory that holds something else than at power-on, with the digest of what it holds. */
export interface Changed {
  readonly start: number;
  readonly end: number;
  readonly sha256: string;
}

/** One script as it was played; nothing of it is judged. */
export interface Play {
  readonly answers: readonly Answer[];
  readonly changed: readonly Changed[];
}

/** Plays steps as they are to a target that was set up for a case. */
export async function play(
  target: Target,
  { scenario, entry }: Case,
  steps: readonly Step[],
): Promise<Play> {
  const { part } = target;
  const setUp = { ...scenario.setUp?.(part), ...entrySetUp(entry, part) };
  const script = { steps };
  const channel = await target.boot(setUp, script);
  const answers: Answer[] = [];
  for (const step of steps) {
    if (step.afterReset) await target.awaitStart();
    await send(channel, step);
    const { got, ms } = await hearTimed(channel, target);
    const { name, send: sent, bursts, afterReset } = step;
    answers.push({
      name,
      sent,
      got,
      ...(bursts === undefined ? {} : { bursts }),
      ...(afterReset === undefined ? {} : { afterReset }),
      ...(ms === undefined ? {} : { ms }),
    });
  }
  await target.recall?.(script);
  const changed = (target.changed?.() ?? []).map(({ start, end }) => {
    const now = target.look?.(start, end - start) ?? new Uint8Array();
    return { start, end, sha256: digest(now) };
  });
  return { answers, changed };
}

export function digest(bytes: Iterable<number>): string {
  return createHash('sha256').update(Uint8Array.from(bytes)).digest('hex');
}

async function hearTimed(
  channel: Channel,
  { replyMs, quietMs }: Pick<Target, 'replyMs' | 'quietMs'>,
): Promise<{ got: number[]; ms?: number }> {
  const got: number[] = [];
  const began = performance.now();
  let last = began;
  for (;;) {
    const byte = await channel.next(got.length === 0 ? replyMs : quietMs);
    if (byte === undefined) break;
    got.push(byte);
    last = performance.now();
  }
  // where nothing is waited for, time is not the wall's
  return quietMs === 0 || got.length === 0 ? { got } : { got, ms: Math.round(last - began) };
}
