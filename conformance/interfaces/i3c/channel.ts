import type { Board, I3cPins } from '../../../emulator/index.ts';
import { Heard } from '../../targets/memory-channels/heard.ts';
import type { MemoryChannel, Passing } from '../../targets/memory-channels/heard.ts';
import { outcome, parseBurst } from './frames.ts';
import type { Outcome, ParsedFrame } from './frames.ts';

/** µs that a host leaves the bus alone when nobody acknowledged the address. */
const NOBODY = 5_000;

/**
 * The controller of a bus in memory: each burst is frames in the form of `frames.ts`. Time passes in the host's
 * pauses, and while it waits for what answers the frames.
 */
export class I3cChannel extends Heard implements MemoryChannel {
  readonly #pins: I3cPins;
  readonly #board: Board;
  readonly #passing: Passing;

  constructor(pins: I3cPins, board: Board, passing: Passing) {
    super();
    this.#pins = pins;
    this.#board = board;
    this.#passing = passing;
    pins.onInterrupt(({ address, byte }) => {
      this.add(outcome({ kind: 'interrupt', address, byte }));
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (const frame of parseBurst(bytes)) {
      const each = this.#outcomeOf(frame);
      if (each === undefined) continue;
      this.add(outcome(each));
      if (each.kind === 'nobody' && this.#passing === 'as on a wire') this.#wait(NOBODY);
    }
    if (this.#passing === 'at once') this.#board.run();
  }

  /** Time passes for a host that waits and hears nothing. */
  override async next(withinMs: number): Promise<number | undefined> {
    if (this.#passing === 'as on a wire') return this.within(withinMs, this.#board);
    const there = await super.next(withinMs);
    if (there !== undefined || withinMs === 0) return there;
    this.#wait(withinMs * 1000);
    return super.next(withinMs);
  }

  #outcomeOf({ kind, address, count, data }: ParsedFrame): Outcome | undefined {
    const pins = this.#pins;
    switch (kind) {
      case 'write':
        return answer(pins.write(address, data));
      case 'broadcast':
        return answer(pins.broadcast(address, data));
      case 'read': {
        const read = pins.read(address, count);
        return read === 'nack' ? { kind: 'nobody' } : { kind: 'data', data: [...read] };
      }
      case 'assign': {
        const told = pins.assignAddress(address);
        if (told === 'nack') return { kind: 'nobody' };
        return { kind: 'data', data: [...told.pid, told.bcr, told.dcr] };
      }
      case 'pause':
        this.#wait(count * 1000);
        return undefined;
    }
  }

  #wait(micros: number): void {
    const { clock } = this.#board;
    clock.advanceTo(clock.now + micros);
    if (this.#passing === 'at once') this.#board.run();
  }
}

function answer(result: 'ack' | 'nack'): Outcome {
  return { kind: result === 'ack' ? 'taken' : 'nobody' };
}
