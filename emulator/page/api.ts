import type { Live } from '../cli/control/api/schemas.ts';

/** The server wants a token, and this was none. */
export class TokenWanted extends Error {}

/** The server has no such board. */
export class NoSuchBoard extends Error {}

/** Asks the server for something; false where it refused, and that was shown. */
export type Act = (method: string, path: string, body?: unknown) => Promise<boolean>;

/** The words that this server wants, kept in this page's memory alone: no storage, no address has them. */
let token: string | undefined;

export function useToken(words: string): void {
  token = words;
}

/** What a route answers. @throws TokenWanted, and Error with what the server says */
export async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status === 401) throw new TokenWanted('a token is needed');
  if (!response.ok) {
    const said = (await response.json().catch(() => ({}))) as { error?: string };
    throw new Error(said.error ?? `the server says ${response.status}`);
  }
  return response;
}

export async function get<T>(path: string): Promise<T> {
  return (await (await ask('GET', path)).json()) as T;
}

/** Saves what a route answers as a file. */
export async function download(path: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await (await ask('GET', path)).blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

type Heard = { [Name in keyof Live]: (data: Live[Name]) => void };

/**
 * Reads server-sent events until the stream ends or `signal` aborts it; an EventSource would have the token in its address.
 * @throws TokenWanted, NoSuchBoard, and Error where nobody answers
 */
export async function listen(path: string, heard: Heard, signal: AbortSignal): Promise<void> {
  const response = await fetch(path, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal,
  });
  if (response.status === 401) throw new TokenWanted('a token is needed');
  if (response.status === 404) throw new NoSuchBoard(path);
  if (!response.ok || response.body === null) throw new Error(`${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const end = text.lastIndexOf('\n\n');
    if (end < 0) continue;
    for (const block of text.slice(0, end).split('\n\n')) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (name === undefined || !Object.hasOwn(heard, name)) continue;
      (heard[name as keyof Live] as (data: unknown) => void)(JSON.parse(data!));
    }
    text = text.slice(end + 2);
  }
}
