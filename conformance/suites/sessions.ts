import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import { ConformanceError } from '../errors.ts';
import type { NotOpened } from '../engine/assignment.ts';
import { identify } from '../run/identify.ts';
import type { Target } from '../run/target.ts';
import { openTarget } from '../targets/open.ts';
import type { TargetSpec } from '../targets/spec.ts';

/** A target that was opened to be examined. */
export interface Session {
  readonly target: Target;
  /** Why it cannot be examined any further. */
  insane?: string;
}

type Opened = Session | { readonly notOpened: Omit<NotOpened, 'at'> };

/** The targets that one file of a suite examines, each opened when it is first asked for. */
export class Sessions {
  readonly #opened = new Map<string, Promise<Opened>>();
  #running: Promise<unknown> = Promise.resolve();

  of(spec: TargetSpec): Promise<Opened> {
    const key = JSON.stringify(spec);
    const before = this.#opened.get(key);
    if (before !== undefined) return before;
    const opened = opening(spec);
    this.#opened.set(key, opened);
    return opened;
  }

  /** No target is closed before this has ended: vitest leaves a test at once that it breaks off. */
  finishing<T>(running: Promise<T>): Promise<T> {
    this.#running = running.catch(() => {});
    return running;
  }

  async close(): Promise<void> {
    await this.#running;
    for (const opened of this.#opened.values()) {
      const session = await opened;
      if ('target' in session) await session.target.close();
    }
  }
}

async function opening(spec: TargetSpec): Promise<Opened> {
  let target: Target | undefined;
  try {
    target = await openTarget(spec);
    const answers = await identify(target);
    return answers
      ? { target }
      : { target, insane: `it does not answer over ${spec.part.interface ?? DEFAULT_INTERFACE}` };
  } catch (error) {
    await target?.close();
    if (!(error instanceof ConformanceError)) throw error;
    return { notOpened: { says: error.message, exitCode: error.exitCode } };
  }
}
