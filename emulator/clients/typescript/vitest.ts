import type { Board } from './board.ts';
import { Refusal } from './control-client.ts';
import { Server } from './server.ts';
import type { BoardOptions } from './server.ts';

type Use<T> = (value: T) => Promise<void>;
type Fixture<Needs, T> = (needs: Needs, use: Use<T>) => Promise<void>;
type OfWorker<F> = [fixture: F, options: { scope: 'worker' }];
type MakeBoard = (device: string, options?: BoardOptions) => Promise<Board>;

/** What a test may ask for. */
export interface Stm32 {
  /** One server for each worker. */
  readonly stm32Server: Server;
  /** The board of the worker as the last test has left it. */
  readonly stm32Board: Board;
  /** A board as it was made, put back by a snapshot before each test. */
  readonly stm32: Board;
  /** Makes boards of any part, which are gone behind the test. */
  readonly stm32Factory: MakeBoard;
}

/** Fixtures for `test.extend` of vitest. */
export interface Stm32Fixtures {
  stm32Server: OfWorker<Fixture<object, Server>>;
  stm32Board: OfWorker<Fixture<Pick<Stm32, 'stm32Server'>, Board>>;
  stm32: Fixture<Pick<Stm32, 'stm32Board'>, Board>;
  stm32Factory: Fixture<Pick<Stm32, 'stm32Server'>, MakeBoard>;
}

/** Fixtures with boards: `test.extend<Stm32>(stm32Fixtures('STM32F405'))`. */
export function stm32Fixtures(device = 'STM32F405', options: BoardOptions = {}): Stm32Fixtures {
  return {
    stm32Server: [
      // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs
      async ({}, use) => {
        await using server = await Server.start();
        await use(server);
      },
      { scope: 'worker' },
    ],
    stm32Board: [
      async ({ stm32Server }, use) => {
        const board = await stm32Server.create(device, options);
        await board.snapshot(AS_MADE);
        await use(board);
      },
      { scope: 'worker' },
    ],
    stm32: async ({ stm32Board }, use) => {
      await stm32Board.restore(AS_MADE);
      await use(stm32Board);
    },
    stm32Factory: async ({ stm32Server }, use) => {
      const made: Board[] = [];
      await use(async (part, its = {}) => {
        const board = await stm32Server.create(part, its);
        made.push(board);
        return board;
      });
      for (const board of made) {
        await board.remove().catch((error: unknown) => {
          if (!(error instanceof Refusal && error.status === GONE)) throw error; // else the test has removed it
        });
      }
    },
  };
}

const AS_MADE = 'as-made';
/** The status of what is not there. */
const GONE = 404;
