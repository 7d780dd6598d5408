import type { ServerResponse } from 'node:http';
import { formatJsonEvent } from '../../../trace/json.ts';
import { wanted } from './trace-log.ts';
import type { EventFilter, TraceLog } from './trace-log.ts';

/** Events are sent when so many have come, or after so many ms: one at a time costs the chip its time. */
const BATCH = { events: 128, ms: 16 } as const;
/** A comment that keeps proxies from closing a stream on which nothing happens, every so many ms. */
const ALIVE_MS = 15_000;

/** What ends a stream: its client, or its board. */
interface Ends {
  readonly gone: AbortSignal;
  readonly removed: AbortSignal;
}

/**
 * Sends the events of a board as server-sent events until the client goes, or the board: `id` is the number of the event. A
 * client that does not keep up misses some, and is told how many by an event `dropped`.
 */
export function streamEvents(
  log: TraceLog,
  response: ServerResponse,
  from: number,
  filter: EventFilter,
  { gone, removed }: Ends,
): void {
  let next = from;
  let waiting = 0;
  let full = false;
  let timer: NodeJS.Timeout | undefined;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    waiting = 0;
    if (full || gone.aborted) return;
    let text = '';
    if (next < log.first) {
      text = `event: dropped\ndata: {"events":${log.first - next}}\n\n`;
      next = log.first;
    }
    const end = Math.min(log.last, next + 16 * BATCH.events);
    for (; next <= end; next++) {
      const event = log.at(next);
      if (wanted(event, filter)) text += `id: ${next}\ndata: ${formatJsonEvent(event)}\n\n`;
    }
    if (text !== '' && !response.write(text)) full = true;
    else if (next <= log.last) timer = setTimeout(send, 0);
  };
  const stop = log.watch(() => {
    waiting++;
    if (waiting >= BATCH.events) send();
    else timer ??= setTimeout(send, BATCH.ms);
  });
  response.on('drain', () => {
    full = false;
    send();
  });
  const alive = setInterval(() => {
    if (!full) response.write(': still here\n\n');
  }, ALIVE_MS);
  const end = (): void => void response.end();
  removed.addEventListener('abort', end);
  response.on('error', () => {}); // its client is gone
  gone.addEventListener('abort', () => {
    removed.removeEventListener('abort', end);
    stop();
    clearTimeout(timer);
    clearInterval(alive);
  });
  response.flushHeaders();
  send();
}
