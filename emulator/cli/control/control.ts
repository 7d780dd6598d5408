import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { EmulatorError } from '../../errors.ts';
import { answerRequests, inLines } from '../../links/requests.ts';
import type { BoardState, Controls } from './controls.ts';
import { codeOf, listenAlone, socketName } from './unix-socket.ts';

/** Answer to one line on the control socket, one line of JSON; fields are only added. */
export type ControlAnswer =
  | ({ readonly ok: true; readonly text: string } & BoardState)
  | { readonly ok: false; readonly error: string };

const level = z.union([z.literal(0), z.literal(1)]);

const answerSchema: z.ZodType<ControlAnswer> = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    text: z.string(),
    device: z.string(),
    flashKiB: z.number(),
    bootloader: z.string(),
    state: z.custom<BoardState['state']>((value) => typeof value === 'string'),
    nrst: level,
    boot0: level,
    boot1: level,
  }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** Longest line in bytes: a word and a path. */
const LONGEST = 8192;
/** Connections at a time. */
const MOST_CLIENTS = 64;

/** Serves the control socket: each line of words is obeyed and answered in turn. */
export async function serveControl(path: string, controls: Controls): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  try {
    server = await listenAlone(socketName(path), (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {}); // the client is gone: `close` follows
      void serve(socket, controls);
    });
  } catch (cause) {
    if (cause instanceof EmulatorError) {
      throw new EmulatorError(`--control ${path}: ${cause.message}`, { cause });
    }
    throw new EmulatorError(`--control ${path}: ${codeOf(cause) ?? String(cause)}`, { cause });
  }
  if (server === undefined) {
    throw new EmulatorError(
      `--control ${path}: another vstm32 listens there, choose another path or end it`,
    );
  }
  const listening = server;
  listening.maxConnections = MOST_CLIENTS;
  listening.on('error', () => {}); // one could not be accepted
  return {
    async [Symbol.asyncDispose]() {
      listening.close();
      for (const socket of sockets) socket.destroy();
      await once(listening, 'close');
    },
  };
}

async function serve(socket: Socket, controls: Controls): Promise<void> {
  const lineOf = (reply: ControlAnswer): string => `${JSON.stringify(reply)}\n`;
  await answerRequests(socket, inLines(LONGEST), {
    answer: async (line) => (line.trim() === '' ? '' : lineOf(await answer(line, controls))),
    refused: () => {
      socket.write(lineOf({ ok: false, error: `a line has at most ${LONGEST} bytes` }));
    },
  });
}

async function answer(line: string, controls: Controls): Promise<ControlAnswer> {
  try {
    const text = await controls.obey(line);
    return { ok: true, text, ...controls.state() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Sends one line of words to the board that listens on `path`. */
export async function sendControl(path: string, line: string): Promise<ControlAnswer> {
  const socket = connect(socketName(path));
  try {
    await once(socket, 'connect');
    socket.write(`${line}\n`);
    for await (const reply of createInterface({ input: socket })) {
      return answerSchema.parse(JSON.parse(reply));
    }
  } catch (cause) {
    throw new EmulatorError(
      `no board listens on ${path} (${codeOf(cause) ?? String(cause)}): start one with vstm32 run DEVICE --control ${path}`,
      { exitCode: 3, cause },
    );
  } finally {
    socket.destroy();
  }
  throw new EmulatorError(`the board on ${path} ended before it answered`, { exitCode: 3 });
}
