import { expect, test } from 'vitest';
import type { Scenario } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import { scenarios } from '../scenarios/index.ts';
import { unexpectedOf } from '../test/content-before.ts';

test.each([
  ['usart', 'STM32G071'],
  ['spi', 'STM32G071'],
  ['can', 'STM32F405'],
  ['usb', 'STM32F042K6'],
] as const)(
  'over %s a %s that holds something already passes as a blank one does',
  async (over, device) => {
    expect(await unexpectedOf(device, over, scenarios)).toEqual([]);
  },
);

test('a scenario that does not say what its erase leaves is found', async () => {
  const pollTimes = scenarios.find(({ id }) => id === 'dfu/2/poll-times-end')!;
  const silent: Scenario = {
    ...pollTimes,
    setUp: () => ({}),
    script: (part) => ({ steps: (pollTimes.script(part) as Script).steps }),
  };
  expect(await unexpectedOf('STM32F042K6', 'usb', [silent])).toEqual([
    'dfu/2/poll-times-end@idle: as required memory changed at 0x08000400, where nothing may',
  ]);
});
