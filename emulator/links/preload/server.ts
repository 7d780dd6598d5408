import type { Socket } from 'node:net';
import { serveSocket } from '../local-server.ts';
import { answerRequests, inLines } from '../requests.ts';
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
  // Of several processes, one after the other: each call in tty.c waits for its answer.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result;
    return result;
  };
  const refused = (unread: Buffer): void => {
    const [text = ''] = unread.toString('latin1', 0, LONGEST).split('\n');
    link.note(`preload: not understood: ${JSON.stringify(text.slice(0, 80))}`);
  };
  const serve = async (socket: Socket): Promise<void> => {
    await answerRequests(socket, inLines(LONGEST), {
      async answer(message) {
        const answer = await inTurn(() => port.handle(message, socket));
        return answer === undefined ? undefined : `${answer}\n`;
      },
      refused,
    });
    await inTurn(() => port.leave(socket));
  };
  return await serveSocket({ path }, serve, { note: (text) => link.note(`preload: ${text}`) });
}
