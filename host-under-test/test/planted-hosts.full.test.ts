import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runAll } from '../matrix.ts';
import { isToolFinding, type ToolVerdict } from '../../conformance/reports/index.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { faultAtEveryStep } from '../every-step.ts';
import { flasher, runOne, scenarioNamed, shown } from './bench.ts';

const python = existsSync('/usr/bin/python3');

/** Ways to be wrong, and what the scenarios meant for them say. */
const PLANTED: readonly (readonly [wrong: string, scenario: string, verdict: ToolVerdict])[] = [
  ['ignores-nacks', 'E08b', 'silent-corruption'],
  ['never-verifies', 'I03', 'silent-corruption'],
  ['never-verifies', 'E07', 'silent-corruption'],
  ['never-verifies', 'E12', 'silent-corruption'],
  ['never-resynchronises', 'A04', 'gave-up'],
  ['never-resynchronises', 'A04b', 'gave-up'],
  ['never-resynchronises', 'A16', 'gave-up'],
  ['waits-for-ever', 'I04a', 'hang'],
  ['waits-for-ever', 'E10', 'hang'],
  ['never-erases', 'C11b', 'silent-corruption'],
  ['never-erases', 'C12', 'silent-corruption'],
  ['wrong-checksum', 'E01a', 'gave-up'],
  ['wrong-checksum', 'E01k', 'gave-up'],
];

describe.skipIf(!python)('a planted bad host', () => {
  test.each(PLANTED)('that %s is caught by %s', async (wrong, id, verdict) => {
    const limit = verdict === 'hang' ? { limitMs: 4000 } : {};
    const result = await runOne(id, await flasher(wrong), limit);
    expect(result, result.says).toMatchObject({ verdict });
    expect(result.evidence?.leftBehind ?? 0).toBe(0);
  });

  test('that never erases is also found on the wire', async () => {
    const { lint } = await runOne('C11', await flasher('never-erases'));
    expect(lint.map(({ rule }) => rule)).toContain('write-to-unerased');
  });
});

test.skipIf(!python).each(['A03', 'C08', 'E08', 'E09', 'E10', 'F04c', 'G02', 'I01'])(
  'a fault that never strikes, since no step is called so, passes nobody: %s',
  async (id) => {
    const { faults } = scenarioNamed(id);
    const renamed = faults!.map((fault) => ({ ...fault, step: 'no such step' })) as typeof faults;
    const result = await runOne(id, await flasher(), { faults: renamed! });
    expect(result).toMatchObject({ verdict: 'inconclusive' });
    expect(result.says).toMatch(/^the fault never struck \(\w+ at no such step\): exit \d/);
  },
);

test.skipIf(!python)(
  'a write that is lost at each step is found where the host never verifies',
  async () => {
    const base = scenarioNamed('C05b', {
      job: { do: 'write+verify', image: { length: 1024 } },
      expect: [
        { exit: 'zero', flash: ['image'] },
        { exit: 'nonzero', flash: ['any'] },
      ],
    });
    const table = await faultAtEveryStep(await flasher('never-verifies'), 'lie', { jobs: 2 }, base);
    // one erase and four blocks; the first lie leaves old content under the image
    expect(table).toMatchObject({
      steps: 5,
      succeeded: 0,
      failed: 0,
      hung: 0,
      corrupted: 5,
      firstBad: 1,
    });
  },
);

test.skipIf(!python)(
  'a correct minimal host has no finding in any scenario that applies to it',
  { timeout: 300_000 },
  async () => {
    const serial = SCENARIOS.filter(({ transport }) => transport === 'USART');
    const results = await runAll(serial, await shown(await flasher()), { jobs: 4 });
    const findings = results.filter(({ verdict }) => isToolFinding(verdict));
    expect(findings.map(({ scenario, says }) => `${scenario.id}: ${says}`)).toEqual([]);
    const unsupported = results.filter(({ verdict }) => verdict === 'unsupported');
    expect(unsupported.map(({ scenario }) => scenario.id)).toEqual(['A12', 'G05', 'G06']);
    const forbidden = results.filter(({ lint }) => lint.length > 0);
    expect(forbidden.map(({ scenario }) => scenario.id)).toEqual([]);
  },
);
