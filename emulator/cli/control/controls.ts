import type { Board } from '../../board/board.ts';
import { EmulatorError } from '../../errors.ts';
import type { Level } from '../../pins.ts';

/** The words a running board obeys, as `vstm32 ctl` takes them. */
export const controlWords = ['reset', 'boot0 0|1', 'power off|on', 'save FILE', 'state'] as const;

/** What a running board tells about itself; fields are only added. */
export interface BoardState {
  readonly device: string;
  readonly flashKiB: number;
  readonly bootloader: string;
  readonly state: Board['state'];
  readonly nrst: Level;
  readonly boot0: Level;
  readonly boot1: Level;
}

/** The switches of a running board, whoever moves them: keys, signals or the control socket. */
export class Controls {
  readonly #board: Board;
  readonly #save: (file: string | undefined) => Promise<string>;

  /** `save` writes main flash to the file, or to the one of `--save`, and returns its name. */
  constructor(board: Board, save: (file: string | undefined) => Promise<string>) {
    this.#board = board;
    this.#save = save;
  }

  /** Obeys one line of words and returns what to tell the user. */
  async obey(line: string): Promise<string> {
    const [, word, argument = ''] = /^(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    switch (word) {
      case 'reset':
        if (argument !== '') break;
        return this.reset();
      case 'boot0':
        if (argument !== '0' && argument !== '1') break;
        return this.boot0(argument === '1' ? 1 : 0);
      case 'power':
        if (argument !== 'on' && argument !== 'off') break;
        return this.power(argument === 'on');
      case 'save':
        return await this.save(argument === '' ? undefined : argument);
      case 'state':
        if (argument !== '') break;
        return `the chip is ${this.state().state}`;
      default:
    }
    throw new EmulatorError(`${line}: the words are ${controlWords.join(', ')}`);
  }

  reset(): string {
    this.#board.reset();
    return `reset: the chip is ${this.#board.state}`;
  }

  boot0(level: Level): string {
    this.#board.drive('BOOT0', level);
    return `BOOT0 is ${level} from the next reset on`;
  }

  toggleBoot0(): string {
    return this.boot0(this.#board.pinLevel('BOOT0') === 1 ? 0 : 1);
  }

  power(on: boolean): string {
    this.#board.power(on);
    return on ? `power is on: the chip is ${this.#board.state}` : 'power is off';
  }

  togglePower(): string {
    return this.power(this.#board.state === 'off');
  }

  async save(file?: string): Promise<string> {
    return `saved ${await this.#save(file)}`;
  }

  state(): BoardState {
    const board = this.#board;
    return {
      device: board.device.id,
      flashKiB: board.flashKiB,
      bootloader: board.bootloader.version,
      state: board.state,
      nrst: board.pinLevel('NRST'),
      boot0: board.pinLevel('BOOT0'),
      boot1: board.pinLevel('BOOT1'),
    };
  }
}
