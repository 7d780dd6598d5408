import { expect, test } from 'vitest';
import { partByName } from './part-by-name.ts';

test.each([
  ['STM32F101C8', 0x2000_2800],
  ['STM32F205RC', 0x2001_8000],
  ['STM32L100RC', 0x2000_4000],
  ['STM32F302CB', 0x2000_8000],
  ['STM32C092CC', 0x2000_7800],
  ['STM32WB35CC', 0x2000_8000],
  ['STM32WB55RG', 0x2000_c000],
])('the RAM that %s is examined in ends where that of the part does', (name, end) => {
  expect(partByName(name).ram).toMatchObject({ end });
});
