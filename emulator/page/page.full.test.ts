import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, runTool } from '../test/host-tool.ts';
import { RunningVstm32 } from '../test/vstm32.ts';

const CHROMIUM = '/usr/bin/chromium';
const missing = [
  ...(existsSync(CHROMIUM) ? [] : ['chromium']),
  ...(has('stm32flash') ? [] : ['stm32flash']),
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let folder: string;
let browser: Browser;

/** What a page asked for from elsewhere, and what it complained of. */
const strange: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-page-'));
  if (missing.length > 0) return;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  rmSync(folder, { recursive: true });
});

/** A page of its own, at an address. */
async function opened(address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { origin } = new URL(address);
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(`${origin}/`)) {
      strange.push(request.url());
    }
  });
  page.on('pageerror', ({ message }) => strange.push(message));
  page.on('console', (message) => {
    const provoked = /status of (401|404|422)|ERR_(INCOMPLETE|CONNECTION)/.test(message.text());
    if (message.type() === 'error' && !provoked) strange.push(message.text());
  });
  await page.goto(address);
  return page;
}

interface Shown extends AsyncDisposable {
  readonly page: Page;
  readonly board: RunningVstm32;
  /** Runs stm32flash on the board: `done`, or what it says. */
  readonly stm32flash: (...args: readonly string[]) => Promise<string>;
}

/** A board, and a page that shows it. */
async function shown(...options: readonly string[]): Promise<Shown> {
  const board = await RunningVstm32.start('STM32F405RG', '--http', '127.0.0.1:0', ...options);
  const page = await opened(board.ready.api!);
  return {
    page,
    board,
    async stm32flash(...args) {
      const { path } = board.ready.ports.usart;
      const { code, stderr } = await runTool('stm32flash', '-m', '8n1', ...args, path);
      return code === 0 ? 'done' : stderr.slice(-500);
    },
    async [Symbol.asyncDispose]() {
      await page.close();
      await board[Symbol.asyncDispose]();
    },
  };
}

function image(bytes: number): string {
  const file = join(folder, `${bytes}.bin`);
  writeFileSync(file, randomBytes(bytes));
  return file;
}

const dialogue = (page: Page): Locator =>
  page.getByRole('region', { name: 'Lines of the dialogue' });
const said = async (page: Page): Promise<string> => (await dialogue(page).allInnerTexts()).join();
const powerSwitch = (page: Page): Locator => page.getByRole('switch', { name: 'Power' });
const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name });

