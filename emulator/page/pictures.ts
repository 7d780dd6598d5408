import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import * as pty from 'node-pty';
import { chromium } from 'playwright-core';
import { z } from 'zod';

/**
 * Makes the pictures of README.md, of real runs: `npm run pictures`, or `-- FOLDER [FILE]` elsewhere.
 * page.png is the live page while stm32flash writes, terminal.svg what the terminals of a board and of its tool say.
 */
const [folderOf = join(import.meta.dirname, 'pictures'), only] = process.argv.slice(2);
const TO = resolve(folderOf);
const ROOT = resolve(import.meta.dirname, '../..');
const TSX = createRequire(import.meta.url).resolve('tsx/cli');
const vstm32 = [TSX, join(ROOT, 'cli.ts')];

const COLUMNS = 100;
const [CHARACTER, LINE, MARGIN] = [8.4, 19, 14]; // px, at a font size of 14 px

/** A line of a terminal, and when it was there, in ms. */
interface Line {
  readonly text: string;
  readonly from: number;
  /** When the next one took its place, as a progress line does to itself. */
  until?: number;
  readonly row: number;
}

/** One terminal: a prompt, a command, and what came of it. */
class Terminal {
  readonly lines: Line[] = [];
  readonly #shows: (text: string) => boolean;
  #row = 0;
  #open = '';
  #cut = '';
  said = '';

  /** `shows` chooses among the states of a line that is written over. */
  constructor(command: string, shows: (text: string) => boolean) {
    this.#shows = shows;
    this.#show(`$ ${command}`);
    this.#row = 1;
  }

  get rows(): number {
    return this.#row;
  }

