import { expect, test } from 'vitest';
import { devices } from '../../families/index.ts';
import { unknownsOf } from './unknowns.ts';

const of = (id: string): readonly string[] =>
  unknownsOf(devices.find((device) => device.id === id)!);

test('a line about which nothing is missing has no unknowns', () => {
  expect(of('STM32F405_407_415_417')).toEqual([]);
});

test('what is missing is named, and what was taken instead', () => {
  expect(of('STM32L1xxxC')).toContain('what programming used cells does (taken: nothing)');
  expect(of('STM32U031')).toContain('write protection');
  expect(of('STM32U031')).toContain('auto-baud of USART1');
  expect(of('STM32U3B5_3C5')).toContain('address of the bootloader ID');
});
