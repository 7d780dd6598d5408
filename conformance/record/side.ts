import { protocolOf } from '../interfaces/index.ts';
import * as fc from 'fast-check';
import { aboutOf } from '../results/results.ts';
import type { About } from '../results/results.ts';
import { whyNot } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import type { Destroys } from '../run/destroys.ts';
import type { Step } from '../run/script.ts';
import type { Target } from '../run/target.ts';
import { play } from './play.ts';
import type { Play } from './play.ts';

/** How the inputs of cases are chosen. */
export interface Inputs {
  readonly seed: number;
  /** Scripts of each case that has several. */
  readonly inputs: number;
}

/** One of two devices that are compared: a target, or the recording of one. */
export interface Side {
  readonly about: About;
  /** What it is asked was fixed when it was recorded. */
  readonly recorded: boolean;
  /** It can be asked a case, whatever the case demands. */
  canAsk(each: Case): boolean;
  /** What the case asks of a device such as this; undefined where it does not fit. */
  scripts(each: Case, inputs: Inputs): readonly (readonly Step[])[] | undefined;
  /** Plays the script at that place among those of a case; undefined where it cannot. */
  play(each: Case, steps: readonly Step[], at: number): Promise<Play | undefined>;
}

/** A target that is asked now. */
export class LiveSide implements Side {
  readonly recorded = false;
  readonly #target: Target;
  readonly #allow: Destroys;

  constructor(target: Target, allow: Destroys) {
    this.#target = target;
    this.#allow = allow;
  }

  get about(): About {
    return aboutOf(this.#target);
  }

  canAsk({ scenario, entry }: Case): boolean {
    // a case that does not fit this part is still one that it can be asked
    const anywhere = { ...scenario, unsupported: () => undefined };
    return whyNot(this.#target, { scenario: anywhere, entry }, this.#allow) === undefined;
  }

  scripts(
    { scenario, entry }: Case,
    { seed, inputs }: Inputs,
  ): readonly (readonly Step[])[] | undefined {
    const { part } = this.#target;
    if (scenario.unsupported?.(part) !== undefined) return undefined;
    const script = scenario.script(part);
    const scripts = 'steps' in script ? [script] : fc.sample(script, { seed, numRuns: inputs });
    return scripts.map(({ steps }) => [
      ...(protocolOf(part).entrySteps(entry, part) ?? []),
      ...steps,
    ]);
  }

  play(each: Case, steps: readonly Step[]): Promise<Play> {
    return play(this.#target, each, steps);
  }
}
