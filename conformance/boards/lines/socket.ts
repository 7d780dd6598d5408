import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ConformanceError } from '../../errors.ts';

/** Wall time that a connection may take, in ms. */
const CONNECT_MS = 10_000;

/** A connection to a port server. @throws ConformanceError where nobody listens. */
export async function openSocket(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    return socket;
  } catch (cause) {
    socket.destroy();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConformanceError(`${host}:${port} cannot be reached: ${why}`, { exitCode: 3, cause });
  }
}

/** Sends bytes and waits until the kernel has them. */
export async function sendAll(socket: Socket, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (cause) => (cause == null ? resolve() : reject(cause)));
  });
}

/** Closes our end and waits for the other one; a peer that does not close is left. */
export async function endSocket(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const closed = once(socket, 'close').catch(() => {});
  socket.end();
  const timer = setTimeout(() => socket.destroy(), 500);
  await closed;
  clearTimeout(timer);
}
