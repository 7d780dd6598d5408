import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { conformMatrix } from '../results/conform-matrix.ts';
import { reportOf } from '../results/results.ts';
import { casesOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';
import { changesCompared } from './changes.ts';
import { comparedHtml } from './compared.ts';
import { toHtml } from './html.ts';

const CHROMIUM = '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let folder = '';
let browser: Browser | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-pages-'));
  if (!existsSync(CHROMIUM)) return;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const part = partOf(findDevice('STM32F405').devices[0]!);
  const cases = casesOf(
    scenarios.filter(({ id }) => /^usart\/3\.(2\/|8\/(one-page|mass-erase|no-))/.test(id)),
  );
  const wrong = mutants.find(({ name }) => name === 'erase-one-too-many');
  const run = async (target: EmulatedTarget): Promise<ReturnType<typeof conformMatrix>> =>
    conformMatrix(reportOf([await examined(target, cases, { seed: 1, inputs: 1 })]));
  const right = await run(new EmulatedTarget(part));
  const failing = await run(new EmulatedTarget(part, wrong));
  writeFileSync(join(folder, 'run.html'), toHtml(failing));
  const changes = changesCompared(right, failing, ['before.json', 'after.json']);
  writeFileSync(join(folder, 'changes.html'), comparedHtml(changes));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A page that was written, in a window of this width; what it asks the network for or complains of fails the test. */
async function opened(name: string, width: number, scheme: 'light' | 'dark'): Promise<Page> {
  const page = await browser!.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
  const strange: string[] = [];
  page.on('pageerror', ({ message }) => strange.push(message));
  page.on('console', (message) => strange.push(message.text()));
  page.on('request', (request) => strange.push(request.url()));
  const address = `file://${join(folder, name)}`;
  await page.goto(address);
  expect(strange).toEqual([address]);
  return page;
}

const LOOKS = ['run.html', 'changes.html'].flatMap(
  (name) =>
    [
      [name, 1280, 'light'],
      [name, 390, 'dark'],
    ] as const,
);

describe.skipIf(!existsSync(CHROMIUM))('a page that was written', () => {
  test.each(LOOKS)(
    '%s fits %i px, and axe finds nothing serious (%s)',
    async (...look) => {
      const page = await opened(...look);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; impact: string }[];
      };
      const serious = violations.filter(({ impact }) => /serious|critical/.test(impact));
      expect(serious.map(({ id }) => id)).toEqual([]);
      await page.close();
    },
    120_000,
  );

  test('is searched by section, name and bytes, and shows only what is unexpected', async () => {
    const page = await opened('run.html', 1280, 'light');
    const shown = page.locator('.rules > details:visible');
    const all = await shown.count();
    const bad = await page.locator('details[data-bad]').count();
    expect(bad).toBeGreaterThan(0);
    await page.getByLabel('Only what is unexpected').check();
    await expect.poll(() => shown.count()).toBe(bad);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => shown.count()).toBe(all);
    await page.getByLabel('Search').fill('get version');
    await expect.poll(() => page.locator('.rules:visible').count()).toBe(1);
    expect(await page.locator('output').innerText()).toBe(`${await shown.count()} of ${all} shown`);
    await page.locator('.unexpected a').first().click(); // what is linked is shown, whatever is searched
    await expect.poll(() => shown.count()).toBe(all);
    await page.getByRole('checkbox', { name: /unsupported/ }).check();
    await expect
      .poll(() => shown.count())
      .toBe(await page.locator('[data-is~=unsupported]').count());
    await page.close();
  }, 60_000);
});
