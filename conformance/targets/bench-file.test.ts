import { Ajv } from 'ajv';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchSchema, readBenchFile } from './bench-file.ts';
import type { TargetSpec } from './spec.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string, name = 'bench.yaml'): Promise<readonly TargetSpec[]> {
  const path = join(folder, name);
  await writeFile(path, text);
  return readBenchFile(path);
}

const TWO = `
boards:
  - name: nucleo
    device: STM32F446RE
    bootloader: "9.0"
    target: serial:/dev/ttyACM0
    wire: dtr=nrst,rts=boot0
    allow: page
    time-budget: 10m
    wear-budget: 20
  - device: STM32F103C8
    target: rfc2217:bench.example:4000
    reset-command: uhubctl -a cycle
    baud: 57600
`;

test('boards are read with all that is said of them', async () => {
  expect(await read(TWO)).toEqual([
    {
      kind: 'serial',
      path: '/dev/ttyACM0',
      name: 'nucleo',
      part: { device: 'STM32F446RE', version: '9.0' },
      reset: { by: 'wiring', wire: 'dtr=nrst,rts=boot0' },
      allow: 'page',
      timeBudgetMs: 600_000,
      wearBudget: 20,
    },
    {
      kind: 'rfc2217',
      host: 'bench.example',
      port: 4000,
      part: { device: 'STM32F103C8' },
      reset: { by: 'command', command: 'uhubctl -a cycle' },
      allow: 'nothing',
      baud: 57_600,
    },
  ]);
});

test('JSON is read too', async () => {
  const text = JSON.stringify({ boards: [{ device: 'STM32F405' }] });
  expect(await read(text, 'bench.json')).toEqual([
    { kind: 'memory', part: { device: 'STM32F405' }, allow: 'chip' },
  ]);
});

test.each([
  ['boards: []', /boards: /],
  ['boards: [{ target: pty }]', /boards\[0\]\.device: /],
  ['boards: [{ device: STM32F405, allow: all }]', /boards\[0\]\.allow: takes nothing, page/],
  ['boards: [{ device: STM32F405, port: 3 }]', /boards\[0\]: .*port/],
  ['boards: [{ device: STM32F405, target: "usb:1" , ask: true}]', /boards\[0\]: --target takes/],
  [
    'boards: [{ device: STM32F405, target: "serial:/dev/ttyS0" }]',
    /boards\[0\]: say how the board/,
  ],
  ['boards: [{ device: STM32F405, wire: rts=nrst }]', /boards\[0\]: wire belongs to a board/],
  [
    'boards: [{ device: STM32F405, target: "serial:a", ask: true, allow: chip }]',
    /up to its options/,
  ],
  ['boards: [', /bench\.yaml: /],
  [
    'boards: [{ device: STM32F405, target: "tcp:a:1", ask: true }, { device: STM32F103C8, target: "tcp:a:1", ask: true }]',
    /two boards are at tcp:a:1/,
  ],
])('%s is refused with the place of what is wrong', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});

test('a file that is not there is an error of the environment', async () => {
  await expect(readBenchFile(join(folder, 'no.yaml'))).rejects.toMatchObject({ exitCode: 3 });
});

test('the schema for editors takes what is read and refuses what is not', async () => {
  const validate = new Ajv({ strict: false, validateSchema: false }).compile(benchSchema());
  expect(validate({ boards: [{ device: 'STM32F405', target: 'pty', allow: 'page' }] })).toBe(true);
  expect(validate({ boards: [{ device: 'STM32F405', allow: 'all' }] })).toBe(false);
  expect(validate({ boards: [{ target: 'pty' }] })).toBe(false);
});
