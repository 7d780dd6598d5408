import { attempt, verdictOf } from '../run/attempt.ts';
import type { Attempt } from '../run/attempt.ts';
import { blank } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import { text } from '../hex.ts';
import type { Script, Step } from '../run/script.ts';
import type { SetUp, Target } from '../run/target.ts';
import type { Finding } from '../reports/verdict.ts';
import { explanationOf, isPlain } from './explanation.ts';
import { nameOfBurst } from './session.ts';
import type { MoveSession } from './move.ts';
import type { ByteSession, Session } from './session.ts';
import { played } from './session-script.ts';

/** Plays one session and judges it: moves by the model, bare bytes by what they can have asked for. */
export async function playSession(target: Target, session: Session): Promise<Attempt> {
  return 'moves' in session ? playMoves(target, session) : playBytes(target, session);
}

async function playMoves(target: Target, session: MoveSession): Promise<Attempt> {
  const { script, pages, cutAt } = played(session, target.part);
  const setUp: SetUp = {
    ...(target.refuses === undefined
      ? {}
      : { flash: pages.map((each) => blanked(each, target.part)) }),
    ...(cutAt === undefined ? {} : { cutAt }),
  };
  const refused = target.refuses?.(setUp, 'flash');
  if (refused !== undefined) return notPlayed(refused);
  return attempt(target, { setUp: () => setUp, strength: 'must' }, 'reset', script);
}

/**
 * Bare bytes have no model. What is demanded of the device is that it stays within the protocol: no
 * memory changes but what a command among the bytes names; as long as none of them asks for data, its
 * answers are ACK and NACK, and no more of them than bytes; the same bytes one at a time are answered the
 * same (where time is virtual); and a reset brings it back.
 */
async function playBytes(target: Target, { bursts }: ByteSession): Promise<Attempt> {
  const refused = target.refuses?.({}, 'chip'); // whatever the bytes are, they may mean anything
  if (refused !== undefined) return notPlayed(refused);
  const done = await attempt(target, BARE, 'reset', scriptOf(bursts, target.part));
  const { protection } = explanationOf(bursts.flat(), target.part);
  if (verdictOf(done) === 'fail') return done;
  if (done.dead && !protection) return { ...done, left: failed('a reset does not bring it back') };
  const wrong = wrongAnswer(done, bursts, target.part);
  if (wrong !== undefined) return { ...done, answered: failed(wrong) };
  if (target.quietMs > 0) return done;
  const singly = bursts.flat().map((byte) => [byte]);
  const again = await attempt(target, BARE, 'reset', scriptOf(singly, target.part));
  const [one, other] = [heardIn(done), heardIn(again)];
  if (one.join() === other.join()) return done;
  return { ...again, answered: failed(`the same bytes in bursts were answered ${text(one)}`) };
}

const BARE = { strength: 'must' } as const;

function scriptOf(bursts: ByteSession['bursts'], part: Part): Script {
  const steps = bursts.map((burst): Step => {
    return { name: nameOfBurst(burst), send: burst, replies: [], anything: true };
  });
  return { steps, left: [{ areas: explanationOf(bursts.flat(), part).areas }], ends: 'open' };
}

/** The first answer that what was sent until then cannot explain, in words. */
function wrongAnswer(
  { transcript }: Attempt,
  bursts: ByteSession['bursts'],
  part: Part,
): string | undefined {
  let heard = 0;
  for (const [at, { got }] of transcript.entries()) {
    const sent = bursts.slice(0, at + 1).flat();
    if (explanationOf(sent, part).data) return undefined;
    heard += got.length;
    if (!isPlain(got)) return `${text(got)} is neither ACK nor NACK, and nothing asked for data`;
    if (heard > sent.length + 1) return `${heard} answers to ${sent.length} bytes`;
  }
  return undefined;
}

function notPlayed(why: Finding): Attempt {
  return { answered: why, left: why, transcript: [], dead: false };
}

function heardIn({ transcript }: Attempt): readonly number[] {
  return transcript.flatMap(({ got }) => got);
}

function failed(says: string): Finding {
  return { verdict: 'fail', says };
}

function blanked({ start, end }: Page, part: Part): { address: number; bytes: Uint8Array } {
  return { address: start, bytes: new Uint8Array(end - start).fill(blank(part)) };
}
