import type { AddressInfo, Socket } from 'node:net';
import { EmulatorError } from '../errors.ts';
import type { Trace } from '../trace/trace.ts';
import type { TcpAddress } from './address.ts';
import { formatAddress } from './address.ts';
import { serveSocket } from './local-server.ts';
import { part } from './part.ts';

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

/** Connections at a time: that of the host, and those on their way out. */
const MOST_CONNECTIONS = 64;

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
  let host: { readonly socket: Socket; readonly leave: () => void } | undefined;
  const note = (text: string): void => trace.emit({ kind: 'note', text: `${kind}: ${text}` });

  function admit(socket: Socket): void {
    note('a host connected');
    let losing = false;
    const session = connected((bytes) => {
      if (socket.writableLength > MOST_UNREAD) {
        if (!losing) note('the host does not read: output is dropped');
        losing = true;
      } else if (!socket.write(bytes)) socket.pause();
    });
    socket.on('drain', () => {
      losing = false;
      socket.resume();
    });
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
    part(socket);
  }

  function serve(socket: Socket): void {
    if (host === undefined) return admit(socket);
    // The one before may have gone, with the news still to come in this turn of the event loop.
    setImmediate(() => {
      if (host?.socket.destroyed === true) host.leave();
      if (host === undefined) admit(socket);
      else refuse(socket);
    });
  }

  const listen = { port: at.port, host: at.host };
  const served = await serveSocket(listen, serve, { most: MOST_CONNECTIONS, note }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw cannotListen(`${kind}:`, at, cause);
    },
  );
  const { address, port } = served.server.address() as AddressInfo;
  return {
    address,
    port,
    async close() {
      host?.leave();
      await served.close();
    },
  };
}

/** The error of what cannot listen at an address, a link by its kind (`tcp:`) or an option (`--http `); exit code 3. */
export function cannotListen(
  kind: string,
  at: TcpAddress,
  cause: NodeJS.ErrnoException,
): EmulatorError {
  const reason = REASONS[cause.code ?? ''] ?? `cannot be opened: ${cause.message}`;
  return new EmulatorError(`${kind}${formatAddress(at)} ${reason}`, { exitCode: 3, cause });
}

const NO_SUCH_ADDRESS =
  'is no address of this machine: use 127.0.0.1, or 0.0.0.0 for every interface';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: choose another port, or port 0 for a free one',
  EMFILE:
    'cannot be opened: this process has no descriptor left; remove boards, or raise ulimit -n',
  EACCES: 'is reserved for the administrator: choose a port from 1024 up',
  EADDRNOTAVAIL: NO_SUCH_ADDRESS,
  ENOTFOUND: NO_SUCH_ADDRESS,
  EAI_AGAIN: NO_SUCH_ADDRESS,
};
