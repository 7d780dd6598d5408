import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { runTool } from '../../emulator/test/host-tool.ts';
import { devices } from '../../families/index.ts';
import { INTERFACES } from '../interfaces/names.ts';
import { protocols } from '../interfaces/index.ts';
import { reasonOf } from '../results/words.ts';
import type { Report } from '../results/results.ts';
import { caseName } from '../run/run.ts';
import { README, SUPPORT_PAGE, supportFile, supports } from '../support/files.ts';
import { supportPage } from '../support/page.ts';
import { withSummary } from '../support/summary.ts';
import { supportJson, supportOf } from '../support/support.ts';
import type { Supports } from '../support/support.ts';
import { isUnexpected } from '../reports/verdict.ts';

const runnable = devices.filter(({ incomplete }) => incomplete === undefined);

describe('the packed command examines every version of every line in memory', () => {
  let folder: string;
  const seen: { -readonly [over in keyof Supports]: Supports[over] } = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vstm32-lines-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(protocols.map((each) => each.interface))(
    'over %s at real speed: nothing unexpected, and what is supported is written down (else run with -u)',
    { timeout: 900_000 },
    async (over) => {
      const json = join(folder, `${over}.json`);
      // as a host on a wire hears it, who waits for nothing longer than it takes
      const conform = ['conform', '--device', 'all', '--interface', over, '--inputs', '1'];
      const command = [inject('builtCli'), ...conform, '--speed', 'real', '--json', json];
      const { code, stderr } = await runTool(process.execPath, ...command);
      expect([0, 1], stderr).toContain(code); // of 1, unexpected verdicts, the report says more
      const report = JSON.parse(await readFile(json, 'utf8')) as Report;
      await rm(json); // some hundred megabytes
      const unexpected = report.targets.flatMap(({ target, results }) =>
        results
          .filter(({ verdict }) => isUnexpected(verdict))
          .map((each) => `${target} ${caseName(each)} ${each.verdict}: ${reasonOf(each)}`),
      );
      expect(unexpected).toEqual([]);
      expect(code).toBe(0);
      const examined = report.targets.map(({ device, bootloader }) => `${device} ${bootloader}`);
      const listing = runnable.flatMap(({ id, bootloaders }) =>
        bootloaders
          .filter((each) => each.protocols[INTERFACES[over]] !== undefined)
          .map(({ version }) => `${id} ${version}`),
      );
      expect(examined).toEqual(listing);
      const support = supportOf(report);
      seen[over] = support;
      await expect(supportJson(support)).toMatchFileSnapshot(supportFile(over));
    },
  );

  test('the pages of what is supported show it', async () => {
    const all = { ...(await supports()), ...seen };
    await expect(supportPage(all)).toMatchFileSnapshot(SUPPORT_PAGE);
    const readme = await readFile(README, 'utf8');
    await expect(withSummary(readme, all)).toMatchFileSnapshot(README);
  });
});
