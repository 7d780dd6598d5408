import type { Session } from './session.ts';

/**
 * What is left of a failing session when nothing more can be left out: fast-check makes arrays shorter
 * and their items smaller, but it does not try to leave out any one of them.
 */
export async function smallest(
  session: Session,
  fails: (session: Session) => Promise<boolean>,
): Promise<Session> {
  let kept = session;
  for (let smaller = true; smaller;) {
    smaller = false;
    for (const less of withoutOne(kept)) {
      if (!(await fails(less))) continue;
      kept = less;
      smaller = true;
      break;
    }
  }
  return kept;
}

/** The session without its power cut, and without each of its parts, the last one first. */
function withoutOne(session: Session): readonly Session[] {
  if ('bursts' in session) {
    return backwards(session.bursts.length).map((at) => ({
      bursts: session.bursts.toSpliced(at, 1),
    }));
  }
  const { moves, cutAt } = session;
  const fewer = backwards(moves.length).map((at) => ({
    ...session,
    moves: moves.toSpliced(at, 1),
  }));
  return cutAt === undefined ? fewer : [{ moves }, ...fewer];
}

function backwards(length: number): readonly number[] {
  return Array.from({ length }, (_, at) => length - 1 - at);
}
