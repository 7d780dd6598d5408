import type { TraceEvent } from '../../emulator/index.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { FlashPicture } from '../flash-picture.ts';

/** Everything that is known of one run: what the judge sees, and nothing else. */
export interface Evidence {
  /** The command line, as a person would repeat it. */
  readonly command: readonly string[];
  /** Undefined when the tool had to be ended. */
  /** How DTR and RTS went to the chip, on a serial port. */
  readonly wire?: string;
  readonly exitCode: number | undefined;
  readonly output: string;
  /** Wall time in ms. */
  readonly tookMs: number;
  /** ms of the chip's own time from the first octet of the run to the last. */
  readonly chipMs: number;
  readonly leftBehind: number;
  readonly trace: readonly TraceEvent[];
  readonly before: FlashPicture;
  readonly after: FlashPicture;
  /** Main flash of another board at the same computer, which no job is about. */
  readonly other?: { readonly before: FlashPicture; readonly after: FlashPicture };
  /** Levels at the end and those that the board has when nobody drives them. */
  readonly pins: { readonly NRST: 0 | 1; readonly BOOT0: 0 | 1; readonly idleBOOT0: 0 | 1 };
  /** The application runs at the end. */
  readonly runs: boolean;
  /** Faults of the scenario that have struck. */
  readonly struck: ReadonlySet<ScenarioFault>;
  /** How the first of two runs ended; `interrupted`: by Ctrl-C; `started`: the application runs behind it. */
  readonly first?: {
    readonly exitCode: number | undefined;
    readonly interrupted: boolean;
    readonly started: boolean;
  };
  /** What `read` left in its file; undefined where there is none. */
  readonly readBack?: Uint8Array;
}
