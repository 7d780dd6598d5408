import type { ServerResponse } from 'node:http';

/**
 * What has happened is sent at most every `ms`, and after `soonMs` where nothing was sent of late: to write to a socket, and to
 * wake whoever reads it, costs a host on this machine the time of its core.
 */
const SEND = { ms: 50, soonMs: 16 } as const;
/** Characters that are sent at once, though there is more. */
const MOST_TEXT = 256 * 1024;
/** A comment that keeps proxies from closing a stream on which nothing happens, every so many ms. */
const ALIVE_MS = 15_000;

/** What ends a stream: its client, or what it tells of. */
export interface Ends {
  readonly gone: AbortSignal;
  readonly removed?: AbortSignal | undefined;
}

/** What a turn of the event loop adds to what is sent; `more` is left for the next one. */
export interface Turn {
  readonly text: string;
  readonly more: boolean;
}

/** A stream of server-sent events that is open. */
export interface OpenStream {
  /** There may be something to send. */
  happened(): void;
}

/**
 * Answers with server-sent events until the client goes or what it tells of is removed, and then calls what `begin`
 * returns. What there is to send is asked for some time after it has happened, never while a board is at work, a little in a
 * turn, so that boards answer their hosts in between; and not while the client does not keep up: it is told by `missed` what it
 * has not been sent where what it tells of is removed then.
 */
export function serverSent(
  response: ServerResponse,
  { gone, removed }: Ends,
  next: () => Turn,
  begin: (stream: OpenStream) => () => void,
  missed: () => string = () => '',
): void {
  let collected = '';
  let full = false;
  /** Something is left to ask for when the client has caught up. */
  let behind = false;
  let sentAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  if (response.req.method === 'HEAD') return void response.end();
  const collect = (): void => {
    soon = undefined;
    if (gone.aborted) return;
    const { text, more } = next();
    collected += text;
    if (more && collected.length < MOST_TEXT) soon = setImmediate(collect);
    else flush(more);
  };
  const flush = (more: boolean): void => {
    const bytes = Buffer.from(collected);
    collected = '';
    sentAt = performance.now();
    full = bytes.length > 0 && !response.write(bytes);
    behind = more;
    if (more && !full) soon = setImmediate(collect);
  };
  const send = (): void => {
    timer = undefined;
    if (full) behind = true;
    else soon ??= setImmediate(collect);
  };
  const end = begin({
    happened: () => {
      if (timer !== undefined) return;
      const quietMs = performance.now() - sentAt;
      timer = setTimeout(send, Math.max(SEND.soonMs, SEND.ms - quietMs));
    },
  });
  response.on('drain', () => {
    full = false;
    if (behind) soon ??= setImmediate(collect);
  });
  const alive = setInterval(() => {
    if (!full) response.write(': still here\n\n');
  }, ALIVE_MS);
  const close = (): void => {
    while (!full && !gone.aborted) {
      const { text, more } = next();
      collected += text;
      if (!more) break; // what a board remembers is bounded
    }
    response.end(full ? collected + missed() : collected);
  };
  removed?.addEventListener('abort', close);
  response.on('error', () => {}); // its client is gone
  gone.addEventListener('abort', () => {
    removed?.removeEventListener('abort', close);
    end();
    clearTimeout(timer);
    clearImmediate(soon);
    clearInterval(alive);
  });
  response.flushHeaders();
  collect();
}

/** One event with JSON as its data. */
export function sentEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
