import fs from 'node:fs';

/** How long whoever reads stderr may stand still at a line, ms; at the next ones no more. */
const PATIENCE_MS = 300;

/** A descriptor that leads to stderr. */
export interface StderrFile {
  readonly file: number;
  /** The descriptor is our own, to be closed. */
  readonly own: boolean;
}

/**
 * Opens stderr so that writing does not block. O_NONBLOCK belongs to the open file description, which we share
 * with a tool that we run: where there is a name for the pipe or terminal it is opened anew.
 */
export function openStderr(): StderrFile {
  const shared = { file: process.stderr.fd, own: false };
  try {
    const stat = fs.fstatSync(shared.file);
    if (process.platform !== 'linux' || !(stat.isFIFO() || stat.isCharacterDevice())) return shared;
    const { O_NONBLOCK, O_NOCTTY, O_WRONLY } = fs.constants;
    const flags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
    return { file: fs.openSync(`/dev/fd/${shared.file}`, flags), own: true };
  } catch {
    return shared; // somebody else's pipe, or closed
  }
}

let isRead = true;

/** Tells a line on stderr; drops it when nobody reads: neither a board nor its end waits for that. */
export function say(line: string): void {
  const { file, own } = openStderr();
  const bytes = Buffer.from(`${line}\n`);
  let patience = isRead ? PATIENCE_MS : 0;
  try {
    for (let at = 0; at < bytes.length;) {
      const written = tryWrite(file, bytes, at);
      isRead = written > 0 || patience-- > 0;
      if (!isRead) return;
      if (written === 0) sleep(1);
      at += written;
    }
  } catch (error) {
    process.stderr.destroy(error as Error); // as if it had been written there
  } finally {
    if (own) fs.closeSync(file);
  }
}

function tryWrite(file: number, bytes: Uint8Array, at: number): number {
  try {
    return fs.writeSync(file, bytes, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** Holds up everything, as a write that blocks would. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
