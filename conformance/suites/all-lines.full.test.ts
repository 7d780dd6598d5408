import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { devices } from '../../families/index.ts';
import { runConform } from '../cli/run-conform.ts';
import { reasonOf } from '../report/words.ts';
import type { Report } from '../results.ts';
import { caseName } from '../run.ts';
import { isUnexpected } from '../verdict.ts';

test.each(['usart', 'usb'] as const)(
  'every version of every line passes in memory over %s',
  async (over) => {
    const folder = await mkdtemp(join(tmpdir(), 'vstm32-lines-'));
    try {
      const json = join(folder, 'all.json');
      const code = await runConform({ device: 'all', interface: over, inputs: '1', json });
      const { targets } = JSON.parse(await readFile(json, 'utf8')) as Report;
      const unexpected = targets.flatMap(({ target, results }) =>
        results
          .filter(({ verdict }) => isUnexpected(verdict))
          .map((each) => `${target} ${caseName(each)} ${each.verdict}: ${reasonOf(each)}`),
      );
      expect(unexpected).toEqual([]);
      expect(code).toBe(0);
      const runnable = devices.filter(({ incomplete }) => incomplete === undefined);
      const versions = runnable
        .flatMap(({ bootloaders }) => bootloaders)
        .filter(({ protocols }) => over === 'usart' || protocols.USB !== undefined);
      expect(targets).toHaveLength(versions.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  1_200_000,
);
