import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunked } from '../../test/chunked.ts';
import type { TelnetToken } from './telnet.ts';
import { encodeSubnegotiation, escapeTelnet, TELNET, TelnetDecoder } from './telnet.ts';

const { IAC, SB, SE, DO, WILL, BREAK } = TELNET;

function decode(...chunks: (readonly number[] | Uint8Array)[]): TelnetToken[] {
  const decoder = new TelnetDecoder();
  return chunks.flatMap((chunk) => [...decoder.decode(Uint8Array.from(chunk))]);
}

/** The same tokens with neighbouring data joined, so that chunkings compare. */
function joined(tokens: readonly TelnetToken[]): unknown[] {
  const result: unknown[] = [];
  for (const token of tokens) {
    const last = result.at(-1);
    if (token.kind !== 'data') result.push(token);
    else if (Array.isArray(last)) last.push(...token.bytes);
    else result.push([...token.bytes]);
  }
  return result;
}

const streamByte = fc.oneof(fc.nat(255), fc.constantFrom(IAC, IAC, SB, SE, DO, WILL, 44));
const stream = fc.array(streamByte, { maxLength: 80 });

test('data, commands, negotiations and subnegotiations come out in their order', () => {
  expect(
    decode([1, IAC, IAC, 2, IAC, DO, 44, 3, IAC, SB, 44, 5, IAC, IAC, IAC, SE, IAC, BREAK, 4]),
  ).toEqual([
    { kind: 'data', bytes: Uint8Array.of(1, 0xff, 2) },
    { kind: 'negotiation', verb: DO, option: 44 },
    { kind: 'data', bytes: Uint8Array.of(3) },
    { kind: 'subnegotiation', option: 44, value: Uint8Array.of(5, 0xff) },
    { kind: 'command', command: BREAK },
    { kind: 'data', bytes: Uint8Array.of(4) },
  ]);
});

test('a command in a subnegotiation ends it, and the command counts', () => {
  expect(decode([IAC, SB, 44, 1, IAC, WILL, 3, 7])).toEqual([
    { kind: 'negotiation', verb: WILL, option: 3 },
    { kind: 'data', bytes: Uint8Array.of(7) },
  ]);
  expect(decode([IAC, SB, 44, 1, IAC, SB, 44, 2, IAC, SE])).toEqual([
    { kind: 'subnegotiation', option: 44, value: Uint8Array.of(2) },
  ]);
});

test('a subnegotiation that is empty, without a beginning or endless is dropped', () => {
  const endless = Array.from({ length: 100_000 }, () => 1);
  expect(decode([IAC, SB, IAC, SE], [IAC, SE], [IAC, SB, 44, ...endless, IAC, SE], [9])).toEqual([
    { kind: 'data', bytes: Uint8Array.of(9) },
  ]);
});

test('any stream in any chunking gives the same tokens', () => {
  fc.assert(
    fc.property(stream, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (bytes, lengths) => {
      expect(joined(decode(...chunked(bytes, lengths)))).toEqual(joined(decode(bytes)));
    }),
  );
});

test('any data and any subnegotiation survive their encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 99 }), (data, value) => {
      expect(joined(decode(escapeTelnet(data), encodeSubnegotiation(44, value)))).toEqual([
        ...(data.length === 0 ? [] : [[...data]]),
        { kind: 'subnegotiation', option: 44, value },
      ]);
    }),
  );
});
