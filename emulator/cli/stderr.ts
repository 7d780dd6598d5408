import fs from 'node:fs';

/** How long whoever reads stderr may stand still at a line, ms; at the next ones no more. */
const PATIENCE_MS = 300;

/** A descriptor that leads to stderr. */
export interface StderrFile {
  readonly file: number;
  /** The descriptor is our own, to be closed. */
  readonly own: boolean;
  /** Writes what there is room for; returns the number of bytes. @throws EAGAIN where there is no room at all */
  readonly write: (bytes: Uint8Array) => number;
}

/**
 * Opens stderr so that writing does not block. O_NONBLOCK belongs to the open file description, which we share
 * with a tool that we run: where there is a name for the pipe or terminal it is opened anew. A socket has none,
 * and the start of a tool makes it blocking: there it is otherwise for as long as a write takes.
 */
export function openStderr(): StderrFile {
  const { fd } = process.stderr;
  const shared = { file: fd, own: false, write: writeShared };
  try {
    const stat = fs.fstatSync(fd);
    if (process.platform !== 'linux' || !(stat.isFIFO() || stat.isCharacterDevice())) return shared;
    const { O_NONBLOCK, O_NOCTTY, O_WRONLY } = fs.constants;
    const flags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
    const file = fs.openSync(`/dev/fd/${fd}`, flags);
    return { file, own: true, write: (bytes) => fs.writeSync(file, bytes) };
  } catch {
    return shared; // somebody else's pipe, or closed
  }
}

/** Node's stream of a pipe or socket; its handle is not documented, but nothing else reaches O_NONBLOCK. */
type WithHandle = { readonly _handle?: { setBlocking?(on: boolean): void } | null };

function writeShared(bytes: Uint8Array): number {
  const { _handle: handle } = process.stderr as unknown as WithHandle;
  handle?.setBlocking?.(false);
  try {
    return fs.writeSync(process.stderr.fd, bytes);
  } finally {
    handle?.setBlocking?.(true);
  }
}

let isRead = true;

/** Tells a line on stderr; drops it when nobody reads: neither a board nor its end waits for that. */
export function say(line: string): void {
  const { file, own, write } = openStderr();
  const bytes = Buffer.from(`${line}\n`);
  let patience = isRead ? PATIENCE_MS : 0;
  try {
    for (let at = 0; at < bytes.length;) {
      const written = tryWrite(write, bytes.subarray(at));
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

function tryWrite(write: StderrFile['write'], bytes: Uint8Array): number {
  try {
    return write(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** Holds up everything, as a write that blocks would. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
