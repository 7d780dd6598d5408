import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkTool } from './preload/check-tool.ts';
import { preloadLibrary } from './preload/compile.ts';
import { findTool } from './preload/find-tool.ts';
import { serveControl } from './preload/server.ts';
import type { PtyLink } from './pty.ts';

/** How a host tool is run. */
export interface RunToolOptions {
  /** Ports by the name that stands for them in the arguments: `{usart}`. */
  readonly ports: Readonly<Record<string, PtyLink>>;
  /** Environment of the tool; default our own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Wall time in ms after which the tool is ended. */
  readonly until?: number;
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
/** ld.so(8) separates the libraries of LD_PRELOAD by these. */
const SEPARATORS = /[\s:]/;
/** What is left of a socket path, which has 108 bytes at most, for the folder. */
const LONGEST_FOLDER = 60;

/** Runs one host tool, for which the ports are real serial ports, and waits for its end. */
export async function runTool(
  command: readonly string[],
  options: RunToolOptions,
): Promise<ToolResult> {
  const env = options.env ?? process.env;
  const [name = '', ...args] = command.map((word) => withPorts(word, options.ports));
  const tool = findTool(name, env['PATH']);
  if (typeof tool !== 'string') return tool;
  const library = await preloadLibrary(env);
  checkTool(tool, library, env['PATH']);

  const folder = mkdtempSync(join(folderForSockets(), 'vstm32-'));
  const preload = join(folder, 'tty.so');
  symlinkSync(library, preload); // the cache's own path may have blanks in it
  const links = Object.values(options.ports);
  const sockets = links.map((_, index) => join(folder, `port${index}`));
  const servers = await Promise.all(
    links.map((link, index) => serveControl(link, sockets[index]!)),
  );
  const start = (): ChildProcess =>
    spawn(tool, args, {
      argv0: name,
      stdio: 'inherit',
      env: {
        ...env,
        LD_PRELOAD: [preload, env['LD_PRELOAD'] ?? ''].join(' ').trim(),
        VSTM32_TTY: links.map((link, index) => `${link.slavePath}=${sockets[index]}`).join('\n'),
      },
    });
  try {
    return await endOf(start, options.until);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function withPorts(word: string, ports: RunToolOptions['ports']): string {
  return word.replaceAll(
    /\{(\w+(?::\w+\/\w+)?)\}/g,
    (text, name: string) => ports[name]?.path ?? text,
  );
}

function folderForSockets(): string {
  const usual = tmpdir();
  return SEPARATORS.test(usual) || Buffer.byteLength(usual) > LONGEST_FOLDER ? '/tmp' : usual;
}

async function endOf(start: () => ChildProcess, until: number | undefined): Promise<ToolResult> {
  let child: ChildProcess | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    // The terminal's own Ctrl-C has reached the tool already; a second one might break off its clean-up.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child?.kill(signal);
  };
  const ended = new AbortController();
  let late = false;
  const endAt = async (deadlineMs: number): Promise<void> => {
    await wait(deadlineMs, undefined, { signal: ended.signal });
    late = true;
    child?.kill('SIGTERM');
    await wait(MERCY_MS, undefined, { signal: ended.signal });
    child?.kill('SIGKILL');
  };
  for (const signal of FORWARDED) process.on(signal, forward); // before the tool can tell anybody that it runs
  try {
    child = start();
    if (until !== undefined) endAt(until).catch(() => {}); // aborted: the tool has ended in time
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (late) return { exitCode: AT_DEADLINE };
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
