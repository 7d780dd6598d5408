import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LintFinding } from '../lint/finding.ts';
import { runAll } from '../matrix.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { isToolFinding, type ToolVerdict } from '../../conformance/reports/index.ts';
import { runOne, shown } from './bench.ts';
import { busFlasher, type HostBus } from './bus-bench.ts';

const ready = existsSync('/usr/bin/python3') && spawnSync('cc', ['--version']).error === undefined;

/** Ways to be wrong, and what the scenarios meant for them say. */
const PLANTED: readonly (readonly [
  bus: HostBus,
  wrong: string,
  id: string,
  verdict: ToolVerdict,
])[] = [
  ['I2C', 'never-verifies', 'E03I', 'silent-corruption'],
  ['I2C', 'never-erases', 'C12I', 'silent-corruption'],
  ['I2C', 'ignores-nacks', 'E08Ib', 'silent-corruption'],
  ['I2C', 'waits-for-ever', 'H01d', 'hang'],
  ['I2C', 'sleeps-instead-of-polling', 'C12I', 'gave-up'],
  ['SPI', 'never-verifies', 'E03S', 'silent-corruption'],
  ['SPI', 'never-erases', 'C12S', 'silent-corruption'],
  ['SPI', 'ignores-nacks', 'E08S', 'silent-corruption'],
  ['SPI', 'waits-for-ever', 'H04f', 'hang'],
  ['SPI', 'polls-once', 'H04d', 'gave-up'],
  ['SPI', 'never-resynchronises', 'A16S', 'gave-up'],
  ['CAN', 'never-verifies', 'E08C', 'silent-corruption'],
  ['CAN', 'never-erases', 'C12C', 'silent-corruption'],
  ['CAN', 'waits-for-ever', 'I04Cc', 'hang'],
  ['CAN', 'never-resynchronises', 'A16C', 'gave-up'],
  ['CAN', 'never-resynchronises', 'H07c', 'gave-up'],
  ['FDCAN', 'never-verifies', 'E08F', 'silent-corruption'],
  ['FDCAN', 'never-erases', 'C12F', 'silent-corruption'],
  ['FDCAN', 'waits-for-ever', 'I04Fc', 'hang'],
  ['FDCAN', 'classic-frames', 'H05', 'cause-not-named'],
  ['FDCAN', 'never-starts', 'H05c', 'non-strict'],
];

/** Ways to be wrong that the bus shows even where nothing comes of it. */
const SEEN: readonly (readonly [
  bus: HostBus,
  wrong: string,
  id: string,
  rule: LintFinding['rule'],
])[] = [
  ['I2C', 'over-reads', 'E01Ib', 'over-read'],
  ['I2C', 'never-waits', 'E01Ib', 'no-wait-for-ack'],
  ['I2C', 'sleeps-instead-of-polling', 'C12I', 'silent-within-command'],
  ['I2C', 'never-erases', 'C11I', 'write-to-unerased'],
  ['SPI', 'never-erases', 'C11S', 'write-to-unerased'],
  ['CAN', 'never-waits', 'C12C', 'frame-before-ack'],
  ['FDCAN', 'classic-frames', 'E01Fa', 'classic-frame-to-fdcan'],
];

describe.skipIf(!ready)('a planted bad host', () => {
  test.each(PLANTED)('for %s that %s is caught by %s', async (bus, wrong, id, verdict) => {
    const limit = verdict === 'hang' ? { limitMs: 6000 } : {};
    const result = await runOne(id, await busFlasher(bus, wrong), limit);
    expect(result, result.says).toMatchObject({ verdict });
    expect(result.evidence?.leftBehind ?? 0).toBe(0);
  });

  test.each(SEEN)('for %s that %s is seen on the bus in %s', async (bus, wrong, id, rule) => {
    const { lint } = await runOne(id, await busFlasher(bus, wrong));
    expect(lint.map((finding) => finding.rule)).toContain(rule);
  });
});

test.skipIf(!ready).each(['I2C', 'SPI', 'CAN', 'FDCAN'] as const)(
  'a correct minimal host for %s has no finding in any scenario of its bus',
  { timeout: 300_000 },
  async (bus) => {
    const scenarios = SCENARIOS.filter(({ transport }) => transport === bus);
    expect(scenarios.length).toBeGreaterThan(25);
    const results = await runAll(scenarios, await shown(await busFlasher(bus)), { jobs: 4 });
    const findings = results.filter(
      ({ verdict }) => isToolFinding(verdict) || verdict === 'unsupported',
    );
    expect(findings.map(({ scenario, says }) => `${scenario.id}: ${says}`)).toEqual([]);
    const forbidden = results.filter(({ lint }) => lint.length > 0);
    expect(forbidden.map(({ scenario }) => scenario.id)).toEqual([]);
  },
);
