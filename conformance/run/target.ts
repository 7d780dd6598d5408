import type { Range } from '../../families/index.ts';
import { ConformanceError } from '../errors.ts';
import type { Part } from '../part/part.ts';
import type { Destroys } from './destroys.ts';
import type { Parity, Script } from './script.ts';
import type { Finding } from '../reports/verdict.ts';

/** A level of readout protection that a board may be at when it is examined. */
export type ProtectionLevel = 0 | 1;

/** The state in which a device is powered on; what is not named is as it leaves the factory. */
export interface SetUp {
  /** Content of main flash. */
  readonly flash?: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly rdp?: ProtectionLevel;
  /** Cuts the power in the middle of this operation on non-volatile memory, counted from 1, and gives it back. */
  readonly cutAt?: number;
  /** Option fields by ST's names. */
  readonly options?: Readonly<Record<string, number>>;
}

/** Memory that holds something else than it did. */
export interface Change extends Range {
  /** What it held before. */
  readonly was: Uint8Array;
}

/** A serial line to a device that waits in its bootloader. */
export interface Channel {
  /** Sends bytes as one burst. */
  send(bytes: Uint8Array): Promise<void>;
  /** The next byte that came, waited for at most so many ms; undefined when none did. */
  next(withinMs: number): Promise<number | undefined>;
  /** Sets the parity of the host's frames. A board is not asked so: what it hears is not what is sent. */
  setParity?(parity: Parity): Promise<void>;
  /** The host resets the bus. A board is not asked so: operating systems configure it again at once. */
  busReset?(): Promise<void>;
}

/** Thrown by a target when a case cannot be judged; it becomes the result of the case. */
export class NoJudgement extends ConformanceError {
  readonly verdict: 'skipped' | 'inconclusive';
  /** The target cannot be reached any more, so that the run ends. */
  readonly gone: boolean;

  constructor(
    verdict: 'skipped' | 'inconclusive',
    message: string,
    options: { gone?: boolean; cause?: unknown } = {},
  ) {
    super(message, { exitCode: 3, ...('cause' in options ? { cause: options.cause } : {}) });
    this.name = 'NoJudgement';
    this.verdict = verdict;
    this.gone = options.gone ?? false;
  }
}

/** The port went away while it was in use: unplugged, or the other end closed it. */
export function portVanished(where: string, cause?: unknown): NoJudgement {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new NoJudgement('inconclusive', `the port vanished: ${where}${why}`, {
    gone: true,
    cause,
  });
}

/** What the suite examines: a device that can be brought into its bootloader. */
export interface Target {
  readonly name: string;
  /** Arguments with which `vstm32 conform` makes it again, beyond the part. */
  readonly again?: string;
  /** What it is examined as; `identify` completes it. */
  part: Part;
  /** Wall time after which a line on which nothing came is called silent, in ms. */
  readonly quietMs: number;
  /** Wall time given to an answer that costs the device no work, in ms. */
  readonly replyMs: number;
  /**
   * Why it cannot be brought into a state, or not be asked what may spoil so much; undefined when it can.
   * `levels` are those at which the question can be asked, by default the one of `setUp`.
   */
  refuses?(
    setUp: SetUp,
    spoils: Destroys,
    levels?: readonly ProtectionLevel[],
  ): Finding | undefined;
  /** Brings the device into its bootloader, not yet synchronised, ready for what the script will do. */
  boot(setUp: SetUp, script?: Script): Promise<Channel>;
  /** Resets or power-cycles it as it is, back into its bootloader. */
  restart(): Promise<Channel>;
  /** Waits until the bootloader of a device that has just reset itself listens, as long as the tables say. */
  awaitStart(): Promise<void>;
  /**
   * Reads what `look` and `changed` tell about, where memory is seen through the bootloader only: the
   * dialogue is lost by it.
   */
  recall?(script: Script): Promise<void>;
  /** Content of memory as it is now; undefined where nothing is. */
  look?(address: number, length: number): Uint8Array | undefined;
  /** What the dialogue waits for: its visible state. */
  state?(): string;
  /** Non-volatile memory that holds something else than at `boot`. */
  changed?(): readonly Change[];
  close(): Promise<void>;
}
