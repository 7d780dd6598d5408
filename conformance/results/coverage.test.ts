import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { assertions } from './assertions.ts';
import { coverageOf } from './coverage.ts';
import { partOf } from '../part/part.ts';
import { protocolNamed, protocols } from '../interfaces/index.ts';
import { casesOf, nameOf } from '../run/run.ts';
import { sectionOf } from '../run/scenario.ts';
import { scenarios } from '../scenarios/index.ts';

const coverage = coverageOf(scenarios);

test('every assertion is examined by a scenario or says why not', () => {
  expect(coverage.missing).toEqual([]);
});

test('every scenario names assertions that exist', () => {
  expect(coverage.unknown).toEqual([]);
  expect(scenarios.filter(({ covers }) => covers.length === 0)).toEqual([]);
});

test('the README counts the scenarios and cases of each interface as they are', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const told = [...readme.matchAll(/on [^(]+ \(AN\d+\) (\d+)(?: scenarios)? in (\d+)/g)];
  const counted = protocols.map(({ name }) => {
    const own = scenarios.filter(({ id }) => protocolNamed(id)?.name === name);
    return `${own.length} in ${casesOf(own).length}`;
  });
  const pairs = told.map(([, some, cases]) => `${some} in ${cases}`);
  expect(pairs.toSorted()).toEqual(counted.toSorted());
});

test('an assertion that is examined gives no reason why it is not', () => {
  expect(coverage.contradictory).toEqual([]);
});

test('numbers and ids are unique', () => {
  const repeated = (all: readonly string[]) => all.filter((each, at) => all.indexOf(each) !== at);
  expect(repeated(assertions.map(({ number }) => number))).toEqual([]);
  expect(repeated(scenarios.map(({ id }) => id))).toEqual([]);
});

test.each([
  { name: 'usart', least: 120, sections: /^(1|2|3|4|3\.\d+|common)$/ },
  { name: 'can', least: 90, sections: /^(1|2|3\.\d+|common)$/ },
  { name: 'dfu', least: 40, sections: /^(1|2|5|4\.[12]|5\.[1-5]|common)$/ },
  { name: 'fdcan', least: 120, sections: /^[a-z-]+$/ },
  { name: 'i2c', least: 150, sections: /^(2|3|3\.\d+|common)$/ },
  { name: 'i3c', least: 120, sections: /^[a-z-]+$/ },
  { name: 'spi', least: 150, sections: /^(1|2|3|2\.\d+|common)$/ },
])('$name has at least $least scenarios, each under its section', ({ name, least, sections }) => {
  const own = scenarios.filter(({ id }) => id.startsWith(`${name}/`));
  expect(own.filter(({ id }) => sectionOf(id) !== 'common').length).toBeGreaterThanOrEqual(least);
  for (const { id } of own) expect(sectionOf(id)).toMatch(sections);
});

test('what every protocol offers is asked over each', () => {
  const common = protocols.map(({ name }) =>
    scenarios.flatMap(({ id }) => (id.startsWith(`${name}/common/`) ? [id.split('/')[2]] : [])),
  );
  expect(new Set(common.map(String)).size).toBe(1);
});

test('states belong to the protocol of the scenario', () => {
  const foreign = casesOf(scenarios).filter(({ scenario, entry }) => {
    const protocol = protocolNamed(scenario.id)!;
    const line = { fdcan: 'STM32H723', i3c: 'STM32H503' }[protocol.name as string] ?? 'STM32F405';
    const part = partOf(findDevice(line).devices[0]!, { interface: protocol.interface });
    return protocol.entrySteps(entry, part) === undefined;
  });
  expect(foreign.map(nameOf)).toEqual([]);
});

test('every scenario ends its requirement as a sentence and runs in some state', () => {
  const wrong = scenarios.filter(
    ({ requirement, entries }) => !/^[A-Z0].*\.$/.test(requirement) || entries.length === 0,
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
});