/** Presses Tab until the focus is on this. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the keyboard does not reach it');
}

const without = missing.length === 0 ? '' : `, for which ${missing.join(', ')} is missing`;

describe.skipIf(missing.length > 0)(`the live page${without}`, () => {
  test('its map follows a write of 1 MiB, and the dialogue tells it', async () => {
    await using board = await shown();
    const { page } = board;
    await expect.poll(() => page.title()).toBe('STM32F405_407_415_417 – vstm32');
    await page.locator('.cell.blank').nth(255).waitFor();
    await page.evaluate(() => {
      const seen = { filled: new Set<number>(), working: 0 };
      Object.assign(globalThis, { seen });
      new MutationObserver(() => {
        seen.filled.add(document.querySelectorAll('.map .cell.content').length);
        seen.working += document.querySelectorAll('.map .cell.working').length;
      }).observe(document.querySelector('.map')!, { attributes: true, subtree: true });
    });
    expect(await board.stm32flash('-w', image(1024 * 1024))).toBe('done');
    await expect.poll(() => page.locator('.map .cell.content').count()).toBe(256);
    await expect.poll(() => page.locator('.map .cell.working').count()).toBe(0);
    const seen = (await page.evaluate('[seen.filled.size, seen.working]')) as [number, number];
    expect(seen[0]).toBeGreaterThan(5); // on the way, not at the end alone
    expect(seen[1]).toBeGreaterThan(5);
    await expect.poll(() => said(page)).toContain('Write Memory 0x080FFF00, 256 bytes → ACK');
    await expect.poll(() => page.getByText(/^41\d\d lines$/).count()).toBe(1);
    expect(await dialogue(page).locator('.row').count()).toBeLessThan(60);
    await dialogue(page).evaluate((list) => list.scrollTo(0, 0));
    await expect.poll(() => said(page)).toContain('Extended Erase all of main flash → ACK');
  });

  test('what is protected is refused in words', async () => {
    await using board = await shown();
    const { page } = board;
    await tab(page, 'Option bytes').click();
    await page.getByRole('button', { name: '1', exact: true }).click();
    await page.getByText('readout protection level 1').first().waitFor();
    expect(await board.stm32flash('-r', join(folder, 'read.bin'))).not.toBe('done');
    const refused = 'Read Memory → NACK: protected: readout protection level 1';
    await expect.poll(() => said(page)).toContain(refused);
    await page.getByLabel('nRST_STOP').fill('0');
    await page.getByLabel('nRST_STOP').press('Enter');
    await expect.poll(() => page.getByLabel('nRST_STOP').inputValue()).toBe('0x0');
    await page.getByLabel('nWRP').fill('0xFFE');
    await page.getByRole('button', { name: 'Store' }).click();
    const protectedCells = async (): Promise<readonly number[]> =>
      (await page
        .locator('.map .cell')
        .evaluateAll((cells) =>
          cells.flatMap((cell, at) => (cell.classList.contains('protected') ? [at] : [])),
        )) as number[];
    await expect.poll(protectedCells).toEqual([0, 1, 2, 3]); // sector 0, 16 KiB
    await page.getByLabel('nWRP').fill('0xFDF');
    await page.getByRole('button', { name: 'Store' }).click();
    const sector5 = Array.from({ length: 32 }, (_, at) => 32 + at); // 128 KiB
    await expect.poll(protectedCells).toEqual(sector5);
    await page.getByLabel('nWRP').fill('0xFFF');
    await page.getByRole('button', { name: 'Store' }).click();
    await expect.poll(protectedCells).toEqual([]);
  });

  test('faults are armed by mouse and by keyboard, and strike', async () => {
    await using board = await shown();
    const { page } = board;
    const armed = page.getByRole('list', { name: 'Faults that are armed' });
    const fault = page.getByRole('combobox', { name: 'Fault', exact: true });
    await tab(page, 'Faults').click();
    await fault.selectOption('reply refuse');
    await page.getByRole('combobox', { name: 'Command' }).selectOption('write-memory');
    await page.getByRole('button', { name: 'Arm' }).click();
    await armed.getByText('waits').waitFor();
    expect(await board.stm32flash('-w', image(512))).not.toBe('done');
    await armed.getByText(/struck at \d/).waitFor();
    await armed.getByRole('button', { name: /^Disarm/ }).click();
    await page.getByText('Nothing is armed.').waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();

    await tab(page, 'Option bytes').click();
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await tabTo(page, tab(page, 'Option bytes'));
    await page.keyboard.press('ArrowRight');
    await tabTo(page, fault);
    await page.keyboard.type('Flash: power');
    await tabTo(page, page.getByLabel('Operation, counted from now'));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await armed.getByText('Flash: power fails in the middle, operation 3').waitFor();
    expect(await board.stm32flash('-w', image(2048))).not.toBe('done');
    await armed.getByText(/struck at \d/).waitFor();
    await expect.poll(() => said(page)).toContain('power-cut at operation 3');
  });

  test('reset, power and pins work, and a refusal of the server is shown', async () => {
    await using board = await shown();
    const { page } = board;
    const state = page.locator('.board .state');
    await powerSwitch(page).click();
    await expect.poll(() => state.innerText()).toBe('Off');
    await powerSwitch(page).press('Space');
    await expect.poll(() => state.innerText()).toBe('Bootloader');
    await page.getByRole('switch', { name: 'BOOT0' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => state.innerText()).toBe('Locked up');
    await page.getByRole('switch', { name: 'NRST' }).click();
    await expect.poll(() => state.innerText()).toBe('Held in reset');
    await tab(page, 'Option bytes').click();
    await page.getByLabel('nRST_STOP').fill('7');
    await expect.poll(() => page.getByLabel('nRST_STOP').getAttribute('aria-invalid')).toBe('true');
    await board.board.end();
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
  });

  test('the trace is filtered, paused and searched, memory is shown, and both are saved', async () => {
    await using board = await shown();
    const { page } = board;
    const lines = page.getByRole('region', { name: 'Lines of the trace' });
    const file = image(1024);
    await tab(page, 'Trace').click();
    expect(await board.stm32flash('-w', file)).toBe('done');
    await expect.poll(() => lines.innerText()).toContain('programmed 256 bytes at 0x08000300');
    await page.getByLabel('bytes').uncheck();
    await page.getByLabel('Only lines with this text').fill('0x080002');
    await expect.poll(() => lines.locator('.row').count()).toBe(2); // the request, and what was programmed
    await page.getByLabel('Only lines with this text').fill('');
    await expect.poll(() => lines.innerText()).toContain('programmed 256 bytes at 0x08000300');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('button', { name: /^Resume \([1-9]/ }).waitFor();
    await page.getByLabel('Search in the lines').fill('get-id');
    await page.keyboard.press('Enter');
    await expect.poll(() => lines.locator('.found').innerText()).toContain('command get-id');
    await page.getByRole('button', { name: /^Resume/ }).click();
    await expect.poll(() => lines.innerText()).toContain('reset: NRST');

    await page.getByRole('button', { name: /^Sector\s+0\b/ }).click();
    const digits = readFileSync(file).subarray(0, 16).toString('hex').match(/../g)!;
    const dump = page.getByRole('region', { name: 'Bytes of flash' });
    await expect.poll(() => dump.innerText()).toContain(digits.join(' '));

    for (const [name, starts] of [
      ['Image .bin', readFileSync(file)],
      ['Image .hex', Buffer.from(':020000040800F2')],
      ['Capture .pcapng', Buffer.from([0x0a, 0x0d, 0x0d, 0x0a])],
    ] as const) {
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      const saved = readFileSync(await (await saving).path());
      expect(saved.subarray(0, starts.length).equals(starts)).toBe(true);
    }
  });

  test('many boards are a grid, and a token is asked for and kept nowhere', async () => {
    const file = join(folder, 'boards.yaml');
    const device = '{ device: STM32G071, usart: tcp }';
    writeFileSync(file, `boards: { left: ${device}, right: { device: STM32F103x4, usart: tcp } }`);
    await using server = await RunningVstm32.command('serve', file, '--token', 'open sesame');
    const { api } = server.ready;
    const page = await opened(api!);
    await page.getByLabel('The words of --token').fill('open barley');
    await page.keyboard.press('Enter');
    await page.getByText('Those are not the words.').waitFor();
    await page.getByLabel('The words of --token').fill('open sesame');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^left/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: /^right/ }).click();
    await page
      .getByRole('button', { name: /^Pages 0–/ })
      .or(page.locator('.map-row'))
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'All boards' }).click();
    await page.getByRole('link', { name: /^left/ }).waitFor();
    await page.close();

    const other = await opened(`${api}/#board=left&token=open+sesame`);
    await other.locator('.map-row').first().waitFor();
    expect(other.url()).toBe(`${api}/#board=left`);
    expect(
      await other.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]),
    ).toEqual([0, 0, '']);
    await other.close();
  });

  test('a board that is removed is said to be, and the others are offered', async () => {
    const file = join(folder, 'left-and-right.yaml');
    const device = '{ device: STM32G071, usart: tcp }';
    writeFileSync(file, `boards: { left: ${device}, right: ${device} }`);
    await using server = await RunningVstm32.command('serve', file);
    const { api } = server.ready;
    const page = await opened(`${api}/#board=left`);
    const map = page.locator('.map-row').first();
    await map.waitFor();
    expect((await fetch(`${api}/boards/left`, { method: 'DELETE' })).status).toBe(204);
    const alert = page.getByRole('alert');
    await alert.getByText('The board left was removed. These are there:').waitFor();
    const links = await page.getByRole('link', { name: /^(left|right)/ }).allInnerTexts();
    expect(links.map((text) => text.split('\n')[0])).toEqual(['right']);
    const body = JSON.stringify({ id: 'left', device: 'STM32G071', usart: 'tcp' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${api}/boards`, { method: 'POST', headers, body })).status).toBe(201);
    await map.waitFor();
    expect(await alert.count()).toBe(0);
    await page.goto(`${api}/#board=nowhere`);
    await alert.getByText('There is no board called nowhere. These are there:').waitFor();
    await page.getByRole('link', { name: /^right/ }).click();
    await map.waitFor();
    await page.close();
  });

  test('it is in order for screen readers, in light and dark, on a screen and on a phone', async () => {
    await using board = await shown();
    const { page } = board;
    expect(await board.stm32flash('-w', image(4096))).toBe('done');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        const tabs = ['Trace', 'Memory', 'Option bytes', 'Faults'];
        for (const name of width === 390 ? tabs.slice(0, 1) : tabs) {
          await tab(page, name).click();
          expect(await violations(page), `${name}, ${colorScheme}, ${width}`).toEqual([]);
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
    }
  });

  test('no other page shows it within itself, and nothing runs that is written into it', async () => {
    await using board = await shown();
    const { page } = board;
    const api = board.board.ready.api!;
    const policy = (await fetch(api)).headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"]),
    );
    expect(policy!.join()).not.toMatch(/unsafe|\*|data:|https?:/);
    const refused: string[] = [];
    const other = await browser.newPage();
    other.on('console', (message) => refused.push(message.text()));
    await other.goto(api);
    await other.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.written = true';
      document.head.append(script);
    });
    expect(await other.evaluate('globalThis.written')).toBeUndefined();
    await expect.poll(() => refused.join()).toContain('Content Security Policy');
    await other.setContent(`<iframe src="${api}/"></iframe>`);
    await expect.poll(() => refused.join()).toMatch(/frame-ancestors|Refused to frame|Framing/);
    await other.close();
    expect(await page.title()).not.toBe('');
  });

  test('nothing came from elsewhere, and nothing went wrong in it', () => {
    expect(strange).toEqual([]);
  });
});

/** What axe finds that is serious. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations: found } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
