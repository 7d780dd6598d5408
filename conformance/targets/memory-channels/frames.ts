import type { Board, CanFrame, CanPins, CanRate } from '../../../emulator/index.ts';
import { EXTENDED, FD, BRS, OUTCOME, RATE } from '../../host/can-frames.ts';
import { Heard } from './heard.ts';
import type { MemoryChannel } from './heard.ts';

/**
 * Each burst is frames one after the other in the form of `host/can-frames.ts`; so is what the device
 * sends. A frame that it does not take leaves a byte that says so.
 */
export class FrameChannel extends Heard implements MemoryChannel {
  readonly #pins: CanPins;
  readonly #board: Board;
  /** Undefined: that of the chip. */
  #rate: CanRate | undefined;

  constructor(pins: CanPins, board: Board) {
    super();
    this.#pins = pins;
    this.#board = board;
    pins.onTransmit((frame, rate) => {
      if (this.#rate !== undefined && this.#rate.nominal !== rate.nominal) return false;
      this.add(encoded(frame));
      return true;
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length;) {
      const flags = view.getUint8(at);
      if (flags === RATE) {
        this.#rate = { nominal: view.getUint32(at + 1) };
        this.#pins.repeat();
        at += 5;
        continue;
      }
      const length = view.getUint8(at + 5);
      const end = at + 6 + length;
      const taken = this.#pins.receive(
        {
          id: view.getUint32(at + 1),
          extended: (flags & EXTENDED) !== 0,
          fd: (flags & FD) !== 0,
          brs: (flags & BRS) !== 0,
          data: bytes.slice(at + 6, end),
        },
        this.#rate,
      );
      if (taken !== 'acknowledged') this.add([OUTCOME[taken]]);
      at = end;
    }
    this.#board.run();
  }

  override clear(): void {
    super.clear();
    this.#rate = undefined;
  }
}

function encoded({ id, extended, fd, brs, data }: CanFrame): number[] {
  const flags = (extended ? EXTENDED : 0) | (fd ? FD : 0) | (brs ? BRS : 0);
  return [flags, id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff, data.length, ...data];
}
