import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inject } from 'vitest';
import type { Ports } from '../index.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const CLI = fileURLToPath(new URL('../../cli.ts', import.meta.url));

/** How a command ended, and what it said. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The words that start the command line: as it was built for this run of tests, or from its source. */
export function cliCommand(args: readonly string[]): readonly string[] {
  const built = inject('builtCli') as string | undefined;
  const program = built === undefined ? ['--import', TSX, CLI] : [built];
  return [process.execPath, ...program, ...args];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const [program, ...words] = cliCommand(args);
  const child = spawn(program!, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  // A test that runs out of time leaves nothing behind.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
  return child;
}

async function finish(child: Child): Promise<Finished> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** Runs the command line until it ends. */
export async function vstm32(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Finished> {
  return await finish(start(args, env));
}

/** Starts a `vstm32 run` or `serve` until it is ready, and ends it: what it said till then, and its exit code. */
export async function startAndEnd(
  [program, ...args]: readonly string[],
  { cwd, env = process.env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly said: string }> {
  const board = spawn(program!, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(board, 'exit') as Promise<[number | null]>;
  let said = '';
  board.stderr.on('data', (words) => (said += String(words)));
  for await (const line of createInterface(board.stdout)) {
    said += `${line}\n`;
    if (/^ +try |"device"|boards, api/.test(line)) break;
  }
  board.kill('SIGTERM');
  const [code] = await ended;
  return { code, said };
}

/** What `vstm32 run --json` says. */
export interface Ready {
  readonly device: string;
  readonly flashKiB: number;
  readonly bootloader: string;
  readonly ports: Ports;
  /** With `--http`. */
  readonly api?: string;
}

/** A `vstm32 run --json` that is ready; disposing kills it if it has not ended. */
export class RunningVstm32 implements AsyncDisposable {
  readonly ready: Ready;
  readonly #child: Child;
  readonly #finished: Promise<Finished>;

  static async start(...args: readonly string[]): Promise<RunningVstm32> {
    return await RunningVstm32.command('run', ...args);
  }

  /** The same of another command that says where it listens. */
  static async command(...args: readonly string[]): Promise<RunningVstm32> {
    const child = start([...args, '--json']);
    // Every line is kept; the first one is looked at as soon as it is there.
    const lines: string[] = [];
    const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const stderr = text(child.stderr);
    const finished = once(child, 'close').then(async ([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: lines.map((line) => `${line}\n`).join(''),
      stderr: await stderr,
    }));
    await Promise.race([once(output, 'line'), finished]);
    if (lines[0] === undefined) throw new Error((await finished).stderr);
    return new RunningVstm32(child, JSON.parse(lines[0]) as Ready, finished);
  }

  private constructor(child: Child, ready: Ready, finished: Promise<Finished>) {
    this.#child = child;
    this.ready = ready;
    this.#finished = finished;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.signal(signal);
    return await this.#finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL');
  }
}
