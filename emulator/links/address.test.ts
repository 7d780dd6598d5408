import { expect, test } from 'vitest';
import { EmulatorError } from '../errors.ts';
import { formatAddress, parseAddress } from './address.ts';

test.each([
  ['127.0.0.1:3000', '127.0.0.1', 3000],
  ['0.0.0.0:0', '0.0.0.0', 0],
  ['board.lan:65535', 'board.lan', 65_535],
  ['[::1]:3000', '::1', 3000],
  ['[fe80::1%eth0]:3000', 'fe80::1%eth0', 3000],
  [':3000', '127.0.0.1', 3000],
  ['3000', '127.0.0.1', 3000],
])('%s is host %s, port %i', (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
  expect(parseAddress(formatAddress({ host, port }))).toEqual({ host, port });
});

test.each(['', 'localhost', 'localhost:', '::1:3000', 'a:65536', 'a:-1', 'a:1:2', '[]:1', 'a b:1'])(
  '"%s" is refused with an example of the right form',
  (text) => {
    expect(() => parseAddress(text)).toThrow(EmulatorError);
    expect(() => parseAddress(text)).toThrow(`"${text}" is not HOST:PORT: write 127.0.0.1:3000`);
  },
);
