import type { Range } from '../../families/index.ts';
import type { Exchange } from './exchange.ts';
import type { Part } from '../part/part.ts';
import type { Area, Ends, Step } from './script.ts';
import type { Change } from './target.ts';

/** A step that was answered by none of its replies, or before it was sent. */
export interface WrongReply extends Exchange {
  readonly step: Step;
}

/** A run of bytes that are not what a state of the memory wants them to be. */
export interface Difference extends Range {
  readonly now: Uint8Array;
  /** Undefined where the state has no single content for them, as behind a power cut. */
  readonly wanted: Uint8Array | undefined;
}

/** The memory as it differs from one acceptable state. */
export interface WrongMemory {
  readonly areas: readonly Area[];
  readonly differences: readonly Difference[];
}

/** Where the dialogue is behind a script that should have left it at `ends`. */
export interface WrongPlace {
  readonly ends: Ends;
  /** What the probe was answered. */
  readonly now: readonly number[];
}

/** How a device did otherwise than a script accepts, and what it did besides. */
export interface Deviations {
  readonly part: Part;
  /** What the probe was answered before the script. */
  readonly alive: readonly number[];
  readonly ends: Ends;
  readonly reply?: WrongReply;
  /** For each acceptable state; undefined where the memory fits one, or is not shown. */
  readonly memory?: readonly WrongMemory[];
  readonly place?: WrongPlace;
  /** Non-volatile memory that the script changed. */
  readonly changes: readonly Change[];
  /** Content of memory as it is now, where the target shows it. */
  readonly look?: (address: number, length: number) => Uint8Array | undefined;
}
