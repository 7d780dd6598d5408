import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from 'node-pty';

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

/** Characters of output that are kept from the start and from the end. */
const KEPT = 32 * 1024;
/** Environment variable by which processes of a run are found, whatever session they have gone to. */
const MARK = 'VSTM32_RUN';

/** Starts a tool in a terminal of its own; nothing of it outlives `ended`. */
export function startInTerminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions,
): RunningTool {
  const mark = randomUUID();
  const began = performance.now();
  const tool = spawn(file, [...args], {
    name: 'dumb',
    cols: 200,
    rows: 50,
    cwd: options.cwd,
    env: { ...options.env, [MARK]: mark },
  });
  const output = new Excerpt();
  tool.onData((text) => output.add(text));
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    endAll(tool.pid, mark);
  }, options.limitMs);
  const abort = (): void => void endAll(tool.pid, mark);
  options.signal?.addEventListener('abort', abort);
  const ended = new Promise<TerminalResult>((resolve) => {
    tool.onExit(({ exitCode, signal }) => {
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', abort);
      const tookMs = performance.now() - began;
      const leftBehind = endAll(tool.pid, mark);
      const code = signal === undefined || signal === 0 ? exitCode : 128 + signal;
      resolve({ exitCode: late ? undefined : code, output: output.text, tookMs, leftBehind });
    });
  });
  return { interrupt: () => tool.write('\x03'), ended };
}

/** Kills the tool's session and whatever carries the mark; returns how many there were. */
function endAll(session: number, mark: string): number {
  const found = processesOf(session, mark);
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has just ended
    }
  }
  return found.length;
}

/** Processes of a session, and those that have left it but not their environment. Linux only. */
function processesOf(session: number, mark: string): number[] {
  const wanted = `${MARK}=${mark}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // proc(5): behind the name in brackets come state, parent, group and session
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [state, , , itsSession] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return false;
        if (Number(itsSession) === session) return true;
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted);
      } catch {
        return false; // gone meanwhile, or another user's
      }
    });
}

/** Keeps the start and the end of a text. */
class Excerpt {
  #start = '';
  #end = '';
  #left = 0;

  add(text: string): void {
    const room = KEPT - this.#start.length;
    if (room > 0) {
      this.#start += text.slice(0, room);
      text = text.slice(room);
    }
    this.#end += text;
    if (this.#end.length > 2 * KEPT) {
      this.#left += this.#end.length - KEPT;
      this.#end = this.#end.slice(-KEPT);
    }
  }

  get text(): string {
    const gap = this.#left === 0 ? '' : `\n… ${this.#left} characters left out …\n`;
    return withoutOverwritten(this.#start + gap + this.#end);
  }
}

/** What a person would see: of what a line overwrites with carriage returns only the last is kept. */
function withoutOverwritten(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n');
}
