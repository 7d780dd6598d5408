import type { ToolFacts } from '../judge.ts';
import type { Job } from '../scenario.ts';

/** What a tool is given for one job. */
export interface Place {
  /** The serial port. */
  readonly port: string;
  /** The image to write; for `read` the file to make. */
  readonly file: string;
  readonly address: number;
  /** Bytes of the image, or to read. */
  readonly length: number;
  /** The address is not the default, the start of main flash. */
  readonly elsewhere: boolean;
  readonly job: Job;
  /** Name of the job; nobody knows that of a canary. */
  readonly jobName: string;
}

/** A flashing tool, as command lines. */
export interface HostTool extends ToolFacts {
  readonly name: string;
  /** The programs that must be there. */
  readonly executables: readonly string[];
  /** Program and arguments; undefined where the tool does not offer the job. */
  command(place: Place): readonly string[] | undefined;
  /** It has promised to answer `notOffered` to jobs that it does not know: a canary checks. */
  readonly contract?: true;
}

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
