import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as conformance from '../../conformance/cli/index.ts';
import { findPeerPackage } from '../../conformance/boards/lines/peer-package.ts';
import * as hostUnderTest from '../../host-under-test/cli/index.ts';
import * as emulator from '../cli/index.ts';
import { has } from './host-tool.ts';
import { fencedLines, helpLines, indentedLines, inlineLines } from './typed-lines.ts';
import { RunningVstm32, cliCommand, startAndEnd } from './vstm32.ts';

vi.setConfig({ maxConcurrency: 2 });

const ROOT = resolve(import.meta.dirname, '../..');
const COMMANDS = [...emulator.commands, ...conformance.commands, ...hostUnderTest.commands];

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What says what to type; the blocks of README.md have a test of their own, and the recipes of host-under-test/ci too. */
const documents = [
  ...readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(name, 'README.md')),
  'emulator/clients/python/README.md',
  'emulator/clients/typescript/README.md',
  'conformance/BOARDS.md',
  'conformance/LAB.md',
  'emulator/FIRMWARE.md',
  'emulator/WEB-FLASHERS.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
].flatMap((name) => {
  try {
    return [readFileSync(join(ROOT, name), 'utf8')];
  } catch {
    return []; // a folder without one
  }
});

/** Each of them, with the command as it is called where the package is installed. */
const lines = [
  ...new Set(
    [
      ...(await helpLines(COMMANDS)),
      ...documents.flatMap((text) => [...fencedLines(text), ...indentedLines(text)]),
      ...[README, ...documents].flatMap(inlineLines),
    ].map((line) => line.replaceAll('npm run -s vstm32 --', 'vstm32')),
  ),
];

const LINUX = 'needs vhci-hcd in the kernel, and root: the tests with a Linux guest type it';
const ITSELF = 'is what runs these tests, or runs as long as they do';

