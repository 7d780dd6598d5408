import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliCommand } from './vstm32.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const run = promisify(execFile);

/** What the blocks of the README say to type, a line each, without their comments. */
const typed = [...README.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) =>
  block!
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n')
    .map((line) => line.replace(/ {2,}#.*/, '').trim())
    .filter((line) => line !== ''),
);

/** What the table says to type, with the values of its examples; more than one in a cell are options. */
const table = [...README.matchAll(/^\| [^|]+ \| (`[^|]+) \|$/gm)].flatMap(([, cell]) =>
  [...cell!.matchAll(/`((?:vstm32 )?[^`]+)`/g)].map(([, text]) => text!),
);

const HERE = ['stm32flash', 'dfu-util', 'candump', 'cansend', 'cc'];
const missing = HERE.filter((tool) => spawnSync(tool, ['-h']).error !== undefined);

let folder: string;

/** This clone with the user's firmware in it: nothing is written into the one that is tested. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-readme-'));
  for (const name of readdirSync(ROOT)) symlinkSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, 'firmware.bin'), Uint8Array.of(0, 0, 2, 0x20, 9, 0, 0, 8));
  writeFileSync(
    join(folder, 'firmware.hex'),
    ':020000040800F2\n:0400000001020304F2\n:00000001FF\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Waits until a board is ready, and ends it. */
async function startAndEnd(program: string, args: readonly string[]): Promise<string> {
  const board = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(board, 'exit');
  let said = '';
  board.stderr.on('data', (text) => (said += String(text)));
  for await (const line of createInterface(board.stdout)) {
    said += `${line}\n`;
    if (/^ +try |"device"/.test(line)) break;
  }
  board.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  expect(code, said).toBe(0);
  return said;
}

describe.skipIf(missing.length > 0)(
  `the commands of the README${missing.length === 0 ? '' : `, for which ${missing.join(', ')} is missing`}`,
  () => {
    test('are those that are tried here', () => {
      expect(typed.length).toBeGreaterThan(6);
      expect(table.length).toBeGreaterThan(25);
      expect(typed.filter((line) => line.startsWith('npm ci'))).toEqual([
        'npm ci && npm start',
        'npm ci && npm test',
      ]);
    });

    const exec = typed.filter((line) => line.includes(' exec '));
    test.each(exec)('%s', async (line) => {
      const { stderr } = await run('sh', ['-c', line], { cwd: folder });
      expect(stderr).toMatch(/^chip {6}/m);
    });

    const boards = typed.filter((line) => line.includes(' vstm32 -- run '));
    test.each(['npm start', ...boards])('%s', async (line) => {
      const [program, ...args] = line.split(' ');
      const words = args.map((word) => word.replace(/^usbip$/, 'usbip:127.0.0.1:0'));
      expect(await startAndEnd(program!, words)).toContain('STM32F405');
    });

    const boot = table.filter((text) => text.startsWith('vstm32 ') && !text.includes('ctl'));
    test.each([...new Set(boot)])('%s', async (text) => {
      if (text.startsWith('vstm32 run')) {
        await started(text.split(' ').slice(2));
        return;
      }
      const [program, ...args] = cliCommand(text.split(' ').slice(1));
      expect((await run(program!, args, { cwd: folder })).stdout).not.toBe('');
    });

    const options = table.filter((text) => text.startsWith('--') && text.includes(' '));
    test.each([...new Set(options)])('vstm32 run STM32F405 %s', async (text) => {
      await started([
        text.includes('spi') || text.includes('i2c') ? 'STM32F446' : 'STM32F405',
        ...text.split(' '),
      ]);
    });
  },
);

/** Starts a board in the folder, at ports that are free and with names that are its own. */
async function started(words: readonly string[]): Promise<void> {
  const own = words.map((word) =>
    word
      .replace(/^usbip$/, 'usbip:127.0.0.1:0')
      .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:0')
      .replace('pty:/tmp', `pty:${folder}`)
      .replace(/^SOCKET$/, 'board.sock'),
  );
  const [program, ...args] = cliCommand(['run', ...own, '--json']);
  expect(await startAndEnd(program!, args)).toContain('"device"');
}
