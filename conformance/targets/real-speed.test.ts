import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { identify } from '../run/identify.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { caseName, casesOf, isCaseOf, runCase, whyNot } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { isUnexpected } from '../reports/verdict.ts';
import { EmulatedTarget } from './emulated.ts';

/** Cases in which the device resets itself, of scripts that are always the same. */
function resetting(part: Part): readonly Case[] {
  return casesOf(scenarios).filter((each) => {
    if (!isCaseOf(each, part.interface) || each.scenario.unsupported?.(part) !== undefined) {
      return false;
    }
    const script = each.scenario.script(part);
    if (!('steps' in script)) return false;
    return script.ends === 'reset' || script.steps.some(({ afterReset }) => afterReset);
  });
}

async function unexpectedOf(target: EmulatedTarget, cases: readonly Case[]): Promise<string[]> {
  const told: string[] = [];
  for (const each of cases) {
    const result = await runCase(target, each, { seed: 1, inputs: 1 });
    if (isUnexpected(result.verdict)) told.push(`${caseName(result)}: ${result.verdict}`);
  }
  return told;
}

test.each([
  ['usart', 'STM32L476'], // 2.56 s
  ['i2c', 'STM32L476'],
  ['spi', 'STM32L476'],
  ['can', 'STM32L476'],
  ['usb', 'STM32L476'],
  ['fdcan', 'STM32H7A3'], // 545 ms
] as const satisfies readonly (readonly [InterfaceName, string])[])(
  'over %s at real speed a host waits for %s to start again behind each reset that it makes itself',
  async (over, device) => {
    const part = partOf(findDevice(device).devices[0]!, { interface: over });
    const target = new EmulatedTarget(part, {}, { speed: 'real' });
    await identify(target);
    const cases = resetting(target.part).filter((each) => !whyNot(target, each, 'chip'));
    expect(cases.length).toBeGreaterThan(3);
    expect(await unexpectedOf(target, cases)).toEqual([]);
  },
);

test.each([
  ['can', 'STM32F405', 'can/3.8/longest-list'],
  ['can', 'STM32F405', 'can/2/overrun'],
  ['usart', 'STM32H743', 'usart/3.8/acknowledged-once'],
  ['fdcan', 'STM32H743', 'fdcan/erase-memory/filling-ignored'],
] as const)(
  'over %s at real speed a host gives %s the time that its erases take in %s',
  async (over, device, id) => {
    const part = partOf(findDevice(device).devices[0]!, { interface: over });
    const target = new EmulatedTarget(part, {}, { speed: 'real' });
    await identify(target);
    const cases = casesOf(scenarios.filter((each) => each.id === id));
    expect(await unexpectedOf(target, cases)).toEqual([]);
  },
);

test('what acknowledges an erase too early is told from what does not erase', async () => {
  const part = partOf(findDevice('STM32H743').devices[0]!, { version: '9.1' });
  const target = new EmulatedTarget(part, {}, { speed: 'real' });
  const scenario = scenarios.find(({ id }) => id === 'usart/3.8/bank-2')!;
  const each = { scenario, entry: 'synchronised' } as const;
  const result = await runCase(target, each, { seed: 1, inputs: 1 });
  expect(result.verdict).toBe('non-strict');
  expect(result.left.says).toContain('known: Bank 2 erase is acknowledged before it is done.');
});

test('all is erased of a part with a gap between its banks', async () => {
  const part = partOf(findDevice('STM32G474').devices[0]!, { flashKiB: 128 });
  const cases = casesOf(scenarios.filter(({ id }) => id === 'usart/common/mass-erase'));
  expect(await unexpectedOf(new EmulatedTarget(part), cases)).toEqual([]);
});

test('the line that repeats a case asks for the speed too', () => {
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const target = new EmulatedTarget(part, { name: 'read-shifted' }, { speed: 'real' });
  expect(target.again).toBe('--speed real --mutant read-shifted');
});
