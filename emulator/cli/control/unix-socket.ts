import { once } from 'node:events';
import { existsSync, lstatSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname, resolve } from 'node:path';
import { EmulatorError } from '../../errors.ts';

/** Longest socket path in bytes (sun_path less its end), macOS being the tighter; longer ones are cut in silence. */
const LONGEST = 103;

/** What a path is called where sockets have no files: Windows has named pipes. */
export function socketName(path: string): string {
  const isName = process.platform !== 'win32' || path.startsWith('\\\\.\\pipe\\');
  return isName ? path : `\\\\.\\pipe\\${resolve(path)}`;
}

/**
 * Has a server listen on a socket path, taking the place of a socket file whose process is gone; false when
 * a live process listens there.
 */
export async function listenAlone(path: string, server: Server): Promise<boolean> {
  if (Buffer.byteLength(path) > LONGEST && process.platform !== 'win32') {
    throw new EmulatorError(
      `socket path ${path} is longer than ${LONGEST} bytes: choose a shorter one`,
    );
  }
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      server.listen(path);
      await once(server, 'listening');
      return true;
    } catch (error) {
      const folder = dirname(path);
      if (codeOf(error) === 'EACCES' && !path.startsWith('\0') && !existsSync(folder)) {
        // libuv says EACCES for ENOENT, as Windows does.
        throw new EmulatorError(`there is no folder ${folder}`, { cause: error });
      }
      if (codeOf(error) !== 'EADDRINUSE') throw error;
    }
    // The name of a pipe goes with its process; only a file can be stale.
    if (process.platform === 'win32' || (await answers(path))) return false;
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === false) {
      throw new EmulatorError(`${path} exists and is not a socket: choose another path`);
    }
    rmSync(path, { force: true });
  }
  return false;
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

/** `ENOENT`, `EACCES`, … of a system error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
