import type { ScenarioFault } from './faults/faults.ts';
import type { BusStep, UsbStep } from './faults/steps.ts';
import type { BoardOptions } from '../emulator/index.ts';
import type { Cause } from './verdict/causes.ts';
import type { ImageSpec } from './image.ts';
import type { WrongWiring } from './wiring.ts';

/** What can lie between tool and chip. */
export const TRANSPORTS = ['USART', 'DFU', 'I2C', 'SPI', 'CAN', 'FDCAN'] as const;

export type Transport = (typeof TRANSPORTS)[number];

/** What a tool can be asked for. */
export const JOBS = [
  'detect',
  'write+verify',
  'write',
  'read',
  'erase',
  'unprotect',
  'write-options',
  'go',
] as const;

export type JobName = (typeof JOBS)[number];

/** What the tool is asked to do. */
export interface Job {
  readonly do: JobName;
  /** Default of writing jobs: 4 KiB of random bytes behind a vector table. */
  readonly image?: ImageSpec;
  /** Default: the start of main flash. */
  readonly address?: number;
  /** Bytes to read. */
  readonly length?: number;
  /** Pages to erase; default all. */
  readonly pages?: { readonly first: number; readonly count: number };
  /** Bits per second; default the tool's own. */
  readonly baud?: number;
  readonly parity?: 'none';
  /** The tool is to reset the chip itself, with DTR on NRST and RTS on BOOT0. */
  readonly resets?: true;
  /** The tool is to start the application when it is done. */
  readonly starts?: true;
  /** How the tool is told which of several USB devices is meant; default not at all, unless its command line tells it anyway. */
  readonly selects?: 'path' | 'serial';
  /** The person has forgotten to give the address. */
  readonly withoutAddress?: true;
}

/** The chip and what is around it when the tool starts. */
export interface BoardSetUp extends Pick<
  BoardOptions,
  'bootloader' | 'protocols' | 'quirks' | 'boot0' | 'rdp' | 'options'
> {
  /** A name that `createBoard` takes. */
  readonly device: string;
  readonly flashKiB?: number;
  /** As `--app` takes it. */
  readonly application?: string;
  /** Byte that fills main flash up to `until` (offset; default all of it) before the tool starts; default: sentinels at both ends. */
  readonly filled?: number;
  readonly until?: number;
  /** Nothing is in main flash. */
  readonly blank?: true;
  /** Where the tool resets the chip the adapter is wired as the tool has it, or wrong in this way. */
  readonly wiring?: WrongWiring;
  /** A plain pseudo-terminal, without parity and control lines: what a poor adapter is. */
  readonly plainTerminal?: true;
  /** USB: a second board of the same kind at the computer, listed before this one; `same-serial`: with its serial number. */
  readonly second?: 'other-serial' | 'same-serial';
  /** What chip work costs; by default what it costs a real chip over USB and CAN, where hosts could not be seen to wait too short else, and nothing elsewhere. */
  readonly speed?: 'instant' | 'real';
  /** Packets that somebody has sent to the first USART before: what an earlier session left. */
  readonly before?: readonly (readonly number[])[];
}

/**
 * What main flash may hold at the end: `image` the image, and each other page as it was or erased;
 * `same`; `erased`; `pages` those that the job lists erased, the others as they were; `partial` the start
 * of the image, the rest of it old or erased; `any`.
 */
export type FlashLeft = 'image' | 'same' | 'erased' | 'pages' | 'partial' | 'any';

/** One acceptable end of a run; the first that fits gives the verdict. */
export interface Outcome {
  readonly exit: 'zero' | 'nonzero';
  readonly flash: readonly FlashLeft[];
  /** The message must name one of these causes. */
  readonly causes?: readonly Cause[];
  /** The application must run at the end. */
  readonly runs?: true;
  /** This end is accepted, but is not the best one, for the reason given. */
  readonly nonStrict?: string;
}

/** The first of two runs, and its end: Ctrl-C as the chip answers the nth packet of a step, or power lost (a fault does that). */
export interface FirstRun {
  readonly job: Job;
  readonly interrupt?: { readonly step: BusStep | UsbStep; readonly nth: number };
  /** The board is powered off and on between the runs; faults act in the first run only. */
  readonly powerCycle?: true;
}

/** One failure of real tools, in a form that produces it each time. */
export interface Scenario {
  /** From the catalogue, never used for another: `A01`, with a letter behind it for variants. */
  readonly id: string;
  readonly symptom: string;
  /** Where the symptom was reported. */
  readonly source: string;
  readonly transport: Transport;
  readonly board: BoardSetUp;
  readonly faults?: readonly ScenarioFault[];
  readonly first?: FirstRun;
  /** What the chip must have been asked for a tool that fails to be blamed: the trouble lies in that. */
  readonly meets?: 'write' | 'erase';
  readonly job: Job;
  readonly expect: readonly Outcome[];
  /** BOOT0 and NRST must be let go at the end. */
  readonly linesReleased?: true;
  /** Wall time in ms that the tool may take before it counts as hanging. */
  readonly limitMs: number;
  /** ms of the chip's time, from the first octet to the last, beyond which it takes longer than need be. */
  readonly soonMs?: number;
}

/** A line of the catalogue that no run can show here. */
export interface NotRunnable {
  readonly id: string;
  readonly symptom: string;
  readonly why: string;
}
