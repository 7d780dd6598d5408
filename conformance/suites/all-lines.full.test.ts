import { expect, test } from 'vitest';
import { devices } from '../../families/index.ts';
import { identify } from '../identify.ts';
import { partOf } from '../part.ts';
import { casesOf, caseName, runCase } from '../run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { isUnexpected } from '../verdict.ts';

const runnable = devices.filter((device) => device.incomplete === undefined);

test.each(runnable.map((device) => ({ id: device.id, device })))(
  'every version of $id passes in memory',
  async ({ device }) => {
    const unexpected: string[] = [];
    for (const { version } of device.bootloaders) {
      const target = new EmulatedTarget(partOf(device, { version }));
      if (!(await identify(target))) unexpected.push(`${version} does not answer`);
      for (const each of casesOf(scenarios)) {
        const result = await runCase(target, each, { seed: 1, inputs: 2 });
        if (!isUnexpected(result.verdict)) continue;
        const says = result.answered.verdict === 'pass' ? result.left.says : result.answered.says;
        unexpected.push(`${version} ${caseName(result)} ${result.verdict}: ${says}`);
      }
    }
    expect(unexpected).toEqual([]);
  },
);