  /** Takes what a program wrote into its terminal. */
  write(data: string): void {
    this.said += data;
    const text = this.#cut + stripVTControlCharacters(data);
    this.#cut = text.endsWith('\r') ? '\r' : ''; // the half of an end of line, perhaps
    for (const part of text.slice(0, text.length - this.#cut.length).split(/(\r\n|\r|\n)/)) {
      if (part === '\r') {
        if (this.#shows(this.#open)) this.#show(this.#open);
        this.#open = '';
      } else if (/^\r?\n$/.test(part)) {
        this.#show(this.#open);
        this.#row += Math.max(1, Math.ceil(this.#open.length / COLUMNS));
        this.#open = '';
      } else {
        this.#open += part;
      }
    }
  }

  #show(text: string): void {
    const from = performance.now();
    const before = this.lines.at(-1);
    if (before?.row === this.#row) before.until = from;
    for (let at = 0; at === 0 || at < text.length; at += COLUMNS) {
      const row = this.#row + at / COLUMNS;
      this.lines.push({ text: text.slice(at, at + COLUMNS), from, row });
    }
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

type Seconds = (time: number) => string;

/** When something is shown: pauses, such as the start of Node, last a second at most. */
function withoutPauses(times: readonly number[]): Seconds {
  let [shown, before] = [0, Math.min(...times)];
  const at = new Map<number, string>();
  for (const time of times.toSorted((one, other) => one - other)) {
    shown += Math.min(time - before, 1000);
    before = time;
    at.set(time, (shown / 1000).toFixed(2));
  }
  return (time) => at.get(time)!;
}

/** A terminal as a window, from a height on; without animation all of it is there, as it was at the end. */
function windowOf({ lines, rows }: Terminal, top: number, seconds: Seconds): string {
  const texts = lines
    .filter(({ text }) => text !== '')
    .map(({ text, from, until, row }) => {
      const appears = `appear ${seconds(from)}s step-end both`;
      const goes = until === undefined ? '' : `, go 0s ${seconds(until)}s forwards`;
      const kind = until === undefined ? '' : ' class="passing"';
      const y = top + MARGIN + (row + 0.8) * LINE;
      return `<text${kind} x="${MARGIN}" y="${y.toFixed(0)}" style="animation: ${appears}${goes}">${escaped(text)}</text>`;
    });
  const size = `width="${COLUMNS * CHARACTER + 2 * MARGIN}" height="${rows * LINE + 2 * MARGIN}"`;
  return [`<rect y="${top}" ${size} rx="6"/>`, ...texts].join('\n');
}

const STYLE = `
rect { fill: #16181d }
text { fill: #d7dae0; font: 14px 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre }
.passing { visibility: hidden }
@keyframes appear { from { visibility: hidden } to { visibility: visible } }
@keyframes go { to { visibility: hidden } }
@media (prefers-reduced-motion: reduce) { text { animation: none !important } }
`;

/** The terminals, one below the other. */
function svgOf(terminals: readonly Terminal[]): string {
  const seconds = withoutPauses(terminals.flatMap(({ lines }) => lines.map(({ from }) => from)));
  let height = 0;
  const windows = terminals.map((terminal) => {
    const top = height;
    height += terminal.rows * LINE + 2 * MARGIN + 10;
    return windowOf(terminal, top, seconds);
  });
  const size = `viewBox="0 0 ${COLUMNS * CHARACTER + 2 * MARGIN} ${height - 10}"`;
  const title = '<title>vstm32 run in one terminal, stm32flash in another</title>';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${title}\n<style>${STYLE}</style>\n${windows.join('\n')}\n</svg>\n`;
}

/** Of the states of stm32flash's progress line, one for each tenth of 64 KiB. */
function isTenth(text: string): boolean {
  const [, percent = ''] = /\((\d+)\.\d+%\)/.exec(text) ?? [];
  return text.includes('Erasing') || (percent !== '' && tenths.delete(Math.floor(+percent / 10)));
}
const tenths = new Set(Array.from({ length: 10 }, (_, tenth) => tenth));

/** Types a command into a terminal of its own. */
function typed(
  cwd: string,
  terminal: Terminal,
  program: string,
  args: readonly string[],
): { readonly terminal: pty.IPty; readonly ended: Promise<number> } {
  const env = { ...process.env, NO_COLOR: '1', TERM: 'xterm' };
  const child = pty.spawn(program, [...args], { cwd, env, cols: 500, rows: 40 });
  child.onData((data) => terminal.write(data));
  const ended = new Promise<number>((done) => child.onExit(({ exitCode }) => done(exitCode)));
  return { terminal: child, ended };
}

/** Waits until a terminal says it, or its program has ended. */
async function until(
  terminal: Terminal,
  child: ReturnType<typeof typed>,
  words: string,
): Promise<void> {
  while (!terminal.said.includes(words)) {
    const ended = await Promise.race([
      child.ended,
      new Promise<undefined>((more) => {
        const heard = child.terminal.onData(() => {
          heard.dispose();
          more(undefined);
        });
      }),
    ]);
    if (ended !== undefined) throw new Error(`it ended with ${ended}: ${terminal.said}`);
  }
}

async function terminalPicture(cwd: string): Promise<void> {
  const run = ['run', 'STM32F405', '--usart', 'pty:board'];
  const flash = ['-m', '8n1', '-w', 'firmware.bin', '-v', 'board'];
  const boardTerminal = new Terminal(`vstm32 ${run.join(' ')}`, () => false);
  const board = typed(cwd, boardTerminal, process.execPath, [...vstm32, ...run]);
  await until(boardTerminal, board, 'q quit');
  const toolTerminal = new Terminal(`stm32flash ${flash.join(' ')}`, isTenth);
  const tool = typed(cwd, toolTerminal, 'stm32flash', flash);
  if ((await tool.ended) !== 0) throw new Error(toolTerminal.said);
  board.terminal.write('q');
  if ((await board.ended) !== 0) throw new Error(boardTerminal.said);
  writeFileSync(join(TO, 'terminal.svg'), svgOf([boardTerminal, toolTerminal]));
}

async function pagePicture(cwd: string): Promise<void> {
  const options = ['--usart', 'pty:board', '--http', '127.0.0.1:0', '--json'];
  const board = spawn(process.execPath, [...vstm32, 'run', 'STM32F405RG', ...options], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(board, 'close');
  await using browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const [ready] = (await once(createInterface(board.stdout), 'line')) as [string];
    const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
    await page.goto(z.object({ api: z.url() }).parse(JSON.parse(ready)).api);
    await page.locator('.cell.blank').nth(255).waitFor();
    const tool = spawn('stm32flash', ['-m', '8n1', '-w', 'large.bin', '-v', 'board'], {
      cwd,
      stdio: 'ignore',
    });
    const wrote = once(tool, 'close');
    await page.locator('.map .cell.content').nth(80).waitFor({ timeout: 240_000 });
    tool.kill('SIGSTOP'); // it stands in the middle of its work while the picture is taken
    await page.screenshot({ path: join(TO, 'page.png') });
    tool.kill('SIGCONT');
    const [code] = (await wrote) as [number];
    if (code !== 0) throw new Error(`stm32flash ended with ${code}`);
  } finally {
    board.kill('SIGTERM');
    await ended;
  }
}

/** A firmware: a vector table, and numbers that are the same in each run. */
function firmware(bytes: number): Uint8Array {
  const image = Uint8Array.from({ length: bytes }, (_, at) => (at * 2654435761) >>> 13);
  image.set([0, 0, 2, 0x20, 9, 0, 0, 8]);
  return image;
}

const folder = mkdtempSync(join(tmpdir(), 'vstm32-pictures-'));
try {
  writeFileSync(join(folder, 'firmware.bin'), firmware(64 * 1024));
  writeFileSync(join(folder, 'large.bin'), firmware(640 * 1024));
  if (only !== 'page.png') await terminalPicture(folder);
  if (only !== 'terminal.svg') await pagePicture(folder);
} finally {
  rmSync(folder, { recursive: true });
}
