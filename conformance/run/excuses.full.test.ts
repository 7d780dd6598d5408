import { describe, expect, test } from 'vitest';
import { devices, quirks } from '../../families/index.ts';
import { excuses } from './excuses.ts';
import type { Excusable } from './excuses.ts';
import { identify } from './identify.ts';
import { INTERFACES } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { partOf } from '../part/part.ts';
import { casesOf, caseName, isCaseOf, runCase } from './run.ts';
import { sectionOf } from './scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { isUnexpected } from '../reports/verdict.ts';

const names = Object.keys(excuses) as Excusable[];

/** What a scenario is excused for; what every protocol offers is asked by one scenario for all. */
const excuseOf = (id: string, name: Excusable): string =>
  `${sectionOf(id) === 'common' ? id.replace(/^\w+/, '*') : id} ${name}`;

describe('on every version of every line that has a limitation', () => {
  const used = new Set<string>();

  test.each(Object.keys(INTERFACES) as InterfaceName[])(
    'what is excused over %s is all that is wrong',
    async (over) => {
      const unexpected: string[] = [];
      const versions = devices
        .filter(({ incomplete }) => incomplete === undefined)
        .flatMap((device) => device.bootloaders.map((bootloader) => ({ device, bootloader })))
        .filter(({ bootloader }) => bootloader.protocols[INTERFACES[over]] !== undefined);
      for (const { device, bootloader } of versions) {
        const part = partOf(device, { interface: over, version: bootloader.version });
        const cases = casesOf(scenarios).filter(
          (each) =>
            isCaseOf(each, over) && each.scenario.known?.some((name) => part.quirks.has(name)),
        );
        if (cases.length === 0) continue;
        // what a limitation does sooner than it should shows only in the chip's time
        const target = new EmulatedTarget(part, {}, { speed: 'real' });
        await identify(target);
        for (const each of cases) {
          const result = await runCase(target, each, { seed: 1, inputs: 6 });
          const told = [result.answered.says, result.left.says].join();
          if (isUnexpected(result.verdict)) unexpected.push(`${target.name} ${caseName(result)}`);
          for (const name of names) {
            if (told.includes(`(known: ${quirks[name].summary})`)) {
              used.add(excuseOf(result.id, name));
            }
          }
        }
      }
      expect(unexpected).toEqual([]);
    },
  );

  test('no scenario names a limitation that excuses nothing in it', () => {
    const named = scenarios.flatMap(({ id, known = [] }) =>
      known.map((name) => excuseOf(id, name)),
    );
    expect(new Set(named.filter((each) => !used.has(each)))).toEqual(new Set());
  });
});
