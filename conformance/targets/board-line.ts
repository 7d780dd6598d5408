import type { Part } from '../part.ts';
import type { Line } from './line.ts';
import { openLine } from './open-line.ts';
import { resetterOf } from './reset.ts';
import type { Resetter } from './reset.ts';
import { addressOf } from './spec.ts';
import type { BoardSpec } from './spec.ts';

/** Wall time from reset until a bootloader listens for which no table has a figure, in ms. */
const USUAL_START_MS = 100;

/** The line to a board that can be reset. */
export class BoardLine {
  readonly line: Line;
  readonly #resetter: Resetter;

  private constructor(spec: BoardSpec, line: Line) {
    this.line = line;
    this.#resetter = resetterOf(spec.reset, line, spec.name ?? addressOf(spec));
  }

  /** @throws ConformanceError for a port that there is not, or one that cannot reset the board as it should. */
  static async open(spec: BoardSpec): Promise<BoardLine> {
    const line = await openLine(spec);
    try {
      return new BoardLine(spec, line);
    } catch (error) {
      await line.close();
      throw error;
    }
  }

  /** Resets the board into its bootloader and waits until that listens. */
  async restart({ bootloader }: Part): Promise<void> {
    await this.#resetter.enterBootloader();
    await this.line.clear(Math.max(USUAL_START_MS, 1.5 * (bootloader.startupMs ?? 0)));
  }

  /** Lets the board run what it holds, where its wiring can, and gives the line back. */
  async close(): Promise<void> {
    try {
      await this.#resetter.leave();
    } catch {
      // a port that vanished: there is nothing left to be set
    }
    await this.line.close();
  }
}
