import type { Verdict } from '../reports/verdict.ts';

/** In a reply: a byte whose value is not judged. */
export const ANY = -1;

/** So many bytes whose values are not judged. */
export function anyBytes(count: number): number[] {
  return Array.from({ length: count }, () => ANY);
}

/** Parity of a host's frames; a device expects `even`. */
export type Parity = 'none' | 'even' | 'odd';

/** One acceptable reply to a step. No bytes means silence. */
export interface Reply {
  readonly bytes: readonly number[];
  /** Default `pass`. */
  readonly verdict?: Verdict;
  /** Why the verdict is not `pass`. */
  readonly says?: string;
  /** What follows instead of the rest of the script. */
  readonly goOn?: readonly Step[];
  /** The step is sent once more: the device is not done yet. */
  readonly again?: true;
}

/** Bytes that the host sends, and the replies it accepts. */
export interface Step {
  readonly name: string;
  readonly send: readonly number[];
  readonly replies: readonly Reply[];
  /** Lengths of the bursts in which the bytes are sent; default one burst. */
  readonly bursts?: readonly number[];
  /** Time given to the answer, or to the silence that is one, in ms; for erases, and for hosts that break off. */
  readonly withinMs?: number;
  /** From here to the end of the script the host's frames have this parity; on lines that cannot the case is skipped. */
  readonly parity?: Parity;
  /** Before it the device is restarted as it is. */
  readonly restart?: true;
  /** Before it the host resets the bus; where a host cannot the case is skipped. USB. */
  readonly busReset?: true;
  /** Before it the device has reset itself, and the host waits as long as its bootloader takes to start. */
  readonly afterReset?: true;
  /** Whatever comes is accepted, until nothing came for `withinMs`. */
  readonly anything?: true;
}

/** Memory that a script may change, with what it must hold afterwards: `bytes`, one value all over, or a mixture; none: anything. */
export interface Area {
  readonly start: number;
  readonly end: number;
  readonly bytes?: ArrayLike<number>;
  readonly value?: number;
  /** Every bit is that of the first or of the second: what a power cut leaves. */
  readonly between?: readonly [readonly number[], readonly number[]];
}

/** One acceptable state of the memory after a script; what no area names must be as before. */
export interface Left {
  readonly areas: readonly Area[];
  readonly verdict?: Verdict;
  readonly says?: string;
}

/**
 * Where a script leaves the dialogue: `command` waits for a command; `reset` the chip was reset and
 * waits for 0x7F; `gone` the bootloader was left; `open` in the middle of something; `deaf` hears
 * nothing until a reset.
 */
export type Ends = 'command' | 'reset' | 'gone' | 'open' | 'deaf';

/** What the host does and what it accepts: plain data, so that it can be printed, shrunk and repeated. */
export interface Script {
  readonly steps: readonly Step[];
  /** Default: no memory changed. */
  readonly left?: readonly Left[];
  /** Default `command`. */
  readonly ends?: Ends;
}

/** An area of so many bytes from `start` on that holds `bytes`. */
export function holding(start: number, bytes: Iterable<number>): Area {
  const list = [...bytes];
  return { start, end: start + list.length, bytes: list };
}
