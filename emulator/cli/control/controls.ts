import type { Board } from '../../board/board.ts';

/** The switches of a running board, as the keys of a terminal move them. */
export class Controls {
  readonly #board: Board;
  readonly #save: () => Promise<string>;

  /** `save` writes main flash to the file of `--save`, and returns its name. */
  constructor(board: Board, save: () => Promise<string>) {
    this.#board = board;
    this.#save = save;
  }

  reset(): string {
    this.#board.reset();
    return `reset: the chip is ${this.#board.state}`;
  }

  toggleBoot0(): string {
    const level = this.#board.pinLevel('BOOT0') === 1 ? 0 : 1;
    this.#board.drive('BOOT0', level);
    return `BOOT0 is ${level} from the next reset on`;
  }

  togglePower(): string {
    const on = this.#board.state === 'off';
    this.#board.power(on);
    return on ? `power is on: the chip is ${this.#board.state}` : 'power is off';
  }

  async save(): Promise<string> {
    return `saved ${await this.#save()}`;
  }
}
