import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { identify } from '../run/identify.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { isCaseOf } from '../run/run.ts';
import type { Scenario } from '../run/scenario.ts';
import { sectionOf } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { scenarios } from './index.ts';

/** Lines whose lists of commands are known, together with every command but those of version 4.0. */
const PARTS: readonly (readonly [InterfaceName, string])[] = [
  ['usart', 'STM32F405'],
  ['usart', 'STM32F103xB'],
  ['usb', 'STM32F405'],
  ['usb', 'STM32G474'],
  ['can', 'STM32F405'],
  ['fdcan', 'STM32H723'],
  ['fdcan', 'STM32C091'],
  ['i2c', 'STM32L476'],
  ['spi', 'STM32F405'],
  ['i3c', 'STM32H503'],
];

/** Cases that ask what another one asks, each with that one and the reason. */
const SAME: Readonly<Record<string, { readonly as: string; readonly because: string }>> = {
  'spi/2.7/polls-while-programming': {
    as: 'spi/2.7/256-bytes',
    because: 'hosts wait on the ROMs that are disturbed by polls, but here',
  },
  'fdcan/readout-unprotect/answered-under-the-command': {
    as: 'fdcan/readout-unprotect/two-acks',
    because: 'ROMs that answer otherwise are excused here, and accepted elsewhere',
  },
};

/** Sentences that speak of any of something that is no input, each with the reason. */
const NO_INPUT: Readonly<Record<string, string>> = {
  'dfu/5/wrong-length-changes-nothing': 'what it is answered is whatever; each length is sent',
};

/** Inputs of the scenario, some where there are many. */
function scriptsOf(scenario: Scenario, part: Part): readonly Script[] {
  const script = scenario.script(part);
  return 'steps' in script ? [script] : fc.sample(script, { numRuns: 4, seed: 1 });
}

/** A part, and the scenarios that it can be asked, with the scripts of each. */
interface Asked {
  readonly part: Part;
  readonly all: ReadonlyMap<Scenario, readonly Script[]>;
}

const known = new Map<string, Promise<Asked>>();

function asked(over: InterfaceName, name: string): Promise<Asked> {
  const there = known.get(`${over} ${name}`) ?? askedOf(over, name);
  known.set(`${over} ${name}`, there);
  return there;
}

async function askedOf(over: InterfaceName, name: string): Promise<Asked> {
  const [device] = findDevice(name).devices;
  const target = new EmulatedTarget(partOf(device!, { interface: over }));
  await identify(target);
  const { part } = target;
  const own = scenarios
    .filter((scenario) => isCaseOf({ scenario, entry: scenario.entries[0]! }, over))
    .filter(({ commands = [] }) => commands.every((each) => part.commands?.includes(each)))
    .filter(({ unsupported }) => unsupported?.(part) === undefined);
  return { part, all: new Map(own.map((each) => [each, scriptsOf(each, part)])) };
}

/** All that a host and a judge have of a scenario, in words that can be compared. */
function asText({ setUp }: Scenario, scripts: readonly Script[], part: Part): string {
  const judged = scripts.map(({ steps, left, ends }) => ({
    steps: steps.map((step) => ({ ...step, name: undefined })),
    left,
    ends,
  }));
  return JSON.stringify([judged, setUp?.(part)]);
}

test.each(PARTS)('every script over %s on %s sends something', async (over, name) => {
  const { all } = await asked(over, name);
  const silent = [...all].filter(([, scripts]) =>
    scripts.some(({ steps }) => steps.every(({ send }) => send.length === 0)),
  );
  expect(silent.map(([{ id }]) => id)).toEqual([]);
});

/** Cases that ask the same of the same state as one before them, with that one. */
function alike({ part, all }: Asked): readonly { readonly id: string; readonly as: string }[] {
  const seen = new Map<string, string>();
  const same: { id: string; as: string }[] = [];
  for (const [scenario, scripts] of all) {
    // what every protocol offers says again what the sections of the note say
    if (sectionOf(scenario.id) === 'common') continue;
    const text = asText(scenario, scripts, part);
    const as = scenario.entries.map((entry) => seen.get(`${entry} ${text}`)).find(Boolean);
    if (as !== undefined) same.push({ id: scenario.id, as });
    for (const entry of scenario.entries) seen.set(`${entry} ${text}`, scenario.id);
  }
  return same;
}

test.each(PARTS)(
  'no two cases over %s on %s ask the same of the same state',
  async (over, name) => {
    const same = alike(await asked(over, name)).filter(({ id, as }) => SAME[id]?.as !== as);
    expect(same).toEqual([]);
  },
);

test('each case that is let ask what another one asks does so', async () => {
  const same = new Map<string, string>();
  for (const [over, name] of PARTS) {
    for (const { id, as } of alike(await asked(over, name))) same.set(id, as);
  }
  const listed = Object.entries(SAME).map(([id, { as }]) => [id, as] as const);
  expect(same).toEqual(new Map(listed));
});

test('a sentence about any input is asked with more than one, on each line', async () => {
  // not "not any more", nor "as any other"
  const told = /\b(any(?! more| other)|anywhere|whatever|anything)\b/i;
  const single = new Map<string, string>();
  let found = 0;
  for (const [over, name] of PARTS) {
    const { all } = await asked(over, name);
    for (const [{ id, requirement }, scripts] of all) {
      if (!told.test(requirement)) continue;
      found += 1;
      const inputs = new Set(scripts.map(({ steps }) => JSON.stringify(steps)));
      if (inputs.size < 2) single.set(id, `${over} on ${name}: ${requirement}`);
    }
  }
  expect(found).toBeGreaterThan(PARTS.length);
  expect(new Set(single.keys()), [...single.values()].join('\n')).toEqual(
    new Set(Object.keys(NO_INPUT)),
  );
});
