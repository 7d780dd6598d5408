import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { constants } from 'node:os';

/** What an open device file answers: a result, or a negative errno; and bytes. */
export interface Answer {
  readonly result: number;
  readonly bytes?: Uint8Array;
}

/** One open file: does what a request asks; undefined where the request makes no sense. */
export type OpenFile = (operation: string, bytes: Buffer) => Promise<Answer | undefined>;

/** The socket of one device, to which the preload library of each process connects. */
export interface DeviceServer {
  close(): Promise<void>;
}

/** Operation and length of a request, as preload/bus-device.h sends them. */
const HEAD = 4;
/** More than any request of the preload libraries takes, bytes. */
const LONGEST = 1 << 20;

/** A failure by its errno. */
export function failed(name: 'EINVAL' | 'EIO' | 'ENXIO' | 'ETIMEDOUT'): Answer {
  return { result: -constants.errno[name] };
}

/** Listens on `path`; each connection is a file of its own, whose requests are done one after the other. */
export async function serveDevice(
  path: string,
  open: () => OpenFile,
  note: (text: string) => void,
): Promise<DeviceServer> {
  const sockets = new Map<Socket, Promise<void>>();
  const server = createServer((socket) => {
    const file = open();
    let unread: Buffer = Buffer.alloc(0);
    const refuse = (): void => {
      note('preload: a request was not understood');
      socket.destroy();
    };
    const next = (operation: string, bytes: Buffer): void => {
      const before = sockets.get(socket);
      const task = async (): Promise<void> => {
        await before;
        if (socket.destroyed) return;
        const answer = await file(operation, bytes);
        if (answer === undefined) refuse();
        else if (!socket.destroyed) socket.write(answerBytes(answer));
      };
      sockets.set(socket, task());
    };
    sockets.set(socket, Promise.resolve());
    socket.on('data', (chunk) => {
      unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
      while (unread.length >= HEAD) {
        const length = unread.readUIntLE(1, 3);
        if (length > LONGEST) return refuse();
        if (unread.length < HEAD + length) return;
        next(String.fromCharCode(unread[0]!), unread.subarray(HEAD, HEAD + length));
        unread = unread.subarray(HEAD + length);
      }
    });
    socket.on('error', () => {}); // the process is gone: `close` follows
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(path);
  await once(server, 'listening');

  return {
    async close() {
      server.close();
      const closed = [...sockets.keys()].map((socket) => once(socket, 'close'));
      const done = [...sockets.values()];
      for (const socket of sockets.keys()) socket.destroy();
      await Promise.all([...closed, ...done]);
    },
  };
}

function answerBytes({ result, bytes = new Uint8Array() }: Answer): Uint8Array {
  const answer = Buffer.alloc(8 + bytes.length);
  answer.writeInt32LE(result, 0);
  answer.writeUInt32LE(bytes.length, 4);
  answer.set(bytes, 8);
  return answer;
}
