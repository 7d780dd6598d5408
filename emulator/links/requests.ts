import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** The first request of what has arrived and its length in bytes; undefined as long as it is not whole. */
export type Framing<Request> = (
  unread: Buffer,
) => { readonly request: Request; readonly length: number } | 'too long' | undefined;

/** A request of the preload libraries: an operation, and its bytes. */
export interface Message {
  readonly operation: string;
  readonly bytes: Buffer;
}

/** Lines of at most `longest` bytes. */
export function inLines(longest: number): Framing<string> {
  return (unread) => {
    const end = unread.indexOf('\n');
    if (end > longest || (end < 0 && unread.length > longest)) return 'too long';
    return end < 0 ? undefined : { request: unread.toString('utf8', 0, end), length: end + 1 };
  };
}

/** Operation and length of a message, as preload/bus-device.h sends them. */
const HEAD = 4;

/** Messages of at most `longest` bytes. */
export function inMessages(longest: number): Framing<Message> {
  return (unread) => {
    if (unread.length < HEAD) return undefined;
    const end = HEAD + unread.readUIntLE(1, 3);
    if (end > HEAD + longest) return 'too long';
    if (unread.length < end) return undefined;
    const operation = String.fromCharCode(unread[0]!);
    return { request: { operation, bytes: unread.subarray(HEAD, end) }, length: end };
  };
}

/** How the requests of a connection are answered. */
export interface Answering<Request> {
  /** What goes back, maybe nothing; undefined where the request makes no sense. */
  readonly answer: (request: Request) => Promise<Uint8Array | string | undefined>;
  /** What has arrived makes no sense: the connection is ended. */
  readonly refused: (unread: Buffer) => void;
}

/**
 * Answers the requests of one connection, one after the other, until it ends. Nothing more is read while
 * a request is under way or its answer is not taken: a peer that does not read waits for itself.
 */
export async function answerRequests<Request>(
  socket: Socket,
  framing: Framing<Request>,
  { answer, refused }: Answering<Request>,
): Promise<void> {
  let current: Promise<unknown> = Promise.resolve();
  async function* answers(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array | string> {
    let unread: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
      for (let next = framing(unread); next !== undefined; next = framing(unread)) {
        const answering = next === 'too long' ? Promise.resolve(undefined) : answer(next.request);
        current = answering;
        const answered = await answering;
        if (answered === undefined || next === 'too long') {
          refused(unread);
          throw new Error('not understood');
        }
        unread = unread.subarray(next.length);
        if (answered.length > 0) yield answered;
        if (unread.length > 0) await nextTurn(); // whoever sends many at once is not alone here
      }
    }
  }
  socket.allowHalfOpen = true; // what was asked before the end is answered
  await pipeline(socket, answers, socket).catch(() => {}); // gone, or thrown out: it is closed
  await current;
}
