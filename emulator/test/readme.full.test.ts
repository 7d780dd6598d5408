import { execFile, spawnSync } from 'node:child_process';
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
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fencedLines } from './typed-lines.ts';
import { cliCommand, startAndEnd } from './vstm32.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const run = promisify(execFile);

const typed = fencedLines(README);

/** What the table says to type, with the values of its examples; more than one in a cell are options. */
const table = [
  ...README.matchAll(/^\| to [^|]+ \| ([^|]*`[^|]+) \|$|^\| [^|]+ \| (`[^|]+) \|$/gm),
].flatMap(([, row, cell = row]) =>
  [...cell!.matchAll(/`((?:vstm32 )?[^`]+)`/g)].map(([, text]) => text!),
);

/** Values of an option that its row names first, with what they are tried as. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'rfc2217:127.0.0.1:5332': ['--usart', 'rfc2217:127.0.0.1:5332'],
  echo: ['--boot0', '0', '--app', 'echo'],
  'jump:0x1FFF0000,iwdg:26s': ['--boot0', '0', '--app', 'jump:0x1FFF0000,iwdg:26s'],
};

/** What nobody types as it stands: keys, and the words of other programs; `vstm32 ctl` has tests of its own. */
const NOT_TYPED = ['r', 'b', 'p', 's', 'q', 'vstm32 ctl', 'rfc2217://', 'usbip attach', 'kill -9'];

const exec = typed.filter((line) => /^npm .* exec /.test(line));
const boards = typed.filter((line) => line.includes(' vstm32 -- run '));
const commands = table.filter((text) => text.startsWith('vstm32 ') && !text.includes('ctl'));
const options = table.filter((text) => text.startsWith('--') && text.includes(' '));

const HERE = ['stm32flash', 'dfu-util', 'candump', 'cansend', 'cc'];
const missing = HERE.filter((tool) => spawnSync(tool, ['-h']).error !== undefined);

let folder: string;

/** This clone with the user's firmware in it: nothing is written into the one that is tested. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-readme-'));
  for (const name of readdirSync(ROOT)) symlinkSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, 'firmware.bin'), Uint8Array.of(0, 0, 2, 0x20, 9, 0, 0, 8));
  writeFileSync(join(folder, 'boards.yaml'), 'boards: { left: { device: STM32F405 } }');
  writeFileSync(
    join(folder, 'firmware.hex'),
    ':020000040800F2\n:0400000001020304F2\n:00000001FF\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(missing.length > 0)(
  `the commands of the README${missing.length === 0 ? '' : `, for which ${missing.join(', ')} is missing`}`,
  () => {
    test('are those that are tried here', () => {
      // the two that begin with npm ci are what runs these tests, and npm start below
      const containers = /^podman /; // container.full.test.ts runs the steps of the file
      const others = typed.filter((line) => !containers.test(line));
      expect(others.filter((line) => ![...exec, ...boards].includes(line))).toEqual([
        'npm ci && npm start',
        'npm ci && npm test',
      ]);
      const tried = new Set([...commands, ...options, ...Object.keys(VALUES), ...NOT_TYPED]);
      expect(table.filter((text) => !tried.has(text))).toEqual([]);
      expect(table.length).toBeGreaterThan(25);
    });

    test.each(Object.values(VALUES))('vstm32 run STM32F405 %s %s %s %s', async (...words) => {
      await started(['STM32F405', ...words.filter((word) => word !== undefined)]);
    });

    test.each(exec)('%s', async (line) => {
      const { stderr } = await run('sh', ['-c', line], { cwd: folder });
      expect(stderr).toMatch(/^chip {6}/m);
    });

    test.each(['npm start', ...boards])('%s', async (line) => {
      const [program, ...args] = line.split(' ');
      const words = args.map((word) => word.replace(/^usbip$/, 'usbip:127.0.0.1:0'));
      await untilReady([program!, ...words], 'STM32F405');
    });

    test.each([...new Set(commands)])('%s', async (text) => {
      if (text.startsWith('vstm32 run')) {
        await started(text.split(' ').slice(2));
        return;
      }
      if (text.startsWith('vstm32 serve')) {
        await untilReady(cliCommand(text.split(' ').slice(1)), '1 boards, api http://127.0.0.1:');
        return;
      }
      const [program, ...args] = cliCommand(text.split(' ').slice(1));
      expect((await run(program!, args, { cwd: folder })).stdout).not.toBe('');
    });

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
  await untilReady(cliCommand(['run', ...own, '--json']), '"device"');
}

async function untilReady(words: readonly string[], says: string): Promise<void> {
  const { code, said } = await startAndEnd(words, { cwd: folder });
  expect(code, said).toBe(0);
  expect(said).toContain(says);
}
