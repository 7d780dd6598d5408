import type { ServerResponse } from 'node:http';

/** Text is sent when so many events have come, or after so many ms: one at a time costs the chip its time. */
export const BATCH = { events: 128, ms: 16 } as const;
/** A comment that keeps proxies from closing a stream on which nothing happens, every so many ms. */
const ALIVE_MS = 15_000;

/** What ends a stream: its client, or what it tells of. */
export interface Ends {
  readonly gone: AbortSignal;
  readonly removed?: AbortSignal | undefined;
}

/** What a turn has to send; `more` is left for the next one. */
export interface Turn {
  readonly text: string;
  readonly more: boolean;
}

/** A stream of server-sent events that is open. */
export interface OpenStream {
  /** One more event has happened. */
  happened(): void;
  /** Sends what there is. */
  send(): void;
}

/**
 * Answers with server-sent events until the client goes or what it tells of is removed, and then calls what `begin`
 * returns. What there is to send is asked for when something has happened, and not while the client does not keep up.
 */
export function serverSent(
  response: ServerResponse,
  { gone, removed }: Ends,
  next: () => Turn,
  begin: (stream: OpenStream) => () => void,
): void {
  let waiting = 0;
  let full = false;
  let timer: NodeJS.Timeout | undefined;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  if (response.req.method === 'HEAD') return void response.end();
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    waiting = 0;
    if (full || gone.aborted) return;
    const { text, more } = next();
    if (text !== '' && !response.write(text)) full = true;
    else if (more) timer = setTimeout(send, 0);
  };
  const end = begin({
    happened: () => {
      waiting++;
      if (waiting >= BATCH.events) send();
      else timer ??= setTimeout(send, BATCH.ms);
    },
    send,
  });
  response.on('drain', () => {
    full = false;
    send();
  });
  const alive = setInterval(() => {
    if (!full) response.write(': still here\n\n');
  }, ALIVE_MS);
  const close = (): void => void response.end();
  removed?.addEventListener('abort', close);
  response.on('error', () => {}); // its client is gone
  gone.addEventListener('abort', () => {
    removed?.removeEventListener('abort', close);
    end();
    clearTimeout(timer);
    clearInterval(alive);
  });
  response.flushHeaders();
  send();
}

/** One event with JSON as its data. */
export function sentEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
