import { expect, test, vi } from 'vitest';
import { runConform } from './run-conform.ts';
import { casesOn, withInterface } from './select-cases.ts';

test('cases of DFU say that USB is meant', () => {
  expect(withInterface({ only: ['dfu/5.3'] })).toMatchObject({ interface: 'usb' });
  expect(withInterface({ only: ['usart/3.1'] })).toEqual({ only: ['usart/3.1'] });
  expect(withInterface({ only: ['dfu/5.3'], interface: 'usart' })).toMatchObject({
    interface: 'usart',
  });
});

test('an interface has the cases of its protocol', () => {
  const protocols = (over?: string): readonly string[] => [
    ...new Set(casesOn({ interface: over }).map(({ scenario }) => scenario.id.split('/')[0]!)),
  ];
  expect(protocols('usb')).toEqual(['dfu']);
  expect(protocols()).toEqual(['usart']);
});

test.each([
  [{ device: 'STM32F405', only: ['dfu/1', 'usart/1'] }, /cases of several protocols/],
  [{ device: 'STM32F103xB', interface: 'usb' }, /does not listen on USB/],
  [{ device: 'STM32F405', interface: 'usb', target: 'pty' }, /with --target memory only/],
  [{ device: 'STM32F405', interface: 'usb', protocol: '3.1' }, /only USART can be had/],
  [{ device: 'STM32F405', interface: 'lin' }, /--interface takes usart, i2c, .* not lin/],
  [{ device: 'STM32F405', mutant: 'dfu-idle-poll' }, /dfu-idle-poll, but one on usb is: .*e usb$/],
  [{ device: 'STM32F405', mutant: 'alway-ack' }, /alway-ack; did you mean always-ack\?$/],
  [{ device: 'STM32F405', mutant: 'erase' }, /; did you mean ([-\w]*erase[-\w]*(, )?){8}\?$/],
  [{ device: 'STM32F405', mutant: 'qqqq' }, /called qqqq; there are \d+, as [-\w]+: a part of a/],
])('what cannot be examined is said: %j', async (argv, message) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    expect(await runConform(argv)).toBe(2);
    expect(said.mock.calls.flat().join('\n')).toMatch(message);
  } finally {
    said.mockRestore();
  }
});
