import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LintFinding } from '../lint/finding.ts';
import { runAll } from '../matrix.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { isToolFinding, type ToolVerdict } from '../../conformance/reports/index.ts';
import { runOne, shown } from './bench.ts';
import { dfuFlasher } from './dfu-bench.ts';

const ready = existsSync('/usr/bin/python3') && spawnSync('cc', ['--version']).error === undefined;

/** Ways to be wrong, and what the scenarios meant for them say. */
const PLANTED: readonly (readonly [wrong: string, scenario: string, verdict: ToolVerdict])[] = [
  ['ignores-status', 'D14c', 'wrong-exit'],
  ['ignores-status', 'D25', 'wrong-exit'],
  ['ignores-status', 'E12Ub', 'silent-corruption'],
  ['never-polls', 'D29', 'gave-up'],
  ['ignores-poll-time', 'D10', 'gave-up'],
  ['never-erases', 'C11U', 'silent-corruption'],
  ['never-erases', 'C12U', 'silent-corruption'],
  ['never-verifies', 'E03Ub', 'silent-corruption'],
  ['starts-at-block-1', 'D05', 'silent-corruption'],
  ['ignores-transfer-size', 'D05', 'gave-up'],
  ['takes-the-first', 'D18', 'silent-corruption'],
  ['takes-the-first', 'D18c', 'silent-corruption'],
];

/** Ways to be wrong that the bus shows even where nothing comes of it. */
const SEEN: readonly (readonly [wrong: string, scenario: string, rule: LintFinding['rule']])[] = [
  ['never-polls', 'D29', 'no-getstatus-after-dnload'],
  ['ignores-poll-time', 'D29', 'poll-timeout-ignored'],
  ['ignores-status', 'D22', 'request-out-of-place'],
  ['never-erases', 'C11U', 'write-to-unerased'],
  ['starts-at-block-1', 'D05', 'reserved-block'],
  ['ignores-transfer-size', 'D05', 'block-too-long'],
];

describe.skipIf(!ready)('a planted bad USB host', () => {
  test.each(PLANTED)('that %s is caught by %s', async (wrong, id, verdict) => {
    const result = await runOne(id, await dfuFlasher(wrong));
    expect(result, result.says).toMatchObject({ verdict });
    expect(result.evidence?.leftBehind).toBe(0);
  });

  test.each(SEEN)('that %s is seen on the bus in %s', async (wrong, id, rule) => {
    const { lint } = await runOne(id, await dfuFlasher(wrong));
    expect(lint.map((finding) => finding.rule)).toContain(rule);
  });
});

test.skipIf(!ready)(
  'a correct minimal USB host has no finding in any scenario that applies to it',
  { timeout: 300_000 },
  async () => {
    const overUsb = SCENARIOS.filter(({ transport }) => transport === 'DFU');
    const results = await runAll(overUsb, await shown(await dfuFlasher()), { jobs: 4 });
    const findings = results.filter(({ verdict }) => isToolFinding(verdict));
    expect(findings.map(({ scenario, says }) => `${scenario.id}: ${says}`)).toEqual([]);
    const unsupported = results.filter(({ verdict }) => verdict === 'unsupported');
    expect(unsupported.map(({ scenario }) => scenario.id)).toEqual([
      'D15b',
      'D20',
      'G04',
      'G05U',
      'G11',
    ]);
    const forbidden = results.filter(({ lint }) => lint.length > 0);
    expect(forbidden.map(({ scenario }) => scenario.id)).toEqual([]);
  },
);
