import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { EmulatorError } from '../../errors.ts';
import { startedUnderNohup } from '../hangup.ts';
import { checkTool } from './check-tool.ts';
import { preloadLibrary } from './compile.ts';
import { findTool } from './find-tool.ts';
import { openPreload, preloadedPty, type PreloadedPort } from './open-preload.ts';
import type { PtyLink } from '../serial/pty.ts';
import { RunMark } from '../files/run-mark.ts';

/** How a host tool is run. */
export interface RunToolOptions {
  /** Ports by the name that stands for them in the arguments: `{usart}`. */
  readonly ports: Readonly<Record<string, PtyLink | PreloadedPort>>;
  /** Environment of the tool; default our own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Wall time in ms after which the tool is ended, with all that it has started. */
  readonly until?: number;
  /** Ends the tool, with all that it has started. */
  readonly signal?: AbortSignal;
}

/** How a host tool ended. */
export interface ToolResult {
  /** The tool's own; 128+n after signal n, 124 at the deadline, 126 not executable, 127 not found. */
  readonly exitCode: number;
  /** Why the tool was not run. */
  readonly message?: string;
}

const AT_DEADLINE = 124;
/** What a tool that does not end at SIGTERM gets to do so, in ms. */
const MERCY_MS = 1000;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs one host tool, for which the ports are real, and waits for its end. What a tool that ends by itself
 * leaves running lives on, as under any shell, but the ports are closed to it.
 */
export async function runTool(
  command: readonly string[],
  options: RunToolOptions,
): Promise<ToolResult> {
  const env = options.env ?? process.env;
  const [name = '', ...args] = command.map((word) => withPorts(word, options.ports));
  const tool = findTool(name, env['PATH']);
  if (typeof tool !== 'string') return tool;
  checkTool(tool, await preloadLibrary('tty', env), env['PATH']);

  const ports = Object.values(options.ports).map((port) =>
    'serve' in port ? port : preloadedPty(port),
  );
  await using preload = await openPreload(ports, env);
  const mark = new RunMark();
  const start = (): ChildProcess =>
    spawn(tool, args, {
      argv0: name,
      stdio: 'inherit',
      env: { ...env, ...preload.env, ...mark.env },
    });
  return await endOf(start, mark, options);
}

/** `{usart}`, `{I2C2:PB6/PB7}`, `{left.usart}`, and `{{word}}` for the word in braces itself; `${word}` is a shell's. */
const IN_BRACES =
  /(?<!\$)\{(?:\{(?<itself>[\w.-]+)\}|(?<port>(?:\w[\w.-]*\.)?\w+(?::\w+\/\w+)?))\}/g;

/** An argument with the paths of the ports that it names. @throws EmulatorError for a port that there is not */
function withPorts(word: string, ports: RunToolOptions['ports']): string {
  return word.replaceAll(IN_BRACES, (text, itself?: string, name?: string) => {
    if (itself !== undefined) return `{${itself}}`;
    const port = Object.hasOwn(ports, name!) ? ports[name!] : undefined;
    if (port !== undefined) return port.path;
    if (name!.includes('.') && !Object.keys(ports).some((each) => each.includes('.'))) return text;
    const there = Object.keys(ports).map((each) => `{${each}}`);
    const instead = there.length === 0 ? 'none' : there.join(', ');
    throw new EmulatorError(
      `there is no port ${text}: the board has ${instead} (for the word itself write {${text}})`,
    );
  });
}

async function endOf(
  start: () => ChildProcess,
  mark: RunMark,
  { until, signal: given }: RunToolOptions,
): Promise<ToolResult> {
  let child: ChildProcess | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    // The terminal's own Ctrl-C has reached the tool already; a second one might break off its clean-up.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    if (signal === 'SIGHUP' && startedUnderNohup()) return;
    child?.kill(signal);
  };
  const ended = new AbortController();
  let late = false;
  const endNow = async (): Promise<void> => {
    late = true;
    if (mark.signal('SIGTERM') === 0) child?.kill('SIGTERM'); // it hides its environment
    await wait(MERCY_MS, undefined, { signal: ended.signal });
    if (mark.signal('SIGKILL') === 0) child?.kill('SIGKILL');
  };
  for (const signal of FORWARDED) process.on(signal, forward); // before the tool can tell anybody that it runs
  try {
    child = start();
    const end = (): void => void endNow().catch(() => {}); // aborted: the tool has ended in time
    if (until !== undefined) {
      wait(until, undefined, { signal: ended.signal }).then(end, () => {});
    }
    given?.addEventListener('abort', end);
    if (given?.aborted === true) end();
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (late) {
      mark.signal('SIGKILL'); // what the tool has started, and has not minded SIGTERM
      return { exitCode: AT_DEADLINE };
    }
    return { exitCode: code ?? 128 + constants.signals[signal!] };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    return {
      exitCode: code === 'ENOENT' ? 127 : 126,
      message: `the tool does not start: ${message}`,
    };
  } finally {
    ended.abort();
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}
