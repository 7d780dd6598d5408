import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { SerialPort, type SerialPortLink } from './serial-port.ts';

/** The control socket of one port, to which the preload library connects. */
export interface ControlServer {
  close(): Promise<void>;
}

/** Longest message of tty.c in bytes, and more. */
const LONGEST = 256;

/** Listens on `path` for processes that have the port open under the preload library. */
export async function serveControl(link: SerialPortLink, path: string): Promise<ControlServer> {
  const port = new SerialPort<Socket>(link);
  const sockets = new Set<Socket>();
  // Of several processes, one after the other: each call in tty.c waits for its answer.
  let last = Promise.resolve();
  const next = (task: () => Promise<void>): void => {
    last = last.then(task);
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    let unfinished = '';
    const refuse = (text: string): void => {
      link.note(`preload: not understood: ${JSON.stringify(text.slice(0, 80))}`);
      socket.destroy();
    };
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      const [...messages] = (unfinished + text).split('\n');
      unfinished = messages.pop()!;
      if (unfinished.length > LONGEST) return refuse(unfinished);
      for (const message of messages) {
        next(async () => {
          if (socket.destroyed) return;
          const answer = await port.handle(message, socket);
          if (answer === undefined) refuse(message);
          else socket.write(`${answer}\n`);
        });
      }
    });
    socket.on('error', () => {}); // the process is gone: `close` follows
    socket.on('close', () => {
      sockets.delete(socket);
      next(() => port.leave(socket));
    });
  });
  server.listen(path);
  await once(server, 'listening');

  return {
    async close() {
      server.close();
      const closed = [...sockets].map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
      await last;
    },
  };
}
