import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that runs beside the benchmark until it is disposed of. */
export interface Running extends AsyncDisposable {
  /** First line that it printed. */
  readonly line: string;
  /** Wall time from its start to that line, in ms. */
  readonly tookMs: number;
}

/** Starts a program and waits for its first line; disposing of it sends SIGTERM. */
export async function start(program: string, args: readonly string[]): Promise<Running> {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface(child.stdout)) {
    const tookMs = performance.now() - began;
    return { line, tookMs, [Symbol.asyncDispose]: () => end(child, closed) };
  }
  await closed;
  throw new Error(`${program} ${args.join(' ')} ended with ${child.exitCode} and printed nothing`);
}

/** Wall time that a program takes from start to end, in ms; fails when it fails. */
export async function timeOf(program: string, args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${program} ended with ${child.exitCode}`);
  return performance.now() - began;
}

async function end(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await closed;
}
