import type { Readable } from 'node:stream';

/** One event of a stream of server-sent events; `data` is what its JSON says. */
export interface ServerSentEvent {
  readonly name?: string;
  readonly id?: string;
  readonly data: unknown;
}

/** The events of a stream as they come; comments are passed over. */
export async function* serverSentEvents(stream: Readable): AsyncGenerator<ServerSentEvent> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const blocks = `${text}${chunk}`.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const { event: name, id, data } = fieldsOf(block);
      if (data === undefined) continue;
      yield {
        ...(name === undefined ? {} : { name }),
        ...(id === undefined ? {} : { id }),
        data: JSON.parse(data),
      };
    }
  }
}

function fieldsOf(block: string): Readonly<Record<'event' | 'id' | 'data', string | undefined>> {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  return { event: field('event'), id: field('id'), data: field('data') };
}
