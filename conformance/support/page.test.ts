import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { devices } from '../../families/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { casesOf, isCaseOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { partByName } from '../part/part-by-name.ts';
import { reportOf } from '../results/results.ts';
import { examined } from '../test/examined.ts';
import { README, SUPPORT_PAGE, supports } from './files.ts';
import { supportPage } from './page.ts';
import { supportJson, supportOf } from './support.ts';
import { withSummary } from './summary.ts';

test('the page shows what the files say', async () => {
  await expect(supportPage(await supports())).toMatchFileSnapshot(SUPPORT_PAGE);
});

test('the README has the summary of the files', async () => {
  const text = await readFile(README, 'utf8');
  await expect(withSummary(text, await supports())).toMatchFileSnapshot(README);
});

test('the summary counts the lines that have an interface', () => {
  const one = { '2.0': { protocol: '3.1', cases: 9 }, '3.2': { protocol: '3.0', cases: 9 } };
  const text = 'a\n<!-- supported: start -->old<!-- supported: end -->\nb';
  const told = withSummary(text, { usart: { STM32F10x_LD: one, STM32F10x_MD: one } });
  expect(told).toMatch(/^a\n.*\n\n\| Series \| Lines \| USART \|/);
  expect(told).toMatch(/\| STM32F1 \| \d+ \| 3\.0, 3\.1 \(2\) \| {2}\|/);
  expect(told).toMatch(/end -->\nb$/);
  expect(told).not.toContain('old');
  expect(() => withSummary('none', {})).toThrow('supported: start');
});

test('each line that can be run has a row, each interface that was examined a column', () => {
  const page = supportPage({
    usart: {
      STM32F2xx: { '2.0': { protocol: '3.1', cases: 9 }, '3.2': { protocol: '3.1', cases: 9 } },
    },
    usb: { STM32F2xx: { '3.2': { protocol: '2.2', cases: 7, 'non-strict': 1, informational: 2 } } },
  });
  const rows = page.split('\n').filter((line) => line.startsWith('| STM32F2xx'));
  expect(rows).toEqual(['| STM32F2xx | V2.0 V3.2 V3.3 | 3.1 in V2.0 V3.2 | 2.2 (3) in V3.2 |']);
  expect(page).toContain('| Line | Bootloaders | USART | USB |');
  expect(page).toContain('- USB: 1 lines, 1 bootloader versions, 7 cases');
  const runnable = devices.filter(({ incomplete }) => incomplete === undefined);
  const names = page.split('\n').flatMap((line) => /^\| (\w+) \| V\d/.exec(line)?.[1] ?? []);
  expect(names).toEqual(runnable.map(({ id }) => id));
});

test('what a device does not offer is not counted, and what it did not pass is told', async () => {
  const target = new EmulatedTarget(partByName('STM32F10x_MD'));
  const cases = casesOf(scenarios).filter((each) => isCaseOf(each));
  const chosen = cases.filter(({ scenario: { id } }) => /^usart\/3\.(1|8)\//.test(id));
  const { results, ...about } = await examined(target, chosen, { seed: 1, inputs: 1 });
  const spoilt = results.map((each, at) =>
    at === 0 ? { ...each, verdict: 'fail' as const } : each,
  );
  const support = supportOf(reportOf([{ ...about, results: spoilt }]));
  const offered = results.filter(({ verdict }) => verdict !== 'unsupported');
  expect(offered.length).toBeGreaterThan(0);
  expect(offered.length).toBeLessThan(results.length);
  const row = { protocol: '2.2', cases: offered.length, fail: 1 };
  expect(support).toEqual({ STM32F10x_MD: { '2.2': row } });
  expect(supportJson(support)).toBe(
    `{\n  "STM32F10x_MD": {\n    "2.2": { "protocol": "2.2", "cases": ${offered.length}, "fail": 1 }\n  }\n}\n`,
  );
});
