import { expect, test } from 'vitest';
import { quirks } from '../../families/index.ts';
import { excuses } from './excuses.ts';
import type { Excusable } from './excuses.ts';
import { examineNearMiss } from '../test/near-misses.ts';

test.each(Object.keys(excuses) as Excusable[])(
  '%s is known, and excuses nothing else that the device does wrong',
  async (name) => {
    const { right, wrong } = await examineNearMiss(name);
    const told = [right.answered.says, right.left.says].join();
    expect(told).toContain(`(known: ${quirks[name].summary})`);
    expect([right.verdict, wrong.verdict]).toEqual(['non-strict', 'fail']);
  },
);
