import type { ServerResponse } from 'node:http';
import { sentEvent, serverSent } from './server-sent.ts';
import type { Ends } from './server-sent.ts';
import { wanted } from './trace-log.ts';
import type { EventFilter, TraceLog } from './trace-log.ts';

/** Events that one turn reads: no longer than a host takes to send its next command. */
const MOST_IN_TURN = 64;

/**
 * Sends the events of a board as server-sent events until the client goes, or the board: `id` is the number of the event. A
 * client that does not keep up misses some, and is told how many by an event `dropped`.
 */
export function streamEvents(
  log: TraceLog,
  response: ServerResponse,
  from: number,
  filter: EventFilter,
  ends: Ends,
): void {
  const reader = new LogReader(log, from);
  serverSent(
    response,
    ends,
    () => {
      let text = '';
      const more = reader.turn(
        (seq, event) => {
          if (wanted(event, filter)) text += `id: ${seq}\ndata: ${log.json(seq)}\n\n`;
        },
        (events) => (text += sentEvent('dropped', { events })),
      );
      return { text, more };
    },
    (stream) => log.watch(() => stream.happened()),
    () => (reader.left === 0 ? '' : sentEvent('dropped', { events: reader.left })),
  );
}

/** Reads on in a log, some events in a turn. */
export class LogReader {
  readonly #log: TraceLog;
  #next: number;

  /** `from` is the number of the first event to read. */
  constructor(log: TraceLog, from: number) {
    this.#log = log;
    this.#next = from;
  }

  /** Events that have come and were not read. */
  get left(): number {
    return this.#log.last - this.#next + 1;
  }

  /** Calls `read` with what has come, after `dropped` with how many events are remembered no more; true where there is more. */
  turn(
    read: (seq: number, event: ReturnType<TraceLog['at']>) => void,
    dropped: (events: number) => void,
  ): boolean {
    const log = this.#log;
    if (this.#next < log.first) {
      dropped(log.first - this.#next);
      this.#next = log.first;
    }
    const end = Math.min(log.last, this.#next + MOST_IN_TURN - 1);
    for (; this.#next <= end; this.#next++) read(this.#next, log.at(this.#next));
    return this.#next <= log.last;
  }
}
