import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Place } from '../place.ts';
import type { Job } from '../scenario.ts';
import { checkContract } from './canary.ts';
import { find } from './find.ts';
import { chooseTool } from './index.ts';
import { fromTemplate, oneLine } from './template.ts';
import { readToolFile } from './tool-file.ts';

const hasCompiler = spawnSync('cc', ['--version']).error === undefined;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function place(job: Job): Place {
  const address = job.address ?? 0x0800_0000;
  const elsewhere = job.address !== undefined;
  return {
    transport: 'USART',
    port: '/dev/pts/9',
    file: '/x/image.bin',
    address,
    length: 4,
    elsewhere,
    job,
    jobName: job.do,
  };
}

function described(text: string): string {
  const file = join(folder, 'tool.yaml');
  writeFileSync(file, text);
  return file;
}

test('placeholders are filled in, and quotes keep words together', () => {
  const tool = oneLine('flash --port {usart} \'two words\' "{image}" --addr={address}');
  expect(tool.command(place({ do: 'write' }))).toEqual([
    'flash',
    '--port',
    '/dev/pts/9',
    'two words',
    '/x/image.bin',
    '--addr=0x08000000',
  ]);
});

test('a job that one line cannot tell the tool is not offered', () => {
  const tool = oneLine('flash {usart} {image}');
  expect(tool.command(place({ do: 'erase' }))).toBeUndefined();
  expect(tool.command(place({ do: 'write', address: 0x0800_4000 }))).toBeUndefined();
  expect(tool.command(place({ do: 'write', baud: 9600 }))).toBeUndefined();
  expect(tool.command(place({ do: 'write', resets: true }))).toBeUndefined();
  expect(tool.command(place({ do: 'write' }))).toBeDefined();
});

test('a USB device has a path, a serial number, and vendor and product', () => {
  const usb = { id: '0483:df11', serial: 'D1E6D4E56220' };
  const over = (job: Job): Place => ({ ...place(job), transport: 'DFU', port: '2-1', usb });
  const named = oneLine('flash -d {usb-id} -S {usb-serial} {image}');
  expect(named.transports).toEqual(['DFU']);
  expect(named.command(over({ do: 'write' }))).toEqual([
    'flash',
    '-d',
    '0483:df11',
    '-S',
    'D1E6D4E56220',
    '/x/image.bin',
  ]);
  expect(named.command(over({ do: 'write', selects: 'serial' }))).toBeDefined();
  expect(named.command(over({ do: 'write', selects: 'path' }))).toBeUndefined();
  expect(named.command(over({ do: 'write', starts: true }))).toBeUndefined();
  expect(named.command(over({ do: 'write', withoutAddress: true }))).toBeUndefined();
});

test.each([
  ['flash {i2c} {i2c-address} {image}', 'I2C', ['/dev/i2c-1', '0x3c', '/x/image.bin']],
  ['flash {spi} {image}', 'SPI', ['/dev/spidev1.0', '/x/image.bin']],
  ['flash {can} {image}', 'CAN', ['can0', '/x/image.bin']],
  ['flash {fdcan} {image}', 'FDCAN', ['can0', '/x/image.bin']],
] as const)('the placeholder tells the bus: %s', (line, transport, args) => {
  const tool = oneLine(line);
  expect(tool.transports).toEqual([transport]);
  const port = args[0];
  const over = { ...place({ do: 'write' }), transport, port, i2cAddress: 0x3c };
  expect(tool.command(over)).toEqual(['flash', ...args]);
  expect(tool.command(place({ do: 'write' }))).toBeUndefined();
});

test('over CAN FD {can} serves a tool that says so', () => {
  const write = 'flash {can} {image}';
  const tool = fromTemplate({ jobs: { write }, transports: ['CAN', 'FDCAN'] });
  for (const transport of ['CAN', 'FDCAN'] as const) {
    const over = { ...place({ do: 'write' }), transport, port: 'can0' };
    expect(tool.command(over)).toEqual(['flash', 'can0', '/x/image.bin']);
  }
});

test('a placeholder that there is not is refused with those that there are', () => {
  expect(() => oneLine('flash {port}')).toThrow(
    /there is no \{port\}; use \{usart\}, \{usb\}, \{i2c\}, \{spi\}, \{can\}, \{fdcan\}, \{image\}/,
  );
});

