import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import yargs from 'yargs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as conformance from '../../conformance/cli/index.ts';
import { findPeerPackage } from '../../conformance/targets/peer-package.ts';
import * as hostUnderTest from '../../host-under-test/cli/index.ts';
import * as emulator from '../cli/index.ts';
import { fencedLines, indentedLines, inlineLines } from './typed-lines.ts';
import { RunningVstm32, cliCommand } from './vstm32.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COMMANDS = [...emulator.commands, ...conformance.commands, ...hostUnderTest.commands];

/** The examples in the help of a command. */
function examplesOf(command: (typeof COMMANDS)[number]): string[] {
  const examples: string[] = [];
  const help = yargs([]);
  const example = help.example.bind(help) as (...words: unknown[]) => typeof help;
  help.example = ((line: string, says: string) => {
    examples.push(line.replaceAll('$0', 'vstm32'));
    return example(line, says);
  }) as typeof help.example;
  if (typeof command.builder === 'function') void command.builder(help);
  return examples;
}

const documents = [
  'conformance/README.md',
  'emulator/README.md',
  'host-under-test/README.md',
  'families/README.md',
  'CONTRIBUTING.md',
];

const lines = new Set([
  ...COMMANDS.flatMap(examplesOf),
  ...documents.flatMap((name) => {
    const text = readFileSync(join(ROOT, name), 'utf8');
    return [...fencedLines(text), ...indentedLines(text), ...inlineLines(text)];
  }),
]);

const LINUX = 'needs vhci-hcd in the kernel, and root: the tests with a Linux guest type it';
const ITSELF = 'is what runs these tests, or runs as long as they do';

