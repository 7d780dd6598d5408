import { EmulatorError } from '../../../errors.ts';
import { LogMemory } from './log-memory.ts';
import type { ServedBoard } from './served-board.ts';
import { NotFound } from './served-board.ts';

/** Boards of one server: far more than a suite starts, few enough for their descriptors. */
const MOST_BOARDS = 2000;

const OWN_BOARD = 'this server has the board that it was started with, and no other';

/** What makes a board of the words of the command line. */
export type MakeBoard = (
  id: string,
  device: string,
  options: Readonly<Record<string, unknown>>,
  memory: LogMemory,
) => Promise<ServedBoard>;

/** The boards of a server by their names, in the order they came. */
export class BoardSet implements AsyncDisposable {
  /** What the events of all of them are remembered in. */
  readonly memory = new LogMemory();
  readonly #boards = new Map<string, ServedBoard>();
  /** Boards that are not there yet; their names are taken. */
  readonly #making = new Map<string, Promise<ServedBoard>>();
  readonly #make: MakeBoard | undefined;
  #lastId = 0;
  #isOver = false;

  /** Without `make` no board is added or removed by a client. */
  constructor(make?: MakeBoard) {
    this.#make = make;
  }

  get list(): readonly ServedBoard[] {
    return [...this.#boards.values()];
  }

  add(board: ServedBoard): void {
    this.#boards.set(board.id, board);
  }

  /** @throws NotFound naming those there are */
  get(id: string): ServedBoard {
    const board = this.#boards.get(id);
    if (board !== undefined) return board;
    const names = [...this.#boards.keys()].slice(0, 20).join(', ') || 'none';
    throw new NotFound(`no board is called ${id}; there is ${names}`);
  }

  /** Makes one more board. @throws EmulatorError for what no board can be, and a name that is taken */
  async create(
    device: string,
    options: Readonly<Record<string, unknown>>,
    id?: string,
  ): Promise<ServedBoard> {
    if (this.#make === undefined) throw new EmulatorError(OWN_BOARD);
    if (this.#isOver) throw new EmulatorError('this server ends and makes no more boards');
    if (this.#boards.size + this.#making.size >= MOST_BOARDS) {
      throw new EmulatorError(`a server has ${MOST_BOARDS} boards at most: remove one`);
    }
    const name = id ?? this.#freeName();
    if (this.#isTaken(name)) throw new EmulatorError(`there is a board called ${name} already`);
    const making = this.#make(name, device, options, this.memory);
    this.#making.set(name, making);
    try {
      const board = await making;
      this.#boards.set(name, board);
      return board;
    } finally {
      this.#making.delete(name);
    }
  }

  /** @throws NotFound, EmulatorError for the board of a command */
  async remove(id: string): Promise<void> {
    const board = this.get(id);
    if (this.#make === undefined) throw new EmulatorError(OWN_BOARD);
    this.#boards.delete(id);
    await board.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#making.values());
    const closing = this.list.map((board) => board.close());
    this.#boards.clear();
    const ended = await Promise.allSettled(closing);
    const failed = ended
      .filter((each) => each.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    if (failed.length > 0) throw failed.length === 1 ? failed[0] : new AggregateError(failed);
  }

  #freeName(): string {
    for (;;) {
      const name = `board-${++this.#lastId}`;
      if (!this.#isTaken(name)) return name;
    }
  }

  #isTaken(name: string): boolean {
    return this.#boards.has(name) || this.#making.has(name);
  }
}
