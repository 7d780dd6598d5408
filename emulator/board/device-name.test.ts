import { expect, test } from 'vitest';
import { chooseDevice } from './device-name.ts';

test('a part number gives its line and, by its letter, the flash size', () => {
  expect(chooseDevice('stm32f405rg')).toMatchObject({
    device: { id: 'STM32F405_407_415_417' },
    flashKiB: 1024,
    sizeGiven: true,
  });
  expect(chooseDevice('STM32F405RE')).toMatchObject({ flashKiB: 512 });
  expect(chooseDevice('0x413', 512)).toMatchObject({ flashKiB: 512, sizeGiven: true });
});

test('without a size the largest of the line is taken', () => {
  expect(chooseDevice('STM32F405')).toMatchObject({ flashKiB: 1024, sizeGiven: false });
});

test('a name that fits several lines lists them', () => {
  expect(() => chooseDevice('STM32F401')).toThrow(
    /STM32F401 fits several lines, name one: STM32F401xB_C.*STM32F401xD_E/,
  );
});

test('an unknown name gets the nearest, a series its parts', () => {
  expect(() => chooseDevice('STM32F403')).toThrow(
    /no device is called STM32F403; did you mean STM32F40[0-9]/,
  );
  expect(() => chooseDevice('F4')).toThrow(/did you mean STM32F40/);
  expect(() => chooseDevice('STM32WB56')).toThrow(/did you mean STM32WB.*STM32WB55/);
  expect(() => chooseDevice('0x999')).toThrow(
    'no device is called 0x999; no line has that product ID (vstm32 devices lists them all)',
  );
  expect(() => chooseDevice('STM32MP157')).toThrow(
    /^no device is called STM32MP157; the series are STM32F0, STM32F1, .*, STM32WL \(vstm32 devices/,
  );
  expect(() => chooseDevice('teapot')).toThrow(
    'no device is called teapot (vstm32 devices lists them all)',
  );
});

test('a flash size that the line or the part does not have is refused with those it has', () => {
  expect(() => chooseDevice('STM32F405', 2048)).toThrow(
    /STM32F405_407_415_417 comes with 512, 1024 KiB/,
  );
  expect(() => chooseDevice('STM32F405RG', 512)).toThrow(
    /contradicts STM32F405RG, which has 1024 KiB/,
  );
  expect(() => chooseDevice('STM32F405RB')).toThrow(
    /no part of this line has the flash size its letter says/,
  );
});
