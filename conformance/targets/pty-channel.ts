import type { ConnectedBoard } from '../../emulator/index.ts';
import type { Channel } from '../run/target.ts';
import { SerialLine } from '../boards/lines/serial-line.ts';

/** Bytes that are on their way for longer, in ms, are lost. */
const LOST_MS = 10_000;

/**
 * The host's end of the pty of a board in this process. A busy machine may hold bytes up on either way: silence
 * is believed of a line on which nothing is under way.
 */
export class PtyChannel implements Channel {
  readonly #line: SerialLine;
  /** Bytes that the chip was sent and has not seen, and bytes that it has sent and the host has not seen. */
  #toChip = 0;
  #toHost = 0;

  private constructor(line: SerialLine, board: ConnectedBoard) {
    this.#line = line;
    const [port] = board.usarts;
    board.trace.listen((event) => {
      if (event.kind === 'rx' && event.port === port) this.#toChip -= event.bytes.length;
      if (event.kind === 'tx' && event.port === port) this.#toHost += event.bytes.length;
    });
  }

  /** @throws ConformanceError for a port that cannot be opened. */
  static async open(board: ConnectedBoard): Promise<PtyChannel> {
    return new PtyChannel(await SerialLine.open(board.ports.usart.path), board);
  }

  send(bytes: Uint8Array): Promise<void> {
    this.#toChip += bytes.length;
    return this.#line.send(bytes);
  }

  async next(withinMs: number): Promise<number | undefined> {
    const lostAt = performance.now() + withinMs + LOST_MS;
    for (;;) {
      const byte = await this.#line.next(withinMs);
      if (byte !== undefined) this.#toHost--;
      const underWay = this.#toChip > 0 || this.#toHost > 0;
      if (byte !== undefined || withinMs === 0 || !underWay || performance.now() > lostAt) {
        return byte;
      }
    }
  }

  /** Forgets all that came: the board was restarted. */
  async clear(quietMs: number): Promise<void> {
    await this.#line.clear(quietMs);
    [this.#toChip, this.#toHost] = [0, 0];
  }

  close(): Promise<void> {
    return this.#line.close();
  }
}
