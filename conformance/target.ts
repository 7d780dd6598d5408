import type { Range } from '../families/index.ts';
import type { Part } from './part.ts';

/**
 * What can be done to a target beyond talking to it: `set-up` give it content and option bytes before
 * it is powered on; `look-inside` read its memory past the bootloader; `restart` reset it; `power`
 * cycle its power; `ruin` it does not matter what becomes of it.
 */
export type Capability = 'set-up' | 'look-inside' | 'restart' | 'power' | 'ruin';

/** The state in which a device is powered on; what is not named is as it leaves the factory. */
export interface SetUp {
  /** Content of main flash. */
  readonly flash?: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly rdp?: 0 | 1;
  /** Cuts the power in the middle of this operation on non-volatile memory, counted from 1, and gives it back. */
  readonly cutAt?: number;
  /** Option fields by ST's names. */
  readonly options?: Readonly<Record<string, number>>;
}

/** A serial line to a device that waits in its bootloader. */
export interface Channel {
  /** Sends bytes as one burst. */
  send(bytes: Uint8Array): Promise<void>;
  /** The next byte that came, waited for at most so many ms; undefined when none did. */
  next(withinMs: number): Promise<number | undefined>;
}

/** What the suite examines: a device that can be brought into its bootloader. */
export interface Target {
  readonly name: string;
  /** Arguments with which `vstm32 conform` makes it again, beyond the part. */
  readonly again?: string;
  /** What it is examined as; `identify` completes it. */
  part: Part;
  readonly can: ReadonlySet<Capability>;
  /** Wall time after which a line on which nothing came is called silent, in ms. */
  readonly quietMs: number;
  /** Wall time given to an answer that costs the device no work, in ms. */
  readonly replyMs: number;
  /** Brings the device into its bootloader, not yet synchronised. */
  boot(setUp: SetUp): Promise<Channel>;
  /** Resets or power-cycles it as it is, back into its bootloader. */
  restart(): Promise<Channel>;
  /** Content of memory as it is now, past the bootloader; undefined where nothing is. */
  look?(address: number, length: number): Uint8Array | undefined;
  /** What the dialogue waits for: its visible state. */
  state?(): string;
  /** Non-volatile memory that holds something else than at `boot`. */
  changed?(): readonly Range[];
  close(): Promise<void>;
}
