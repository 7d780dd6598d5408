import { execFile } from 'node:child_process';

/** How a program ended, and what it said on both of its outputs. */
export interface Asked {
  readonly code: number | string | undefined;
  readonly said: string;
}

/** Runs a program and waits for its end, or for the signal: a program that hangs is ended. */
export async function ask(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Asked> {
  return await new Promise((resolve, reject) => {
    const options = { signal, killSignal: 'SIGKILL', env } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (signal.aborted) reject(new Error('no answer'));
      else
        resolve({ code: error?.code ?? (error === null ? 0 : undefined), said: stdout + stderr });
    });
    child.stdin?.on('error', () => {}).end(); // nobody is there to answer a question
  });
}
