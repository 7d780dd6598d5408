import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { identify } from '../run/identify.ts';
import { INTERFACES } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { isCaseOf } from '../run/run.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { reachOf } from '../boards/script-reach.ts';
import { scenarios } from './index.ts';

/** Inputs of the scenario on the part, some where there are many. */
function scriptsOf(scenario: Scenario, part: Part): readonly Script[] {
  const script = scenario.script(part);
  return 'steps' in script ? [script] : fc.sample(script, { numRuns: 12, seed: 1 });
}

/** A host that is taken at its word changes more than the scenario says that it may spoil. */
function reachesFurther({ destroys }: Scenario, script: Script, part: Part): boolean {
  const { writes, erases, erasesAll } = reachOf(script, part);
  const pages = part.pages.filter(
    (page) =>
      erases.includes(page) ||
      writes.some(({ start, end }) => start < page.end && end > page.start),
  );
  if (destroys === 'nothing') return erasesAll || pages.length > 0;
  return destroys === 'page' && (erasesAll || pages.length > 1);
}

const LINES: readonly (readonly [InterfaceName, string])[] = [
  ['usart', 'STM32F405'],
  ['usart', 'STM32F103xB'],
  ['usb', 'STM32F405'],
  ['usb', 'STM32G474'],
  ['can', 'STM32F405'],
  ['fdcan', 'STM32H723'],
  ['i2c', 'STM32L476'],
  ['spi', 'STM32F405'],
  ['i3c', 'STM32H503'],
];

test.each(LINES)('a scenario over %s on %s says all that it may spoil', async (over, name) => {
  const [device] = findDevice(name).devices;
  const target = new EmulatedTarget(partOf(device!, { interface: over }));
  await identify(target);
  const { part } = target;
  const wrong = scenarios
    .filter((scenario) => isCaseOf({ scenario, entry: scenario.entries[0]! }, over))
    .filter(({ commands = [] }) => commands.every((each) => part.commands?.includes(each)))
    .filter(({ unsupported }) => unsupported?.(part) === undefined)
    .filter((each) => scriptsOf(each, part).some((script) => reachesFurther(each, script, part)));
  expect(wrong.map(({ id, destroys }) => `${id} ${destroys}`)).toEqual([]);
});

test('lines stand for every interface', () => {
  expect(new Set(LINES.map(([over]) => over))).toEqual(new Set(Object.keys(INTERFACES)));
});
