import { chmodSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { loadLateModules } from '../../../connect/late-modules.ts';
import { EmulatorError } from '../../../errors.ts';
import { packageManifest } from '../../../package-files.ts';
import { cannotListen } from '../../../links/one-host.ts';
import { loadMemoryMap } from '../../images/intel-hex.ts';
import { codeOf, listenAlone, socketName } from '../unix-socket.ts';
import type { BoardSet } from './board-set.ts';
import { addressOf, controlApp } from './server.ts';

/** Where the control API is served. */
export interface ApiPlaces {
  /** Path of a unix socket. */
  readonly control?: string | undefined;
  readonly http?: HttpPlace | undefined;
}

export interface HttpPlace {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What clients must bring; needed where others reach this machine. */
  readonly token?: string | undefined;
}

/** A control API that is served. */
export interface ServedApi extends AsyncDisposable {
  /** `http://127.0.0.1:4711`, with `--http`. */
  readonly url?: string;
}

/** Serves the control API. @throws EmulatorError where it cannot listen */
export async function serveApi(boards: BoardSet, { control, http }: ApiPlaces): Promise<ServedApi> {
  const version = packageManifest().version;
  await Promise.all([loadLateModules(), loadMemoryMap()]);
  const served: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of served.splice(0).toReversed()) await end();
  };
  try {
    if (control !== undefined) {
      const app = await controlApp(boards, { local: true }, version);
      served.push(closing(app));
      served.push(await listenOnSocket(app, control));
    }
    let url: string | undefined;
    if (http !== undefined) {
      const { token } = http;
      const app = await controlApp(boards, { local: false, token }, version);
      served.push(closing(app));
      await app.listen({ host: http.host, port: http.port }).catch((cause: unknown) => {
        throw cannotListen('--http ', http, cause as NodeJS.ErrnoException);
      });
      url = addressOf(app.server);
    }
    return { ...(url === undefined ? {} : { url }), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ends an app with all its connections: Node forgets one that was answered what is wrong with it and does not read that. */
function closing(app: FastifyInstance): () => Promise<void> {
  const sockets = new Set<Socket>();
  let over = false;
  app.server.on('connection', (socket: Socket) => {
    if (over) socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async () => {
    over = true;
    for (const socket of sockets) socket.destroy();
    await app.close();
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not make a socket there (EACCES): choose a path in a folder of your own',
  EPERM: 'no socket can be made there (EPERM): choose a path in another folder',
  EROFS: 'nothing can be written there (EROFS): choose a path in another folder',
};

/** Has an app answer on a socket; returns what takes no more connections. */
async function listenOnSocket(app: FastifyInstance, path: string): Promise<() => Promise<void>> {
  const name = socketName(path);
  const failed = (why: string, cause?: unknown): EmulatorError =>
    new EmulatorError(`--control ${path}: ${why}`, { cause });
  const { server } = app;
  const listens = await listenAlone(name, server).catch((cause: unknown) => {
    throw failed(
      cause instanceof EmulatorError
        ? cause.message
        : (REASONS[codeOf(cause) ?? ''] ?? codeOf(cause) ?? String(cause)),
      cause,
    );
  });
  if (!listens) throw failed('another vstm32 listens there, choose another path or end it');
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  server.on('error', () => {}); // one could not be accepted
  return async () => void server.close(); // `closing` ends those that there are
}
