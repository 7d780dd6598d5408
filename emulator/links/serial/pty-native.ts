import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { EmulatorError } from '../../errors.ts';

/** Both ends of a new pseudo-terminal as file descriptors that do not block. */
export interface PtyEnds {
  readonly master: number;
  /** Held open and unread, so that the master outlives the hosts that come and go. */
  readonly slave: number;
  /** Where hosts open it, `/dev/pts/N`. */
  readonly slavePath: string;
}

/** What node-pty exports, though not as public API: openpty(3). */
interface Native {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

const ELSEWHERE = 'use --usart tcp:HOST:PORT or rfc2217:HOST:PORT instead';

/** Opens a pseudo-terminal in raw mode without echo: every byte value passes, both ways. */
export async function openPtyEnds(): Promise<PtyEnds> {
  if (process.platform === 'win32') {
    throw new EmulatorError(`Windows has no pseudo-terminals: ${ELSEWHERE}`, { exitCode: 3 });
  }
  const opened = openNative(loadNative());
  try {
    await makeRaw(opened.slave);
    // Ours is another than node-pty's, which started programs inherit and stty has made a blocking one.
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    const slave = openSync(opened.pty, flags);
    return { master: opened.master, slave, slavePath: opened.pty };
  } catch (error) {
    closeSync(opened.master);
    throw error;
  } finally {
    closeSync(opened.slave);
  }
}

/** Loads what opens a pseudo-terminal. @throws EmulatorError where it cannot be loaded */
export function loadNative(): Native {
  let nodePty: { native?: Partial<Native> | null };
  try {
    nodePty = createRequire(import.meta.url)('node-pty') as typeof nodePty;
  } catch (cause) {
    throw new EmulatorError(
      `node-pty does not load on ${process.platform}-${process.arch} (npm rebuild node-pty may help): ${ELSEWHERE}`,
      { exitCode: 3, cause },
    );
  }
  const open = nodePty.native?.open;
  if (typeof open !== 'function') {
    throw new EmulatorError(
      "the installed node-pty has no native.open: install the version that vstm32's package.json names",
      { exitCode: 3 },
    );
  }
  return { open };
}

function openNative(native: Native): ReturnType<Native['open']> {
  try {
    return native.open(80, 24);
  } catch (cause) {
    throw new EmulatorError(
      `cannot open a pseudo-terminal (are /dev/ptmx and /dev/pts there, and descriptors left, ulimit -n?): ${ELSEWHERE}`,
      { exitCode: 3, cause },
    );
  }
}

/** Neither Node nor node-pty can switch off output processing, so stty(1) does, on its standard input. */
async function makeRaw(slave: number): Promise<void> {
  const stty = spawn('stty', ['raw', '-echo'], { stdio: [slave, 'ignore', 'pipe'] });
  try {
    const [said, [code]] = await Promise.all([text(stty.stderr!), once(stty, 'close')]);
    if (code !== 0) throw new Error(said);
  } catch (cause) {
    throw new EmulatorError(`cannot run stty (install coreutils): ${ELSEWHERE}`, {
      exitCode: 3,
      cause,
    });
  }
}
