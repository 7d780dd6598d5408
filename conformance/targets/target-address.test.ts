import { expect, test } from 'vitest';
import { addressOf, againOf } from './spec.ts';
import { specOf } from './description.ts';
import type { TargetDescription } from './description.ts';
import { boardAddress } from './target-address.ts';

const ask = { device: 'STM32F446RE', ask: true } as const;

test.each([
  ['usb', { kind: 'usb', vendor: 0x0483, product: 0xdf11 }],
  ['usb:1209:DB42', { kind: 'usb', vendor: 0x1209, product: 0xdb42 }],
  ['usb:0483:df11:20:6A', { kind: 'usb', vendor: 0x0483, product: 0xdf11, serial: '20:6A' }],
  ['i2c:/dev/i2c-1', { kind: 'i2c', path: '/dev/i2c-1' }],
  ['spi:/dev/spidev0.1', { kind: 'spi', path: '/dev/spidev0.1' }],
  ['can:can0', { kind: 'can', path: 'can0' }],
])('%s is an address', (text, address) => {
  expect(boardAddress(text)).toEqual(address);
});

test.each(['usb:483:df11', 'i2c:1', 'spi:/dev/spidev0', 'can:', 'can:a/b', 'tcp:x', 'usart'])(
  '%s is none',
  (text) => {
    expect(() => boardAddress(text)).toThrow(/--target takes memory, pty, serial:PATH, .*CAN/i);
  },
);

test.each<[Partial<TargetDescription>, RegExp]>([
  [{ target: 'usb' }, /a usb target is examined with --interface usb/],
  [{ target: 'can:can0' }, /a can target is examined with --interface can or fdcan/],
  [{ target: 'serial:/dev/ttyS0', interface: 'i2c' }, /with --interface usart/],
  [{ target: 'i3c:/dev/i3c-0', interface: 'i3c' }, /no program on Linux reaches a board over I3C/],
  [{ target: 'spi:/dev/spidev0.0', interface: 'spi', baud: 9600 }, /--baud belongs to a serial/],
])('%j contradicts itself', (description, message) => {
  expect(() => specOf({ ...ask, ...description })).toThrow(message);
});

test('the reset lines of another serial port are named with it', () => {
  const wire = 'dtr=nrst,rts=boot0';
  const board = { device: 'STM32F446RE', target: 'i2c:/dev/i2c-1', interface: 'i2c' } as const;
  expect(() => specOf({ ...board, wire })).toThrow(
    'an i2c target has no DTR and RTS: name the serial port that has them, as --wire dtr=nrst,rts=boot0@/dev/ttyUSB0, or use --reset-command or --ask',
  );
  const spec = specOf({ ...board, wire: `${wire}@/dev/ttyUSB0` });
  expect(spec).toMatchObject({ reset: { by: 'wiring', wire, port: '/dev/ttyUSB0' } });
  expect(addressOf(spec)).toBe('i2c:/dev/i2c-1');
  expect(againOf(spec)).toBe(`--target i2c:/dev/i2c-1 --interface i2c --wire ${wire}@/dev/ttyUSB0`);
});
