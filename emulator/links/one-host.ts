import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { EmulatorError } from '../errors.ts';
import type { Trace } from '../trace.ts';
import type { TcpAddress } from './address.ts';
import { formatAddress } from './address.ts';

/** A port of the board that listens on TCP. */
export interface TcpLink {
  /** IP address it is bound to. */
  readonly address: string;
  readonly port: number;
  /** Lets the host go and stops listening. */
  close(): Promise<void>;
}

/** What a link does with the host that is connected to it. */
export interface HostSession {
  receive(bytes: Uint8Array): void;
  /** The host has gone: nothing that is sent reaches it any more. */
  left(): void;
}

/** Output for a host that does not read is kept up to here, bytes; then it is lost, as on a wire. */
const MOST_UNREAD = 16 << 20;

/** Whether a silent host is still there is asked after this long. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * Listens at `at` and serves one host at a time, as a serial port does; `connected` makes the session
 * of each, which sends by the function it is given. `kind` is the link's name in messages.
 */
export async function serveOneHost(
  kind: string,
  at: TcpAddress,
  trace: Trace,
  connected: (send: (bytes: Uint8Array) => void) => HostSession,
): Promise<TcpLink> {
  const sockets = new Set<Socket>();
  let host: { readonly socket: Socket; readonly leave: () => void } | undefined;
  const note = (text: string): void => trace.emit({ kind: 'note', text: `${kind}: ${text}` });

  function admit(socket: Socket): void {
    note('a host connected');
    const session = connected((bytes) => {
      if (socket.writableLength > MOST_UNREAD) return;
      if (!socket.write(bytes)) socket.pause();
    });
    socket.on('drain', () => socket.resume());
    socket.on('data', (bytes) => {
      // Replies leave when everything that has arrived is taken: answering a host that is gone
      // already makes the socket fail, and with it what the host sent before it went.
      socket.cork();
      setImmediate(() => socket.uncork());
      session.receive(bytes);
    });
    const leave = (): void => {
      if (host?.socket !== socket) return;
      host = undefined;
      session.left();
      note('the host left');
    };
    host = { socket, leave };
    socket.once('end', leave);
    socket.once('close', leave);
  }

  function refuse(socket: Socket): void {
    note('a second host was refused: one is connected');
    socket.resume().end();
  }

  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS },
    (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => {}); // a reset: `close` follows
      if (host === undefined) return admit(socket);
      // The one before may have gone, with the news still to come in this turn of the event loop.
      setImmediate(() => {
        if (host?.socket.destroyed === true) host.leave();
        if (host === undefined) admit(socket);
        else refuse(socket);
      });
    },
  );

  server.listen(at.port, at.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw cannotListen(kind, at, cause as NodeJS.ErrnoException);
  }
  server.on('error', (error) => note(`a host could not be accepted: ${error.message}`));

  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      host?.leave();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The error of a link, by its kind, that cannot listen at an address; exit code 3. */
export function cannotListen(
  kind: string,
  at: TcpAddress,
  cause: NodeJS.ErrnoException,
): EmulatorError {
  const reason = REASONS[cause.code ?? ''] ?? `cannot be opened: ${cause.message}`;
  return new EmulatorError(`${kind}:${formatAddress(at)} ${reason}`, { exitCode: 3, cause });
}

const NO_SUCH_ADDRESS =
  'is no address of this machine: use 127.0.0.1, or 0.0.0.0 for every interface';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: choose another port, or port 0 for a free one',
  EACCES: 'is reserved for the administrator: choose a port from 1024 up',
  EADDRNOTAVAIL: NO_SUCH_ADDRESS,
  ENOTFOUND: NO_SUCH_ADDRESS,
  EAI_AGAIN: NO_SUCH_ADDRESS,
};
