import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = new URL('../examples/', import.meta.url);
const hasStm32flash = spawnSync('stm32flash', ['-h']).error === undefined;

async function outputOf(example: string): Promise<string> {
  const program = fileURLToPath(new URL(example, folder));
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: 'pipe' });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  await once(child, 'close');
  expect(errors).toBe('');
  expect(child.exitCode).toBe(0);
  return output;
}

describe.concurrent('the examples', () => {
  test.skipIf(!hasStm32flash)('01: stm32flash writes the firmware', async () => {
    const output = await outputOf('01-write-with-stm32flash.ts');
    expect(output).toContain('Device ID    : 0x0413');
    expect(output.trimEnd().split('\n').slice(-2)).toEqual([
      'stm32flash ended with 0',
      'the flash holds the firmware',
    ]);
  });

  test('02: the chip answers what is written to its pins', async () => {
    const output = await outputOf('02-drive-in-memory.ts');
    expect([...output.matchAll(/chip (\w+)/g)].map((match) => match[1])).toEqual([
      '79',
      '7901041379',
      '79',
      '79',
      '79',
      '79797901020304',
    ]);
    expect(output).toMatch(/virtual time: \d+ µs\n$/);
  });

  test('03: a power cut leaves one sector half erased and the other as it was', async () => {
    const output = await outputOf('03-power-cut.ts');
    const [cut, other, afterwards] = output.split('\n');
    const [, old, erased, neither] = (
      /^sector 0: (\d+) bytes old, (\d+) erased, (\d+) neither$/.exec(cut!) ?? []
    ).map(Number);
    expect(old! + erased! + neither!).toBe(16_384);
    expect(Math.max(old!, erased!)).toBeLessThan(16_384);
    expect(other).toBe('sector 1: 16384 bytes old, 0 erased, 0 neither');
    expect(afterwards).toBe('after power-on: bootloader');
  });

  test('04: a program written for WebUSB finds the device', async () => {
    const lines = (await outputOf('04-web-usb.ts')).trimEnd().split('\n');
    expect(lines[0]).toBe('STM32  BOOTLOADER');
    expect(lines[1]).toMatch(/^ {2}@Internal Flash {2}\/0x08000000\//);
    expect(lines.at(-1)).toBe('dfuIDLE');
  });

  test('each is under 30 lines', () => {
    const programs = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    expect(programs).toHaveLength(4);
    const long = programs.filter(
      (name) => readFileSync(new URL(name, folder), 'utf8').split('\n').length > 30,
    );
    expect(long).toEqual([]);
  });
});
