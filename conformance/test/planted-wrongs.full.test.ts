import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

// Device and examiner share facts and no code: what one of them computes wrong, the other does not.

/** Answers that both compute, and a case that asks for each. */
const ASKED = {
  'layout string': ['STM32F405RE', 'usb', 'dfu/1/layout-begins-at-flash@idle'],
  'list of pages': ['STM32F405', 'usart', 'usart/3.8/several-pages@synchronised'],
  size: ['STM32F405', 'usart', 'usart/3.4/256-bytes@synchronised'],
  CRC: ['STM32F446', 'i2c', 'i2c/3.18/crc@connected'],
  checksum: ['STM32F405', 'usart', 'usart/3.6/flash@synchronised'],
} as const;
type Answer = keyof typeof ASKED;

/** A text that is there once in what is published, and a wrong one in its place. */
type Planted = readonly [file: string, right: string, wrong: string];

const DEVICE: Readonly<Record<Answer, Planted>> = {
  'layout string': [
    'families/usb/layout-strings.ts',
    'start.toString(16)',
    '(start + 1024).toString(16)',
  ],
  'list of pages': [
    'emulator/interfaces/usart/wire.ts',
    'be16(list, 2 * page)',
    'be16(list, 2 * page) + 1',
  ],
  size: ['emulator/interfaces/usart/wire.ts', 'packet[0] + 1', 'packet[0]'],
  CRC: ['emulator/interfaces/framed/crc.ts', 'getUint32(at, true)', 'getUint32(at)'],
  checksum: ['emulator/interfaces/usart/wire.ts', 'xor(block) ^ count', 'xor(block)'],
};

const EXAMINER: Readonly<Record<Answer, Planted>> = {
  'layout string': [
    'conformance/interfaces/usb/scenarios/layout-strings.ts',
    'start === expected',
    'start !== expected',
  ],
  'list of pages': [
    'conformance/interfaces/usart/host.ts',
    '...pages.flatMap(',
    '...pages.map((page) => page + 1).flatMap(',
  ],
  size: ['conformance/interfaces/usart/host.ts', '[count - 1, complement(', '[count, complement('],
  CRC: [
    'conformance/scenarios/get-checksum.ts',
    'slice(at, at + 4).reverse()',
    'slice(at, at + 4)',
  ],
  checksum: [
    'conformance/interfaces/usart/host.ts',
    'xor(bytes) ^ spoil',
    'xor(bytes.slice(1)) ^ spoil',
  ],
};

const WRONGS = Object.entries({ device: DEVICE, examiner: EXAMINER }).flatMap(([side, planted]) =>
  (Object.keys(ASKED) as Answer[]).map((answer) => [answer, side, planted[answer]] as const),
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-planted-'));
  cpSync(join(dirname(inject('builtCli')), '..'), folder, {
    recursive: true,
    verbatimSymlinks: true,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Where a module begins in the file that many were made one of. */
const BETWEEN_MODULES = (file: string): string => `// ${file}\n`;

/** The file in the copy that this source has become part of. */
function bundleOf(file: string): string {
  const chunks = join(folder, 'dist/chunks');
  const found = readdirSync(chunks)
    .map((name) => join(chunks, name))
    .filter((path) => readFileSync(path, 'utf8').includes(BETWEEN_MODULES(file)));
  expect(found, file).toHaveLength(1);
  return found[0]!;
}

/** What `conform` says of these cases in the copy, and its exit code. */
async function conform(device: string, over: string, ids: readonly string[]): Promise<string> {
  const words = ['conform', '--device', device, '--interface', over, '--inputs', '1'];
  const only = ids.flatMap((id) => ['--only', id]);
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(folder, 'dist/cli.js'), ...words, ...only],
      (_, stdout, stderr) => resolve(`exit code ${child.exitCode}\n${stdout}${stderr}`),
    );
  });
}

test.each(['usb', 'usart', 'i2c'])('over %s both compute the same', async (over) => {
  const asked = Object.values(ASKED).filter(([, each]) => each === over);
  const said = await conform(
    asked[0]![0],
    over,
    asked.map(([, , id]) => id),
  );
  expect(said).toMatch(/^exit code 0\n/);
  expect(said).toContain(`: ${asked.length} pass (`);
});

test.each(WRONGS)('a wrong %s of the %s alone fails', async (answer, _, [file, right, wrong]) => {
  const path = bundleOf(file);
  const text = readFileSync(path, 'utf8');
  const [before, module = '', ...after] = text.split(BETWEEN_MODULES(file));
  expect(after, `${file} is there once`).toEqual([]);
  const [here = '', ...others] = module.split(/^(?=\/\/ \S+\.ts$)/m);
  expect(here.split(right), `${right} is there once in ${file}`).toHaveLength(2);
  writeFileSync(path, [before, `// ${file}\n`, here.replace(right, wrong), ...others].join(''));
  const [device, over, id] = ASKED[answer];
  const said = await conform(device, over, [id]).finally(() => writeFileSync(path, text));
  expect(said).toMatch(/^exit code 1\n/);
  expect(said).toContain(': 1 fail (');
});
