import { expect, test } from 'vitest';
import { parsePortChoice, tcpPort } from './ports.ts';

test.each([
  ['pty', { link: { kind: 'pty' } }],
  ['pty:/tmp/a=b:c', { link: { kind: 'pty', path: '/tmp/a=b:c' } }],
  ['tcp', { link: { kind: 'tcp', at: { host: '127.0.0.1', port: 0 } } }],
  ['tcp:3000', { link: { kind: 'tcp', at: { host: '127.0.0.1', port: 3000 } } }],
  ['rfc2217:0.0.0.0:2217', { link: { kind: 'rfc2217', at: { host: '0.0.0.0', port: 2217 } } }],
  ['usart3=tcp:[::1]:0', { usart: 'USART3', link: { kind: 'tcp', at: { host: '::1', port: 0 } } }],
  ['USART3:PC11/PC10=pty', { usart: 'USART3:PC11/PC10', link: { kind: 'pty' } }],
])('%s is read', (text, choice) => {
  expect(parsePortChoice(text)).toEqual(choice);
});

test.each(['', 'ptty', 'USART3', 'USART3=', 'com:COM1', 'pty:'])('%j is refused', (text) => {
  expect(() => parsePortChoice(text)).toThrow(`--usart ${text}: write pty, pty:/path/of/link`);
});

test('a port on TCP has the URL by which pyserial opens it', () => {
  expect(tcpPort('tcp', { host: '127.0.0.1', port: 3000 }).path).toBe('socket://127.0.0.1:3000');
  expect(tcpPort('rfc2217', { host: '::1', port: 1 }).path).toBe('rfc2217://[::1]:1');
});