/** What cannot be typed here, and why. */
const NOT_RUN: readonly (readonly [line: RegExp, why: string])[] = [
  [/^(sudo|usbip|echo '?SUBSYSTEM|stm32flash|dfu-util|candump) /, LINUX],
  [
    /^npm (ci|test|run (lint|format|test:full))$|&& npm test$|^npx vitest run --project full|^npx vitest run --project unit conformance/,
    ITSELF,
  ],
  [/^npm (ci && npm pack|install) /, 'takes from the registry of npm'],
  [/^npm ci && npm pack$/, 'the test of the recipes packs'],
  [/-- …$/, 'has a gap'],
  [/--target usb /, 'needs a board on USB, and the npm package usb'],
  [/i2c:\/dev\/i2c-1/, 'needs a bus of the kernel, and the npm package i2c-bus'],
  [
    /--bench bench\.yaml/,
    'the boards of that file are tried in conformance/safeguard/boards.full.test.ts',
  ],
];
const PACKAGES: readonly (readonly [RegExp, string])[] = [[/i2c:\{i2c\}/, 'i2c-bus']];

/** What takes minutes as it stands, and is typed with this behind it. */
const SHORTENED: readonly (readonly [RegExp, string])[] = [
  [/--device all /, ' --only usart/3.3'],
  [/ judge (stm32flash|dfu-util)( --over I2C)?$/, ' --only E01'],
  [/^(?!.* fuzz ).*rfc2217:127\.0\.0\.1:\d+/, ' --only usart/3.3'],
];

/** Exit codes with which a line ends as it should. */
function endsWith(line: string): readonly number[] {
  if (line.includes('./my-') || line.includes('my-flasher.yaml')) return [3]; // they fail at everything
  if (/ judge stm32flash| judge dfu-util/.test(line)) return [0, 1];
  if (/ compare /.test(line)) return [0, 1];
  return line.includes('--mutant') ? [1] : [0];
}

let folder: string;
let environment: NodeJS.ProcessEnv;

/** This clone with what a user has in it: nothing is written into the one that is tested. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-lines-'));
  for (const name of readdirSync(ROOT)) symlinkSync(join(ROOT, name), join(folder, name));
  const firmware = Uint8Array.of(0, 0, 2, 0x20, 9, 0, 0, 8);
  for (const name of ['firmware.bin', 'app.bin']) writeFileSync(join(folder, name), firmware);
  const program = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  mkdirSync(join(folder, 'bin'));
  const words = cliCommand([])
    .map((word) => `'${word}'`)
    .join(' ');
  program('bin/vstm32', `#!/bin/sh\nexec ${words} "$@"\n`);
  for (const bus of ['', 'i2c-', 'spi-', 'can-']) {
    program(`my-${bus}flasher`, '#!/bin/sh\necho "it does nothing" >&2\nexit 1\n');
  }
  writeFileSync(
    join(folder, 'my-flasher.yaml'),
    'name: my-flasher\ncommand: ./my-flasher {usart} {image}\n',
  );
  symlinkSync(
    join(ROOT, 'host-under-test/expected/dfu-util-0.11.json'),
    join(folder, 'known.json'),
  );
  environment = {
    ...process.env,
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    XDG_STATE_HOME: join(folder, 'state'),
  };
  await typed(
    'vstm32 fuzz --device STM32F405 --sessions 200 --mutant erase-one-too-many --save cases',
  );
  await typed('vstm32 record --device STM32F405 --only usart/3.3 -o board.json');
  for (const part of [1, 2])
    await typed(
      `vstm32 conform --device STM32F405 --only usart/3.3 --shard ${part}/2 --json ${part}.json`,
    );
  await typed('vstm32 conform --device STM32F405 --bless expected.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Types a line into a shell. */
function typed(line: string): Promise<Ended> {
  return new Promise((done) => {
    execFile(
      'sh',
      ['-c', line],
      { cwd: folder, env: environment, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
    );
  });
}

/** The line with the ports, the times and the parts of this test in place of its own. */
function here(line: string): string {
  return line
    .replace(/\busbip\b/g, 'usbip:127.0.0.1:0')
    .replace('127.0.0.1:2217', '127.0.0.1:0')
    .replace(/pty:\/tmp/, `pty:${folder}`)
    .replace('/tmp/board.sock', join(folder, 'board.sock'))
    .replace(/--time \d+m/, '--time 2s')
    .replace(/(serial:\{usart\}.* --only usart\/3\.6)$/, '$1/flash'); // each case of a port waits for silences
}

const why = (line: string): string | undefined =>
  NOT_RUN.find(([pattern]) => pattern.test(line))?.[1];
const run = [...lines].filter((line) => why(line) === undefined);
const missing = (line: string): string | undefined =>
  PACKAGES.find(
    ([pattern, name]) => pattern.test(line) && findPeerPackage(name) === undefined,
  )?.[1] ??
  ['stm32flash', 'dfu-util', 'tshark', 'jq'].find(
    (tool) =>
      new RegExp(`\\b${tool}\\b`).test(line) && spawnSync(tool, ['--version']).error !== undefined,
  );

for (const line of run) {
  const lacks = missing(line);
  test.skipIf(lacks !== undefined)(
    `${line}${lacks === undefined ? '' : `, for which ${lacks} is missing`}`,
    async () => {
      await using board = await boardFor(line);
      const words = board === undefined ? here(line) : onBoard(here(line), board);
      if (/^(npm run -s )?vstm32( --)? run /.test(line)) {
        const said = await startedAndEnded(words);
        expect(said).toContain('STM32F4');
        return;
      }
      const shortened = SHORTENED.filter(([pattern]) => pattern.test(words)).map(
        ([, more]) => more,
      );
      const { code, said } = await typed(`${words}${shortened[0] ?? ''}`);
      expect(endsWith(line), said).toContain(code);
    },
  );
}

test('every line that is not run has its reason, and every reason its line', () => {
  const idle = NOT_RUN.filter(([pattern]) => ![...lines].some((line) => pattern.test(line)));
  expect(idle).toEqual([]);
  expect(run.length).toBeGreaterThan(80);
});

/** A board that the line needs beside it: one at the port that it names, or one that listens for ctl. */
async function boardFor(line: string): Promise<RunningVstm32 | undefined> {
  if (/ctl \/tmp\/board\.sock/.test(line)) {
    return RunningVstm32.start(
      'STM32F405',
      '--usart',
      'tcp',
      '--control',
      join(folder, 'board.sock'),
    );
  }
  if (!line.includes('serial:/dev/ttyUSB0')) return undefined;
  const wired = line.includes('rts=boot0')
    ? ['--boot0', '0', '--wire', 'dtr=nrst,rts=boot0']
    : ['--wire', 'dtr=nrst'];
  return RunningVstm32.start('STM32F103x4', ...wired, '--usart', 'rfc2217:127.0.0.1:0');
}

function onBoard(line: string, { ready }: RunningVstm32): string {
  const { port } = ready.ports.usart as { port?: number };
  return line
    .replace('serial:/dev/ttyUSB0', `rfc2217:127.0.0.1:${port}`)
    .replace('STM32F405RG', 'STM32F103x4');
}

/** Starts a board until it is ready, and ends it. */
async function startedAndEnded(line: string): Promise<string> {
  const { said, code } = await typed(
    `exec 3>&1; ( ${line.replace(/^npm run -s vstm32 --|^vstm32/, 'exec vstm32')} & echo $! > pid; wait ) 2>&1 | while read -r said; do echo "$said" >&3; case "$said" in *'try '*|*'"device"'*) kill $(cat pid);; esac; done`,
  );
  expect(code, said).toBe(0);
  return said;
}