/** What is not typed here, and why. */
const NOT_RUN: readonly (readonly [line: RegExp, why: string])[] = [
  [/^(sudo|usbip|echo 'SUBSYSTEM=="usb",|stm32flash|dfu-util|candump) /, LINUX],
  [/^npm (run (lint|format|test:full|bench)$|test$)|&& npm test$|^npx vitest run /, ITSELF],
  [/^pip install /, 'a test of the packed package does'],
  [/^npm install /, 'takes from the registry of npm'],
  [/^npm ci && npm pack$/, 'the test of the recipes packs'],
  [/^vstm32 exec --wire$/, 'names an option'],
  [/^npx tsx cli\.ts$/, 'is another name of vstm32'],
  [/^npx tsx emulator\/examples\//, 'examples.test.ts runs it'],
  [/^npx tsx families\/readme\.ts$/, 'writes pages; families/test/readme.test.ts compares them'],
];

/** What takes long as it stands, and is typed with this behind it. */
const SHORTENED: readonly (readonly [line: RegExp, more: string])[] = [
  [/--device all /, ' --only usart/3.1/count@synchronised'],
  [/ judge (stm32flash|dfu-util)( --over I2C)?$/, ' --only E01'],
  [/ (record|compare) .*rfc2217:/, ' --only usart/3.1/count'],
  [/ fuzz (?!.*--time)/, ' --sessions 200'],
  [/ conform .*--mutant /, ' --inputs 1'],
  [/ conform --bench lab\.yaml /, ' --only usart/3.1/count'],
  [/ conform .*rfc2217:/, ' --only usart/3.1/count'],
  [/ conform (?=.*--device )(?!.*--(mutant|shard) )/, ' --shard 1/20'],
];

/** How a line ends as it should, where that is not with exit code 0, and what it says then. */
const ENDS: readonly (readonly [line: RegExp, codes: readonly number[], says: RegExp])[] = [
  [/ exec .* -- my-/, [1], /it does nothing/],
  [/\.\/my-|my-flasher\.yaml/, [3], /it does nothing/],
  [/ judge (stm32flash|dfu-util)/, [0, 1], /scenario/],
  [/ compare /, [0, 1], /alike|unchanged/],
  [/--target (usb|i2c:\/dev)/, [3], /npm install|\/dev\/|no device/], // neither the package nor the board
  [/--bench bench\.yaml/, [3], /\/dev\/none/],
  [/ exec .*iwdg:250ms /, [1], /independent watchdog 1/],
  [/--mutant/, [1], /fail/],
];

let folder: string;
/** Where lines are typed: a copy of this for each. */
let prepared: string;

/** What a user has: the command, and some files. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-lines-'));
  prepared = join(folder, 'prepared');
  for (const name of ['bin', 'prepared']) mkdirSync(join(folder, name));
  script(join(folder, 'bin/vstm32'), `exec ${cliCommand([]).join(' ')} "$@"`);

  const file = (name: string, text: string | Uint8Array): void =>
    writeFileSync(join(prepared, name), text);
  for (const name of ['firmware.bin', 'app.bin'])
    file(name, Uint8Array.of(0, 0, 2, 32, 9, 0, 0, 8));
  for (const name of ['', 'i2c-', 'spi-', 'can-'].map((bus) => `my-${bus}flasher`)) {
    for (const at of [prepared, join(folder, 'bin')]) {
      script(join(at, name), 'echo "it does nothing" >&2\nexit 1');
    }
  }
  file('my-flasher.yaml', 'name: my-flasher\ncommand: ./my-flasher {usart} {image}\n');
  const board = '{ name: a, device: STM32F405, target: serial:/dev/none, wire: dtr=nrst }';
  file('bench.yaml', `boards: [${board}]\n`);
  const lab = readFileSync(join(ROOT, 'conformance/LAB.md'), 'utf8');
  file('lab.yaml', /^```yaml\n(.*?)^```/ms.exec(lab)![1]!);
  file('boards.yaml', 'boards: { left: { device: STM32F405 } }\n');
  const known = 'host-under-test/expected/dfu-util-0.11.json';
  file('known.json', readFileSync(join(ROOT, known), 'utf8'));

  const dissector = 'emulator/trace/wireshark';
  cpSync(join(ROOT, dissector), join(prepared, dissector), { recursive: true });

  const part = '--device STM32F405 --only usart/3.3';
  const made = await Promise.all(
    [
      'vstm32 fuzz --device STM32F405 --sessions 200 --mutant erase-one-too-many --save cases',
      `vstm32 record ${part} -o board.json; vstm32 exec STM32F405 --pcapng all.pcapng -- true`,
      `for i in 1 2; do vstm32 conform ${part} --shard $i/2 --json $i.json; done`,
      'vstm32 conform --device STM32F405 --shard 1/20 --bless expected.json',
      `vstm32 conform --bench lab.yaml --only usart/3.1/count --json lab.json`,
      `for i in before after; do vstm32 conform ${part} --json $i.json; done`,
    ].map(async (line) => await typed(line, prepared)),
  );
  const [fuzzed, ...others] = made;
  if (fuzzed!.code !== 1 || others.some(({ code }) => code !== 0)) {
    throw new Error(made.map(({ said }) => said).join(''));
  }
  const kept = readFileSync(join(prepared, 'expected.json'), 'utf8');
  file('expected.json', kept.replaceAll('"reason": ""', '"reason": "known"'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** A folder that no other line writes into. */
function freshFolder(): Disposable & { readonly place: string } {
  const place = mkdtempSync(join(folder, 'line-'));
  cpSync(prepared, place, { recursive: true });
  return { place, [Symbol.dispose]: () => rmSync(place, { recursive: true }) };
}

function environmentOf(place: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    XDG_STATE_HOME: join(place, 'state'),
  };
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Types a line into a shell. */
async function typed(line: string, cwd: string): Promise<Ended> {
  return await new Promise((done) => {
    const options = { cwd, env: environmentOf(cwd), maxBuffer: 1 << 26 };
    execFile('sh', ['-c', line], options, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
    );
  });
}

/** The line with the ports, the times and the parts of this test in place of its own. */
function here(line: string, place: string, board: RunningVstm32 | undefined): string {
  const { port } = (board?.ready.ports.usart ?? {}) as { port?: number };
  const own = line
    .replaceAll(/\busbip\b/g, 'usbip:127.0.0.1:0')
    .replace('127.0.0.1:2217', '127.0.0.1:0')
    .replace('127.0.0.1:5331', '127.0.0.1:0')
    .replace('127.0.0.1:8080', '127.0.0.1:0')
    .replace('pty:/tmp', `pty:${place}`)
    .replace('/tmp/board.sock', join(place, 'board.sock'))
    .replace(/ -- …$/, ' -- true')
    .replace(/--time \d+m/, '--time 2s')
    .replace(/ judge stm32flash --only C\b/, '$&01')
    .replace(/(serial:\{usart\}.* --only usart\/3\.6)$/, '$1/flash'); // each case of a port waits for silences
  if (port === undefined) return own;
  return own
    .replace('serial:/dev/ttyUSB0', `rfc2217:127.0.0.1:${port}`)
    .replace('STM32F405RG', 'STM32F103x4');
}

/** A board that the line needs beside it: one at the port that it names, or one that listens for ctl. */
async function boardFor(line: string, place: string): Promise<RunningVstm32 | undefined> {
  if (/ctl \/tmp\/board\.sock/.test(line)) {
    const socket = join(place, 'board.sock');
    return await RunningVstm32.start('STM32F405', '--usart', 'tcp', '--control', socket);
  }
  if (!line.includes('serial:/dev/ttyUSB0')) return undefined;
  const wired = line.includes('rts=boot0')
    ? ['--boot0', '0', '--wire', 'dtr=nrst,rts=boot0']
    : ['--wire', 'dtr=nrst'];
  return await RunningVstm32.start('STM32F103x4', ...wired, '--usart', 'rfc2217:127.0.0.1:0');
}

const found = <T>(of: readonly (readonly [RegExp, T])[], line: string): T | undefined =>
  of.find(([pattern]) => pattern.test(line))?.[1];

/** The program or package that a line needs and this machine lacks. */
function lackedBy(line: string): string | undefined {
  const tool = ['stm32flash', 'dfu-util', 'tshark', 'jq', 'curl'].find(
    (name) => new RegExp(`\\b${name}\\b`).test(line) && !has(name),
  );
  return (
    tool ??
    (line.includes('i2c:{i2c}') && findPeerPackage('i2c-bus') === undefined ? 'i2c-bus' : undefined)
  );
}

const run = lines.filter((line) => found(NOT_RUN, line) === undefined);

describe.concurrent('what help and the documents say to type', () => {
  for (const line of run) {
    const lacked = lackedBy(line);
    const without = lacked === undefined ? '' : `, for which ${lacked} is missing`;
    test.skipIf(lacked !== undefined)(`${line}${without}`, async () => {
      using fresh = freshFolder();
      const { place } = fresh;
      await using board = await boardFor(line, place);
      const words = here(line, place, board);
      if (/^vstm32 (run|serve(?! --schema))\b/.test(line)) {
        const { code, said } = await startAndEnd(words.split(' '), {
          cwd: place,
          env: environmentOf(place),
        });
        expect(code, said).toBe(0);
        expect(said).toMatch(/STM32F4|\d boards, api/);
        return;
      }
      const { code, said } = await typed(`${words}${found(SHORTENED, words) ?? ''}`, place);
      const [, codes, says] = ENDS.find(([pattern]) => pattern.test(line)) ?? [line, [0], /(?:)/];
      expect(codes, said).toContain(code);
      expect(said).toMatch(says);
    });
  }
});

test('every line that is not run has its reason, and every reason its line', () => {
  const idle = NOT_RUN.filter(([pattern]) => !lines.some((line) => pattern.test(line)));
  expect(idle).toEqual([]);
  expect(run.length).toBeGreaterThan(80);
});
