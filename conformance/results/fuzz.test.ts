import { expect, test } from 'vitest';
import {
  fuzzMatrix,
  fuzzReplayLine,
  fuzzReport,
  fuzzSchema,
  stateLines,
  stateTable,
} from './fuzz.ts';
import { toJunit } from '../reports/junit.ts';
import { toHtml } from '../reports/html.ts';

const about = {
  target: 'STM32F405 3.1 <in memory>',
  device: 'STM32F405',
  flashKiB: 1024,
  bootloader: '3.1',
  protocol: '3.1',
  again: '--target pty',
};
const failure = {
  session: { bursts: [[0x7f], [0x31, 0xce]] },
  finding: { verdict: 'fail', says: 'it is <wrong>' },
  transcript: [],
  seed: 3,
} as const;
const report = fuzzReport(about, 1, {
  sessions: 100,
  failures: [failure],
  coverage: [
    { state: 'sync', event: '0x7F', count: 100 },
    { state: 'command', event: 'get', count: 7 },
    { state: 'command', event: '0x7F', count: 2 },
  ],
});

test('the table has a row for each state, and a hole where an event never met it', () => {
  expect(stateTable(report)).toEqual([
    {
      state: 'command',
      events: [
        { event: '0x7F', count: 2 },
        { event: 'get', count: 7 },
      ],
    },
    {
      state: 'sync',
      events: [
        { event: '0x7F', count: 100 },
        { event: 'get', count: 0 },
      ],
    },
  ]);
  expect(stateLines(report)).toEqual([
    'command: 0x7F ×2, get ×7',
    'sync: 0x7F ×100',
    '    never: get',
  ]);
});

test('the line that replays a failure names the device and the target', () => {
  expect(fuzzReplayLine(report, failure)).toBe(
    `vstm32 replay --device STM32F405 --bootloader 3.1 --flash-size 1024 --protocol 3.1 --target pty --session '{"bursts":[[127],[49,206]]}'`,
  );
});

test('the page says what failed, how many pairs were seen, and needs neither network nor script', () => {
  const page = toHtml(fuzzMatrix(report));
  expect(page).toContain('it is &lt;wrong&gt;');
  expect(page).toContain('3 of 4 pairs of a state and an event were seen');
  expect(page).not.toMatch(/https?:|<script [^>]|<link|<img|url\(/);
});

test('JSON is what its schema says', () => {
  expect(fuzzSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(fuzzSchema.safeParse({ ...report, failures: [{}] }).success).toBe(false);
});

test('JUnit has a failure for each session that failed, and passes where none did', () => {
  expect(toJunit(fuzzMatrix(report))).toMatch(/ tests="1" failures="1" errors="0" /);
  const fine = { ...report, failures: [] };
  expect(toJunit(fuzzMatrix(fine))).toMatch(/ tests="1" failures="0" errors="0" /);
});
