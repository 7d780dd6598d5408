import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runJudge } from './run-judge.ts';

const hasCompiler = spawnSync('cc', ['--version']).error === undefined;

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
  said = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('the list names each scenario, and those that cannot be run with the reason', async () => {
  expect(await runJudge({ list: true, only: ['G'] })).toBe(0);
  expect(said.join('\n')).toMatch(
    /^G01 .*\n[\s\S]*Not runnable here:[\s\S]*G09 .*needs a fault of the emulator at the option bytes/,
  );
});

test('the list can be that of one bus, and names the bus of each', async () => {
  expect(await runJudge({ list: true, only: ['H'], over: 'i2c' })).toBe(0);
  expect(said[0]).toMatch(/^H01 +I2C +The no-stretch erase holds SCL/);
  expect(said[0]).not.toMatch(/^H0\d\S* +CAN/m);
});

test('one scenario is explained with its faults and what is accepted', async () => {
  expect(await runJudge({ explain: 'E08' })).toBe(0);
  expect(said[0]).toMatch(/^E08 {2}One block arrives damaged/);
  expect(said[0]).toMatch(/Fault .*corrupt.*\n[\s\S]*Accepted {2}success; flash: image/);
});

test.each([
  [{ explain: 'Z99' }, 2, 'no scenario is called Z99'],
  [{ tools: ['stm32flash'], only: ['Z'] }, 2, 'no runnable scenario begins with Z'],
  [{ tools: ['stm32flash'], scenario: ['E0'] }, 2, 'no runnable scenario is called E0'],
  [{ tools: ['nosuch'] }, 2, 'no tool is called nosuch'],
  [{}, 2, 'name a tool'],
  [{ tools: ['x'], 'faults-at-every-step': 'rain' }, 2, 'rain: use drop, corrupt, duplicate, '],
  [{ tools: ['x'], 'faults-at-every-step': '', html: 'x' }, 2, '--html is for scenarios, not for'],
  [{ tools: ['x'], step: '3' }, 2, '--step: name the fault with --faults-at-every-step FAULT'],
  [{ tools: ['x'], 'faults-at-every-step': 'all', step: '3' }, 2, '--step: name the fault'],
  [{ tools: ['x'], over: 'LIN' }, 2, '--over LIN: use USART, DFU, I2C, SPI, CAN, FDCAN'],
  [{ list: true, only: ['H04'], over: 'CAN' }, 2, 'no runnable scenario begins with H04'],
  [{ tool: ['no-such-flasher {usart}'] }, 3, 'there is no program no-such-flasher in PATH'],
])('wrong use is told in one line: %j', async (argv, exitCode, says) => {
  await expect(runJudge(argv)).rejects.toMatchObject({
    exitCode,
    message: expect.stringContaining(says) as string,
  });
});

test.skipIf(!hasCompiler)('a tool that fails where nothing is wrong is not judged', async () => {
  const file = join(folder, 'broken.sh');
  writeFileSync(file, '#!/bin/sh\nexit 9\n', { mode: 0o755 });
  await expect(runJudge({ tool: [`${file} {usart}`], only: ['A01'] })).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(
      /fails where nothing goes wrong[^]*broken\.sh \/dev\/pts\/\d+\n {2}wiring: DTR and RTS go nowhere\n[^]*the chip saw nothing/,
    ) as string,
  });
});

test.skipIf(!hasCompiler)(
  'a tool that was not judged is a failed entry in every report',
  async () => {
    const file = join(folder, 'broken.sh');
    writeFileSync(file, '#!/bin/sh\necho no >&2; exit 9\n', { mode: 0o755 });
    const yaml = join(folder, 'broken.yaml');
    writeFileSync(yaml, `name: broken\njobs: { write: '${file} {usart}' }\n`);
    const at = (name: string): string => join(folder, name);
    const reports = { json: at('j'), junit: at('x'), sarif: at('s'), html: at('h') };
    await expect(runJudge({ tool: [yaml], only: ['C05'], ...reports })).rejects.toMatchObject({
      exitCode: 3,
    });
    const read = (name: string): string => readFileSync(at(name), 'utf8');
    expect(read('x')).toMatch(/tests="1" failures="0" errors="1"[^]*<error type="not-judged"/);
    expect(read('h')).toMatch(/class="trouble">broken: not judged: broken fails where nothing/);
    const { runs } = JSON.parse(read('s')) as {
      runs: [{ invocations: unknown; results: unknown }];
    };
    expect(runs[0]).toMatchObject({
      invocations: [{ executionSuccessful: false }],
      results: [
        {
          ruleId: 'judged',
          level: 'error',
          locations: [{ physicalLocation: { artifactLocation: { uri: `file://${yaml}` } } }],
        },
      ],
    });
    expect(JSON.parse(read('j'))).toMatchObject({
      vstm32: expect.stringMatching(/^\d+\.\d+/) as string,
      date: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      tools: [
        { tool: 'broken', runs: [], trouble: expect.stringContaining('not judged') as string },
      ],
    });
  },
);

test('an exact id chooses one scenario where a prefix chooses several', async () => {
  expect(await runJudge({ list: true, only: ['E08'], over: 'USART' })).toBe(0);
  expect(await runJudge({ list: true, scenario: ['E08'] })).toBe(0);
  expect(said[0]).toMatch(/^2 scenarios/m);
  expect(said[1]).toMatch(/^1 scenarios/m);
});
