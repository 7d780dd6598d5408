import { expect, test } from 'vitest';
import { protocolNamed } from '../interfaces/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { casesOf, whyNot } from '../run/run.ts';
import { sectionOf } from '../run/scenario.ts';
import type { Scenario } from '../run/scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { partOfSpec } from '../targets/part-of-spec.ts';
import type { PartName } from '../targets/spec.ts';
import { examine } from './examine.ts';

const LINES: Readonly<Record<InterfaceName, string>> = {
  usart: 'STM32F405',
  usb: 'STM32F405',
  i2c: 'STM32F446',
  can: 'STM32F405',
  fdcan: 'STM32H72_73',
  spi: 'STM32F405',
  i3c: 'STM32H503',
};

/** Sections whose commands those lines do not have. */
const INSTEAD: Readonly<Record<string, Partial<PartName>>> = {
  'usart 3.7': { device: 'STM32F103xB' },
  'usart 3.13': { protocol: '3.3' },
  'usart 3.14': { device: 'STM32H503' },
  'usart 3.15': { device: 'STM32H503' },
  'i2c 3.19': { device: 'STM32H503' },
  'i2c 3.20': { device: 'STM32H503' },
};

/** The other states are asked in the full tier, of every line. */
const firstState = ({ entries, ...rest }: Scenario): Scenario => ({
  ...rest,
  entries: entries.slice(0, 1),
});

const asked = scenarios.map((scenario) => {
  const over = protocolNamed(scenario.id)!.interface;
  const instead = INSTEAD[`${over} ${sectionOf(scenario.id)}`];
  return { scenario, part: { interface: over, device: LINES[over], ...instead } };
});

for (const { scenario, part } of asked) examine([firstState(scenario)], part);

test('no scenario is passed over that one of those lines was chosen for', () => {
  const never = asked.filter(({ scenario, part }) => {
    const target = new EmulatedTarget(partOfSpec({ part }));
    return casesOf([scenario]).every((each) => whyNot(target, each, 'chip') !== undefined);
  });
  // two banks, Special over FDCAN and SPI, and what I3C says of protections that no part with I3C has
  expect(never).toHaveLength(123);
});
