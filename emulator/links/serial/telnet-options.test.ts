import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TelnetOptions } from './telnet-options.ts';
import { TELNET } from './telnet.ts';

const { IAC, WILL, WONT, DO, DONT } = TELNET;

test('an option that is wanted is agreed to once, another one refused', () => {
  const options = new TelnetOptions([3], [44]);
  expect(options.heard(DO, 3)).toEqual([IAC, WILL, 3]);
  expect(options.heard(DO, 3)).toEqual([]);
  expect(options.heard(WILL, 44)).toEqual([IAC, DO, 44]);
  expect(options.heard(DO, 44)).toEqual([IAC, WONT, 44]);
  expect(options.heard(WILL, 31)).toEqual([IAC, DONT, 31]);
});

test('an option is given up when the other end wants it off, and refusals need no answer', () => {
  const options = new TelnetOptions([3], [44]);
  options.heard(DO, 3);
  expect(options.heard(DONT, 3)).toEqual([IAC, WONT, 3]);
  expect(options.heard(DONT, 3)).toEqual([]);
  expect(options.heard(WONT, 44)).toEqual([]);
});

test('the answer to an offer is not answered', () => {
  const options = new TelnetOptions([3], [44]);
  expect(options.will(3)).toEqual([IAC, WILL, 3]);
  expect(options.heard(DO, 3)).toEqual([]);
  expect(options.do(44)).toEqual([IAC, DO, 44]);
  expect(options.heard(WONT, 44)).toEqual([]);
  expect(options.heard(WILL, 44)).toEqual([IAC, DO, 44]); // changed its mind
});

test('two ends that want different things always come to rest', () => {
  const wanted = fc.uniqueArray(fc.nat(5));
  fc.assert(
    fc.property(fc.array(wanted, { minLength: 4, maxLength: 4 }), ([a, b, c, d]) => {
      const ends = [new TelnetOptions(a!, b!), new TelnetOptions(c!, d!)] as const;
      const queue = [
        { to: 1, bytes: a!.flatMap((option) => ends[0].will(option)) },
        { to: 0, bytes: d!.flatMap((option) => ends[1].do(option)) },
      ];
      let messages = 0;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        for (let at = 0; at < next.bytes.length; at += 3) {
          expect(++messages).toBeLessThan(100);
          const answer = ends[next.to]!.heard(next.bytes[at + 1]!, next.bytes[at + 2]!);
          queue.push({ to: 1 - next.to, bytes: answer });
        }
      }
    }),
  );
});
