import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { boardState } from '../../cli/control/api/schemas.ts';
import type { newBoard } from '../../cli/control/api/schemas.ts';
import { EmulatorError } from '../../errors.ts';
import { packageFile } from '../../package-files.ts';
import { Board } from './board.ts';
import type { BoardState } from './board.ts';
import { ControlClient } from './control-client.ts';

/** The options of `vstm32 run` without their dashes: `{usart: 'tcp', rdp: 1, option: ['nBOOT_SEL=0']}`; `id` is the name. */
export type BoardOptions = Omit<z.input<typeof newBoard>, 'device'>;

const ready = z.object({ api: z.string().optional(), control: z.string().optional() });

/** A server of boards. */
export class Server implements AsyncDisposable {
  readonly #client: ControlClient;
  readonly #end: () => Promise<void>;

  /**
   * Starts `vstm32 serve`, which ends with this process: by the command in the variable `VSTM32`, or by this package.
   * @throws EmulatorError with what the command says
   */
  static async start(): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'vstm32-'));
    const gone = (): void => rmSync(folder, { recursive: true, force: true });
    const [program, ...words] = command();
    const args = [...words, 'serve', '--attached', '--json', '--control', join(folder, 'api')];
    const child = spawn(program!, args, { stdio: 'pipe', detached: true });
    const said = text(child.stderr);
    const closed = once(child, 'close').catch(() => {}); // it could not be started: `error` says why
    const line = await firstLine(child);
    if (line === undefined) {
      await closed;
      gone();
      const why = (await said).trim();
      throw new EmulatorError(`${[program, ...words].join(' ')} does not serve: ${why}`, {
        exitCode: 3,
      });
    }
    child.unref();
    for (const pipe of [child.stdin, child.stdout, child.stderr]) {
      (pipe as unknown as { unref(): void }).unref();
    }
    const { api, control } = ready.parse(JSON.parse(line));
    return new Server(new ControlClient((control ?? api)!), async () => {
      child.ref();
      child.stdin.end();
      await closed;
      gone();
    });
  }

  /** A server that runs: the path of its socket (`--control`), or `http://HOST:PORT` (`--http`). */
  static at(where: string, token?: string): Server {
    return new Server(new ControlClient(where, token), async () => {});
  }

  private constructor(client: ControlClient, end: () => Promise<void>) {
    this.#client = client;
    this.#end = end;
  }

  /** One more board, of a part (`STM32F405RG`), a line or a product ID. @throws Refusal for what no board can be */
  async create(device: string, options: BoardOptions = {}): Promise<Board> {
    const body = { device, ...options };
    return this.#board(await this.#client.call('POST', '/boards', boardState, body));
  }

  /** All boards. */
  async boards(): Promise<readonly Board[]> {
    const states = await this.#client.call('GET', '/boards', z.array(boardState));
    return states.map((state) => this.#board(state));
  }

  /** The board of this name; without one, the only board. @throws EmulatorError where there are several, or none */
  async board(id?: string): Promise<Board> {
    if (id !== undefined) {
      const path = `/boards/${encodeURIComponent(id)}`;
      return this.#board(await this.#client.call('GET', path, boardState));
    }
    const [first, ...others] = await this.boards();
    if (first === undefined) throw new EmulatorError('this server has no board');
    if (others.length === 0) return first;
    const names = [first, ...others].map((each) => each.id).join(', ');
    throw new EmulatorError(`there are several boards: name one of ${names}`);
  }

  /** Ends the server where this has started it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    await this.#end();
  }

  #board(state: BoardState): Board {
    return new Board(this.#client, state);
  }
}

/** What starts `vstm32`. */
function command(): readonly string[] {
  const given = process.env['VSTM32']?.split(' ').filter((word) => word !== '') ?? [];
  if (given.length > 0) return given;
  return [process.execPath, packageFile('dist/cli.js')];
}

/** The first line that a program prints; undefined where it ends before. */
async function firstLine(child: ChildProcess): Promise<string | undefined> {
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw new EmulatorError(
      `${child.spawnfile} does not start (${String(error)}): set VSTM32 to the command that starts vstm32`,
      { exitCode: 3 },
    );
  });
  const lines = createInterface({ input: child.stdout! });
  const line = once(lines, 'line').then(([first]: unknown[]) => String(first));
  const closed = once(child, 'close').then(() => undefined);
  try {
    return await Promise.race([line, closed, failed]);
  } finally {
    for (const each of [line, closed, failed]) each.catch(() => {});
  }
}
