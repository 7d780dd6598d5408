import { expect, test } from 'vitest';
import { identify } from '../run/identify.ts';
import { shownPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { partByName } from '../part/part-by-name.ts';
import { caseName, casesOf, isCaseOf, runCase } from '../run/run.ts';
import { marked } from '../scenarios/kit/inputs.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import type { Channel, SetUp } from '../run/target.ts';
import { isUnexpected } from '../reports/verdict.ts';
import { EmulatedTarget } from './emulated.ts';
import { reachOf } from '../boards/script-reach.ts';

/** A chip whose pages hold something where a script does not say what, as those of a board mostly do. */
class ChipWithContent extends EmulatedTarget {
  override boot(setUp: SetUp, script: Script = { steps: [] }): Promise<Channel> {
    const { writes } = reachOf(script, this.part);
    const { flash = [] } = setUp;
    const taken = [
      ...writes, // what is written to is blank before, on boards too
      ...flash.map(({ address, bytes }) => ({ start: address, end: address + bytes.length })),
    ];
    const pages = shownPages(this.part).filter((page) =>
      taken.every(({ start, end }) => end <= page.start || start >= page.end),
    );
    return super.boot({ ...setUp, flash: [...marked(this.part, pages), ...flash] });
  }
}

test.each([
  ['usart', 'STM32F103xB'],
  ['usart', 'STM32G071'],
  ['i2c', 'STM32F446'],
  ['i2c', 'STM32L412'],
  ['spi', 'STM32G071'],
  ['can', 'STM32F405'],
  ['fdcan', 'STM32H563'],
  ['usb', 'STM32F042K6'],
  ['usb', 'STM32H743'],
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

async function unexpectedOf(
  device: string,
  over: Part['interface'],
  asked: readonly Scenario[],
): Promise<readonly string[]> {
  const chip = new ChipWithContent(partByName(device, { interface: over }));
  await identify(chip);
  const unexpected: string[] = [];
  for (const each of casesOf(asked).filter((one) => isCaseOf(one, over))) {
    const done = await runCase(chip, each, { seed: 1, inputs: 1, allow: 'options' });
    if (!isUnexpected(done.verdict)) continue;
    unexpected.push(`${caseName(done)}: ${done.answered.says} ${done.left.says}`);
  }
  return unexpected;
}
