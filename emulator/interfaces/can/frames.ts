import type { CanFrame } from './pins.ts';
import type { Trace } from '../../trace/trace.ts';
import { Session } from '../../bootloader/dialogue.ts';
import type { Port, SessionHost } from '../../bootloader/dialogue.ts';

/** What a CAN controller hands over: a frame, or that one was lost by an error on the bus or an overrun. */
export type Received = CanFrame | 'bus error';

/** A port that carries CAN frames. */
export type FramePort = Port<Received, readonly Received[]>;

/** Messages that the receive FIFO of bxCAN holds (RM0090 §32.7.3); those of FDCAN are as deep where the depth is fixed. */
const FIFO_DEPTH = 3;

/** A session on a port that carries frames. */
export type FrameSession = Session<Received, readonly Received[]>;

/** Makes one, that waits for nothing yet. */
export function frameSession(host: SessionHost<readonly CanFrame[]>): FrameSession {
  const frames: SessionHost<readonly Received[]> = {
    ...host,
    transmit: (items) => host.transmit(items.filter((item) => item !== 'bus error')),
  };
  return new Session<Received, readonly Received[]>(frames, () => new FrameQueue(), {
    keptWhileBusy: FIFO_DEPTH,
  });
}

/** False for a frame with an extended identifier, which the bootloaders' filters keep away (AN3154, AN5405). */
export function withoutExtended(item: Received, trace: Trace): boolean {
  if (item === 'bus error' || !item.extended) return true;
  const why = 'extended identifiers are filtered out';
  trace.emit({ kind: 'dropped', what: frameName(item), why });
  return false;
}

/** A frame as a person speaks of it. */
export function frameName({ id }: CanFrame): string {
  return `a frame with identifier 0x${id.toString(16)}`;
}

/** Frames in order of arrival. */
class FrameQueue {
  readonly of = 'frames';
  #items: Received[] = [];

  get length(): number {
    return this.#items.length;
  }

  push(items: ArrayLike<Received>): void {
    for (let at = 0; at < items.length; at++) this.#items.push(items[at]!);
  }

  shift(count: number): readonly Received[] {
    return this.#items.splice(0, count);
  }

  /** An overrun is seen as an error, which is answered (AN3154, CAN settings: CAN_ESR and FIFO overrun). */
  keep(count: number): void {
    this.#items.length = count;
    this.#items.push('bus error');
  }
}
