import { isIPv6 } from 'node:net';
import { EmulatorError } from '../../errors.ts';
import { isLoopback, parseAddress } from '../../links/address.ts';
import type { TcpAddress } from '../../links/address.ts';
import type { BoardSession } from '../session.ts';
import type { HttpPlace, ServedApi } from './api/listen.ts';
import type { TraceLog } from './api/trace-log.ts';

/** The options that say where the control API is served. */
export interface ApiArguments {
  readonly control?: string | undefined;
  readonly http?: string | undefined;
  readonly token?: string | undefined;
}

export function isServed({ control, http }: ApiArguments): boolean {
  return control !== undefined || http !== undefined;
}

/** Serves the one board of a command, where it is to be; what serves it is imported only then. */
export async function serveSession(
  argv: ApiArguments,
  session: BoardSession,
  log: TraceLog | undefined,
): Promise<ServedApi | undefined> {
  if (log === undefined) return undefined;
  const [{ BoardSet }, { ServedBoard }, { serveApi }] = await Promise.all([
    import('./api/board-set.ts'),
    import('./api/served-board.ts'),
    import('./api/listen.ts'),
  ]);
  const boards = new BoardSet();
  // its links and files are those of the command
  boards.add(new ServedBoard('board', session.board, log, async () => {}, session.startedAt));
  const api = await serveApi(boards, { control: argv.control, http: parseHttp(argv) });
  const close = async (): Promise<void> => {
    try {
      await api[Symbol.asyncDispose]();
    } finally {
      await boards[Symbol.asyncDispose](); // what its clients have preloaded
    }
  };
  return { ...api, [Symbol.asyncDispose]: close };
}

/**
 * Reads `--http`: HOST:PORT, a port, or a host. @throws EmulatorError where others reach it and there is no token, and
 * for a blank one
 */
export function parseHttp({ http, token }: ApiArguments): HttpPlace | undefined {
  if (http === undefined) return undefined;
  const { host, port } = parsePlace(http);
  if (token?.trim() === '') {
    throw new EmulatorError(
      `--token '${token}': it says no words, as that of a variable that is not set: name some, or leave --token out`,
    );
  }
  if (!isLoopback(host) && token === undefined) {
    throw new EmulatorError(
      `--http ${http}: others than this machine reach it: give --token WORDS, which clients must bring`,
    );
  }
  return { host, port, token };
}

function parsePlace(http: string): TcpAddress {
  const named = isIPv6(http) ? `[${http}]` : http;
  try {
    return parseAddress(/(^|:)\d+$/.test(named) ? named : `${named}:0`);
  } catch (cause) {
    throw new EmulatorError(
      `--http ${http}: write HOST:PORT, as 127.0.0.1:8080 or [::1]:8080, or a port`,
      { cause },
    );
  }
}
