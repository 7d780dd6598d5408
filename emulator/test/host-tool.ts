import { execFile, spawnSync } from 'node:child_process';

/** How a host tool ended, and what it said. */
export interface ToolRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program can be started here. */
export function has(program: string): boolean {
  return spawnSync(program, ['-h']).error === undefined;
}

/** Runs a host tool to its end; a code other than 0 is no error. */
export async function runTool(program: string, ...args: readonly string[]): Promise<ToolRun> {
  return await new Promise((resolve, reject) => {
    execFile(program, args, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
}
