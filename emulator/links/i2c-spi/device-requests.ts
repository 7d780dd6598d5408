import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { serveSocket } from '../local-server.ts';
import { answerRequests, inMessages } from '../requests.ts';

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
  const serve = async (socket: Socket): Promise<void> => {
    const file = open();
    await answerRequests(socket, inMessages(LONGEST), {
      async answer({ operation, bytes }) {
        const answer = await file(operation, bytes);
        return answer === undefined ? undefined : answerBytes(answer);
      },
      refused: () => note('preload: a request was not understood'),
    });
  };
  return await serveSocket({ path }, serve, { note: (text) => note(`preload: ${text}`) });
}

function answerBytes({ result, bytes = new Uint8Array() }: Answer): Uint8Array {
  const answer = Buffer.alloc(8 + bytes.length);
  answer.writeInt32LE(result, 0);
  answer.writeUInt32LE(bytes.length, 4);
  answer.set(bytes, 8);
  return answer;
}
