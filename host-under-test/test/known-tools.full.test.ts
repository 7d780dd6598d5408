import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isUnexpected, readExpected } from '../verdict/expected.ts';
import { runAll } from '../matrix.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { find } from '../tools/find.ts';
import { chooseTool } from '../tools/index.ts';
import { shown } from './bench.ts';

/** What a program prints that tells its version. */
function said(program: string, argument: string): string {
  const { stdout, stderr } = spawnSync(program, [argument], { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`;
}

/** Real tools, by the version whose verdicts are known. */
const KNOWN = [
  ['stm32flash', '/nowhere', /^stm32flash 0\.7$/m, 'stm32flash-0.7.json'],
  ['dfu-util', '--version', /^dfu-util 0\.11$/m, 'dfu-util-0.11.json'],
  ['stm32loader', '--version', /^1\.0\.0-dev1\b/m, 'stm32loader-1.0.0-dev1.json'],
] as const;

describe.each(KNOWN)('%s', (name, argument, version, file) => {
  const expected = readExpected(new URL(`../expected/${file}`, import.meta.url).pathname);

  test.skipIf(!version.test(said(name, argument)))(
    'does in every scenario what is known of this version',
    { timeout: 600_000 },
    async () => {
      const tool = await shown(await find(chooseTool(name, undefined)));
      const results = await runAll(SCENARIOS, tool, { jobs: 4 });
      const unexpected = results.filter(({ scenario, verdict }) =>
        isUnexpected(scenario.id, verdict, expected),
      );
      expect(
        unexpected.map(({ scenario, verdict, says }) => `${scenario.id} ${verdict}: ${says}`),
      ).toEqual([]);
    },
  );

  test('nothing is expected in a scenario that there is not', () => {
    const runnable = new Set(SCENARIOS.map(({ id }) => id));
    expect(Object.keys(expected.verdicts).filter((id) => !runnable.has(id))).toEqual([]);
  });
});
