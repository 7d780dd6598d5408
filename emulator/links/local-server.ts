import { once } from 'node:events';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';

/** Connections at a time; each costs a descriptor. */
const MOST_CONNECTIONS = 256;

/** Whether a silent peer is still there is asked after this long. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** A socket that programs connect to. */
export interface ServedSocket {
  readonly server: Server;
  /** Lets everybody go and stops listening. */
  close(): Promise<void>;
}

/** How a socket is served. */
export interface ServeOptions {
  /** Connections at a time; default 256. */
  readonly most?: number;
  /** Says why somebody was not let in. */
  readonly note: (text: string) => void;
}

/**
 * Listens at `at` and hands over each connection; `close` waits for what `serve` returns. Connections end
 * without an error: whoever is at the other end may go at any time.
 */
export async function serveSocket(
  at: ListenOptions,
  serve: (socket: Socket) => Promise<void> | void,
  { most = MOST_CONNECTIONS, note }: ServeOptions,
): Promise<ServedSocket> {
  const sockets = new Map<Socket, Promise<void>>();
  const settings = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS };
  const server = createServer(settings, (socket) => {
    socket.on('error', () => {}); // the other end is gone: `close` follows
    const served = Promise.resolve(serve(socket));
    sockets.set(socket, served);
    socket.once('close', () => void served.finally(() => sockets.delete(socket)));
  });
  server.maxConnections = most;
  server.listen(at);
  await once(server, 'listening');
  server.on('drop', () => note(`more than ${most} connections: one was refused`));
  server.on('error', (error) => note(`a connection could not be accepted: ${error.message}`));
  return {
    server,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const served = [...sockets.values()];
      for (const socket of sockets.keys()) socket.destroy();
      await Promise.all([closed, ...served]);
    },
  };
}
