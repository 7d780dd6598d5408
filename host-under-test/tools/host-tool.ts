import type { ToolFacts } from '../verdict/judge.ts';
import type { Place } from '../place.ts';
import type { Transport } from '../scenario.ts';

/** A flashing tool, as command lines. */
export interface HostTool extends ToolFacts {
  readonly name: string;
  /** What it speaks, as far as its command lines are written here. */
  readonly transports: readonly Transport[];
  /** The programs that must be there. */
  readonly executables: readonly string[];
  /** Program and arguments; undefined where the tool does not offer the job. */
  command(place: Place): readonly string[] | undefined;
  /** The command line that makes it tell its version. */
  readonly version?: readonly string[];
  /** The file that describes it. */
  readonly file?: string;
  /** How it takes DTR and RTS to be wired where it resets the chip, as `--wire` takes it; default `dtr=nrst,rts=boot0`. */
  readonly wire?: string;
  /** Formats of images that it takes, the preferred one first; default all. */
  readonly formats?: readonly ('bin' | 'hex')[];
  /** It starts the application by itself behind each write. */
  readonly starts?: true;
  /** It has promised to answer `notOffered` to jobs that it does not know: a canary checks. */
  readonly contract?: true;
}

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
