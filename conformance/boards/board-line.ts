import { setTimeout as wait } from 'node:timers/promises';
import type { Part } from '../part/part.ts';
import { startUpMs } from '../part/start-up.ts';
import { NoJudgement } from '../run/target.ts';
import type { Line } from './lines/line.ts';
import { openLine, openSerialLine } from './lines/open-line.ts';
import { resetterOf } from './reset.ts';
import type { Resetter } from './reset.ts';
import { addressOf } from '../targets/spec.ts';
import type { BoardSpec } from '../targets/spec.ts';

/** How often a bus is freed that is held behind a reset too. */
const TRIES = 3;

/** The line to a board that can be reset. */
export class BoardLine {
  readonly line: Line;
  readonly #wired: Line;
  readonly #resetter: Resetter;

  /** `wired` is the line whose DTR and RTS reset it, where that is another one. */
  constructor(line: Line, resetter: Resetter, wired: Line = line) {
    this.line = line;
    this.#wired = wired;
    this.#resetter = resetter;
  }

  /** @throws ConformanceError for a port that there is not, or one that cannot reset the board as it should. */
  static async open(spec: BoardSpec): Promise<BoardLine> {
    const line = await openLine(spec);
    let wired = line;
    try {
      wired = await wiredLine(spec, line);
      const resetter = resetterOf(spec.reset, wired, spec.name ?? addressOf(spec));
      return new BoardLine(line, resetter, wired);
    } catch (error) {
      await line.close();
      if (wired !== line) await wired.close();
      throw error;
    }
  }

  /**
   * Resets the board into its bootloader and waits until that listens; a bus that is held is freed.
   * @throws NoJudgement for one that stays held
   */
  async restart(part: Part): Promise<void> {
    const free = (await this.line.free?.()) !== false;
    await this.#reset(part);
    if (free) return;
    for (let tried = 1; (await this.line.free!()) === false; tried++) {
      if (tried === TRIES) {
        throw new NoJudgement(
          'inconclusive',
          'the I2C bus stays held: switch all that is on it off and on',
          { gone: true },
        );
      }
    }
    await this.#reset(part); // what freed the bus may have reached the bootloader
  }

  async #reset({ bootloader }: Part): Promise<void> {
    await this.#resetter.enterBootloader();
    await this.line.clear(startUpMs(bootloader));
  }

  /** Waits until the bootloader of a board that has just reset itself listens. */
  async awaitStart({ bootloader }: Part): Promise<void> {
    await wait(startUpMs(bootloader));
  }

  /** Lets the board run what it holds, where its wiring can, and gives the line back. */
  async close(): Promise<void> {
    try {
      await this.#resetter.leave();
    } catch {
      // a port that vanished: there is nothing left to be set
    }
    await this.line.close();
    if (this.#wired !== this.line) await this.#wired.close();
  }
}

/** The line whose DTR and RTS reset the board, which may be another one than it is examined on. */
async function wiredLine({ reset }: BoardSpec, line: Line): Promise<Line> {
  if (reset.by !== 'wiring' || reset.port === undefined) return line;
  return openSerialLine(reset.port);
}