test('a tool file is YAML, with all its ways to write a text', () => {
  const file = described(`name: "mine"
success: 3
transports: [USART]
jobs: { detect: "mine info {usart}", go: 'mine run' }
`);
  const tool = readToolFile(file);
  expect(tool).toMatchObject({ name: 'mine', success: [3], transports: ['USART'] });
  expect(tool.command(place({ do: 'detect' }))).toEqual(['mine', 'info', '/dev/pts/9']);
});

test('a tool file gives a command per job, exit codes and a contract', () => {
  const file = described(`# my tool
name: mine
success: [0, 3] # both are fine
unsupported: 99
contract: true
jobs:
  detect: 'mine info {usart}' # quick
  write+verify: mine write {usart} {image}   
`);
  const tool = readToolFile(file);
  expect(tool).toMatchObject({ name: 'mine', success: [0, 3], notOffered: 99, contract: true });
  expect(tool.command(place({ do: 'detect' }))).toEqual(['mine', 'info', '/dev/pts/9']);
  expect(tool.command(place({ do: 'go' }))).toBeUndefined();
});

test.each([
  ['jobs:\n  wriet: x', /tool.yaml, line 2: no job is called wriet; use detect, /],
  ['name: x\nnmae: x', /tool.yaml, line 2: nmae is not one of name, command, /],
  ['- x', /tool.yaml, line 1: Invalid input: expected object/],
  ['name: x', /tool.yaml, line 1: it has no command line: give one under jobs, or command/],
  ['', /tool.yaml: it has no command line/],
  ['command: x\nunsupported: many', /line 2: unsupported: an exit code is 0 to 255/],
  ['command: x\nsuccess: [0, 256]', /line 2: success.1: an exit code is 0 to 255/],
  ['jobs:\n  detect: {usart} x', /line 2: /],
  ['jobs:\n  detect: {usart}', /line 2: jobs.detect: a command line is a text: put it in quotes/],
  ['command: x\ntransports: [UART]', /line 2: transports.0: use USART, DFU, I2C, SPI, CAN, FDCAN/],
  ['command: x\nwire: dtr=foo', /line 2: wire: /],
  ['command: "x', /line 1: Missing closing "quote/],
])('a tool file with a mistake is refused: %j', (text, says) => {
  expect(() => readToolFile(described(text))).toThrow(says);
});

test('a tool file says how it resets, what it takes, and what it does by itself', () => {
  const tool = readToolFile(
    described(`wire: '!dtr=nrst,rts=boot0'
resets: -i dtr,rts
formats: [hex]
verifies: false
starts: true
version: mine --version
transports: [USART]
jobs: { write: mine write, detect: 'mine {resets} info' }
command: mine {job}
`),
  );
  expect(tool).toMatchObject({
    wire: '!dtr=nrst,rts=boot0',
    formats: ['hex'],
    starts: true,
    version: ['mine', '--version'],
  });
  const resets = true;
  expect(tool.command(place({ do: 'write', resets }))).toEqual(['mine', 'write', '-i', 'dtr,rts']);
  expect(tool.command(place({ do: 'detect', resets }))).toEqual(['mine', '-i', 'dtr,rts', 'info']);
  expect(tool.command(place({ do: 'detect' }))).toEqual(['mine', 'info']);
  expect(tool.command(place({ do: 'write+verify' }))).toBeUndefined();
  expect(tool.command(place({ do: 'write', starts: true }))).toEqual(['mine', 'write']);
});

test('a tool that finds the device itself says over which bus', () => {
  expect(() => oneLine('mine {image}')).toThrow(
    /names no port: put one of \{usart\}, .*--over BUS/,
  );
  expect(oneLine('mine {image}', 'DFU').transports).toEqual(['DFU']);
  expect(chooseTool(undefined, 'mine {image}', 'DFU').transports).toEqual(['DFU']);
});

test('a tool that is not there is an error of the environment, not a verdict', async () => {
  await expect(find(chooseTool(undefined, 'no-such-flasher {usart}'))).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('no program no-such-flasher') as string,
  });
});

test.skipIf(!hasCompiler)(
  'a wrapper with a contract must refuse a job that nobody knows',
  async () => {
    const wrapper = (script: string) =>
      find(fromTemplate({ jobs: {}, command: `/bin/sh -c '${script}'`, contract: true }));
    await checkContract(await wrapper('exit 77'), 1);
    await expect(checkContract(await wrapper('exit 0'), 1)).rejects.toThrow(
      /asked for the job canary-[0-9a-f]{8} .* its exit code is 0: it must be 77/,
    );
  },
);
