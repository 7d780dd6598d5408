import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { command, sync } from './host.ts';
import { KIND, NSS, burst, parseBurst } from './exchanges.ts';
import { answerWords, sentWords } from './words.ts';

const bytes = fc.array(fc.nat(0xff), { maxLength: 300 });
const number = fc.nat(0xffff);

test('the pieces of a burst are read back as they are', () => {
  const piece = fc.oneof(
    bytes.map((send) => ({ send })),
    bytes.map((exchange) => ({ exchange })),
    number.map((pollMs) => ({ pollMs })),
    number.map((pauseMs) => ({ pauseMs })),
    fc.constantFrom('each' as const, 'low' as const, 'high' as const).map((nss) => ({ nss })),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const told = parseBurst(burst(...pieces)).map(({ kind, number: of, data }) => {
        if (kind === 'send') return { send: data };
        if (kind === 'exchange') return { exchange: data };
        if (kind === 'poll') return { pollMs: of };
        if (kind === 'pause') return { pauseMs: of };
        return { nss: Object.entries(NSS).find(([, value]) => value === of)![0] };
      });
      expect(told).toEqual(pieces);
    }),
  );
});

test('what is no piece ends a burst', () => {
  const polled = burst({ pollMs: 5 });
  expect(parseBurst([...polled, 0x77, 0, 0])).toHaveLength(1);
  expect(parseBurst([...polled, KIND.send, 0, 9, 1, 2])).toHaveLength(1);
  expect(parseBurst([...polled, KIND.poll, 0])).toHaveLength(1);
});

test('a burst reads as what a master does', () => {
  expect(sentWords(sync().send)).toBe('5A, get ACK');
  expect(sentWords(command('get-id').send)).toBe('5A 02 FD, get ACK');
  const rest = burst(
    { nss: 'low' },
    { send: [0] },
    { exchange: [0, 0, 0] },
    { exchange: [1] },
    { pauseMs: 5 },
    { pollMs: 9 },
  );
  expect(sentWords(rest)).toBe('NSS stays low, 00, read 3, exchange 01, 5 ms of pause, poll');
  expect([[0x79], [0x1f], [0x79, 1], []].map((got) => answerWords([], got))).toEqual([
    'ACK',
    'NACK',
    '79 01',
    'silence',
  ]);
});
