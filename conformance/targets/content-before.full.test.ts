import { expect, test } from 'vitest';
import { scenarios } from '../scenarios/index.ts';
import { unexpectedOf } from '../test/content-before.ts';

test.each([
  ['usart', 'STM32F103xB'],
  ['i2c', 'STM32F446'],
  ['i2c', 'STM32L412'],
  ['fdcan', 'STM32H563'],
  ['i3c', 'STM32H563'],
  ['usb', 'STM32H743'],
] as const)(
  'over %s a %s that holds something already passes as a blank one does',
  async (over, device) => {
    expect(await unexpectedOf(device, over, scenarios)).toEqual([]);
  },
);
