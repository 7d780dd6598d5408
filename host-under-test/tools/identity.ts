import { execFile } from 'node:child_process';
import type { FoundTool } from './find.ts';

/** Which program was judged. */
export interface Identity {
  /** As it says itself; undefined where nobody knows how to ask. */
  readonly version?: string;
  /** Full path of the program. */
  readonly path: string;
}

/** Wall time in ms for telling a version. */
const LIMIT_MS = 5000;

/** Asks a program for its version: the first line that has one in it. */
export async function identityOf(tool: FoundTool): Promise<Identity> {
  const [program, ...args] = tool.version ?? [];
  const path = [...tool.files.values()][0]!;
  if (program === undefined) return { path };
  const said = await new Promise<string>((resolve) => {
    execFile(tool.files.get(program) ?? program, args, { timeout: LIMIT_MS }, (_error, out, err) =>
      resolve(`${out}\n${err}`),
    );
  });
  const line = said.split('\n').find((each) => /\d+\.\d+/.test(each));
  return line === undefined ? { path } : { version: line.trim().slice(0, 100), path };
}
