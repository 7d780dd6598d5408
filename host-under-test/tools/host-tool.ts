import type { ToolFacts } from '../judge.ts';
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
  /** It has promised to answer `notOffered` to jobs that it does not know: a canary checks. */
  readonly contract?: true;
}

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
