import { expect, test } from 'vitest';
import { createBoard } from './create-board.ts';
import { parseLink } from './link-choices.ts';

test.each([
  ['pty', { scheme: 'pty' }],
  ['pty:/tmp/a=b:c', { scheme: 'pty', path: '/tmp/a=b:c' }],
  ['tcp', { scheme: 'tcp', at: { host: '127.0.0.1', port: 0 } }],
  ['tcp:3000', { scheme: 'tcp', at: { host: '127.0.0.1', port: 3000 } }],
  ['rfc2217:0.0.0.0:2217', { scheme: 'rfc2217', at: { host: '0.0.0.0', port: 2217 } }],
  ['usart3=tcp:[::1]:0', { name: 'USART3', scheme: 'tcp', at: { host: '::1', port: 0 } }],
  ['USART3:PC11/PC10=pty', { name: 'USART3:PC11/PC10', scheme: 'pty' }],
])('%s is read', (text, choice) => {
  expect(parseLink('usart', text)).toEqual(choice);
});

test.each(['', 'ptty', 'USART3', 'USART3=', 'com:COM1', 'pty:'])('%j is refused', (text) => {
  expect(() => parseLink('usart', text)).toThrow(`--usart ${text}: write pty, pty:/path/of/link`);
});

test('a port on TCP has the URL by which pyserial opens it', async () => {
  await using board = await createBoard('STM32F405RG', {
    usart: ['tcp:127.0.0.1:0', 'USART3=rfc2217:127.0.0.1:0'],
  });
  const { usart, USART3 } = board.ports;
  expect(usart.path).toBe(`socket://127.0.0.1:${usart.port}`);
  expect(USART3!.path).toBe(`rfc2217://127.0.0.1:${USART3!.port}`);
});
