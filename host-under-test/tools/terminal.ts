import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { EmulatorError, RunMark } from '../../emulator/index.ts';
import { Excerpt } from './excerpt.ts';
import { ToolTerminal } from './tool-terminal.ts';

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Wall time in ms after which the tool is ended. */
  readonly limitMs: number;
  /** Ends the tool at once. */
  readonly signal?: AbortSignal | undefined;
}

/** How a tool ended, and what it said. */
export interface TerminalResult {
  /** The tool's own, or 128+n after signal n; undefined when it had to be ended. */
  readonly exitCode: number | undefined;
  /** Both streams as the terminal got them, the middle left out when there is very much. */
  readonly output: string;
  /** Wall time in ms. */
  readonly tookMs: number;
  /** Processes that the tool had left behind, and that were ended. */
  readonly leftBehind: number;
}

/** A tool at work in a terminal of its own. */
export interface RunningTool {
  /** Ctrl-C. */
  interrupt(): void;
  readonly ended: Promise<TerminalResult>;
}

/** Wall time in ms that a process which was killed may take to go: it may be in the kernel. */
const GOING_MS = 5000;

/** Starts a tool in a terminal of its own; nothing of it outlives `ended`. Linux only. */
export function startInTerminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions,
): RunningTool {
  const output = new Excerpt();
  const terminal = new ToolTerminal((text) => output.add(text));
  const { slave } = terminal;
  const mark = new RunMark();
  const began = performance.now();
  // setsid(1) makes the slave the controlling terminal, which Node cannot; it becomes the tool.
  const tool = spawn('setsid', ['--ctty', file, ...args], {
    cwd: options.cwd,
    env: { ...options.env, TERM: 'dumb', ...mark.env },
    stdio: [slave, slave, slave],
  });
  let late = false;
  const end = (): number => mark.signal('SIGKILL', tool.pid);
  const deadline = setTimeout(() => {
    late = true;
    end();
  }, options.limitMs);
  const abort = (): void => void end();
  options.signal?.addEventListener('abort', abort);

  const untilEnd = async (): Promise<TerminalResult> => {
    let result: Omit<TerminalResult, 'output'>;
    try {
      const exitCode = await exitOf(tool);
      const tookMs = performance.now() - began;
      result = { exitCode: late ? undefined : exitCode, tookMs, leftBehind: end() };
      const patience = performance.now() + GOING_MS;
      while (end() > 0 && performance.now() < patience) await wait(1);
    } finally {
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', abort);
      terminal.close();
    }
    return { ...result, output: output.text };
  };
  return { interrupt: () => terminal.type('\x03'), ended: untilEnd() };
}

async function exitOf(tool: ChildProcess): Promise<number> {
  try {
    const [code, signal] = (await once(tool, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal!];
  } catch (cause) {
    throw new EmulatorError('a tool cannot be started in a terminal: install util-linux (setsid)', {
      exitCode: 3,
      cause,
    });
  }
}
