import type * as fc from 'fast-check';
import type { CommandName } from '../../families/index.ts';
import type { Destroys } from './destroys.ts';
import type { Entry } from './entry.ts';
import type { Excusable } from './excuses.ts';
import type { Part } from '../part/part.ts';
import type { Script } from './script.ts';
import type { SetUp } from './target.ts';
import type { Strength } from '../reports/verdict.ts';

/** One requirement and the way it is examined. */
export interface Scenario {
  /** Permanent: protocol, section of its note or `common`, name. */
  readonly id: `${string}/${string}/${string}`;
  /** The sentence that is examined, in our words. */
  readonly requirement: string;
  /** Assertions that it examines, by number. */
  readonly covers: readonly string[];
  readonly strength: Strength;
  readonly destroys: Destroys;
  /** States in which the device is asked; each is a case of its own. */
  readonly entries: readonly Entry[];
  /**
   * It reaches no memory, so that a read-protected device (RDP 1) answers as any other; so it does in what
   * is asked in the state 'rdp-1' too.
   */
  readonly protection?: 'any';
  /** Commands that the device must offer. */
  readonly commands?: readonly CommandName[];
  /** Why this part cannot be asked; undefined when it can. */
  readonly unsupported?: (part: Part) => string | undefined;
  /** State at power-on, beyond what the entry state asks for. */
  readonly setUp?: (part: Part) => SetUp;
  /** What is done and accepted: one script, or as many as the inputs give. */
  readonly script: (part: Part) => Script | fc.Arbitrary<Script>;
  /** Quirks by which a ROM is known to fail: what shows as `excuses` has it is then `non-strict`. */
  readonly known?: readonly Excusable[];
  /** Why no mutant is killed by this section alone. */
  readonly sharesKills?: string | undefined;
}

/** Section of the note that a scenario belongs to, as `3.6`; `common` for what every protocol offers. */
export function sectionOf(id: string): string {
  return id.split('/')[1]!;
}
